// The services of the AWS endpoint, and their shared state.
import type { Server } from "node:http";
import { RECORD_CALLBACK } from "../../../shared/contract/workflow.ts";
import { createPublisher, eventBridge } from "../eventbridge/event-bus.ts";
import { openRules } from "../eventbridge/rules.ts";
import { kms, loadKey } from "../kms/kms.ts";
import type { Invoke } from "../lambda/lambda.ts";
import { createInvokeByName } from "../lambda/lambda-endpoint.ts";
import type { Arns } from "../platform/arns.ts";
import type { Log } from "../platform/log.ts";
import type { State } from "../platform/state.ts";
import { scheduler } from "../scheduler/scheduler.ts";
import { openSchedules, type Schedules } from "../scheduler/schedules.ts";
import { secretsManager } from "../secrets-manager/secrets-manager.ts";
import { openQueueDirectory } from "../sqs/queue-directory.ts";
import { contractQueues, type RuleData } from "../sqs/queue-names.ts";
import { openQueues, type Queues } from "../sqs/queues.ts";
import { sqs } from "../sqs/sqs.ts";
import { openExecutionLog } from "../step-functions/execution-log.ts";
import { type Executions, openExecutions } from "../step-functions/executions.ts";
import { stepFunctions } from "../step-functions/step-functions.ts";
import { openTaskTokens } from "../step-functions/task-tokens.ts";
import type { Workflow } from "../step-functions/workflow-definition.ts";
import { awsEndpoint } from "../wire/aws-endpoint.ts";

type ServiceParts = {
  state: State;
  dataDir: string;
  arns: Arns;
  invoke: Invoke;
  rules: Readonly<Record<string, RuleData>>;
  workflow: (arns: Arns) => Workflow;
  log: Log;
  /** The clock of EventBridge Scheduler; by default that of the machine. */
  now?: () => Date;
};
export type Services = {
  endpoint: Server;
  queues: Queues;
  executions: Executions;
  schedules: Schedules;
  /** Sets the endpoint's address, once it is known. */
  locate: (url: string) => void;
};

export async function openServices(needs: ServiceParts): Promise<Services> {
  const { state, arns, invoke, log } = needs;
  let address = "";
  const queues = openQueues(state);
  const directory = openQueueDirectory(state, contractQueues(needs.rules, arns));
  for (const name of directory.names()) {
    queues.expire(name, directory.settings(name).MessageRetentionPeriod * 1000);
  }
  const buses = { state, rules: openRules(state, needs.rules), queues, directory, arns };
  const publish = createPublisher(buses);
  const executionLog = openExecutionLog(state);
  const tokens = openTaskTokens();
  const workflow = needs.workflow(arns);
  const executions = openExecutions({ state, executionLog, workflow, invoke, tokens, publish, arns, log });
  const key = await loadKey(needs.dataDir);
  const schedules = openSchedules({ state, queues, directory, arns, now: needs.now ?? (() => new Date()) });
  const services = [
    stepFunctions({ executions, executionLog, tokens, workflow, arns }),
    eventBridge(publish, buses),
    sqs({ queues, directory, arns, address: () => address }),
    kms(key, arns),
    secretsManager(state, key, arns),
  ];
  const functions = createInvokeByName(invoke, [RECORD_CALLBACK]);
  const endpoint = awsEndpoint({ services, rest: scheduler(schedules, directory, arns), functions }, log);
  const locate = (url: string) => {
    address = url;
  };
  return { endpoint, queues, executions, schedules, locate };
}
