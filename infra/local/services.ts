// The services behind the AWS endpoint, and what they share.
import type { Server } from "node:http";
import { RECORD_CALLBACK } from "../../shared/contract/workflow.ts";
import type { Arns } from "./arns.ts";
import { awsEndpoint } from "./aws-endpoint.ts";
import { eventBridge, publisher } from "./event-bus.ts";
import { openExecutionLog } from "./execution-log.ts";
import { type Executions, executionsOf } from "./executions.ts";
import { kms, loadKey } from "./kms.ts";
import type { Invoke } from "./lambda.ts";
import { invocations } from "./lambda-endpoint.ts";
import type { Log } from "./log.ts";
import { openQueueDirectory } from "./queue-directory.ts";
import { contractQueues, type RuleData } from "./queue-names.ts";
import { openQueues, type Queues } from "./queues.ts";
import { openRules } from "./rules.ts";
import { secretsManager } from "./secrets-manager.ts";
import { sqs } from "./sqs.ts";
import type { State } from "./state.ts";
import { stepFunctions } from "./step-functions.ts";
import { openTaskTokens } from "./task-tokens.ts";
import type { Workflow } from "./workflow-definition.ts";

type Needs = {
  state: State;
  dataDir: string;
  arns: Arns;
  invoke: Invoke;
  rules: Readonly<Record<string, RuleData>>;
  workflow: (arns: Arns) => Workflow;
  log: Log;
};
export type Services = {
  endpoint: Server;
  queues: Queues;
  executions: Executions;
  /** Tells the services the address that they are reached at, once it is known. */
  locate: (url: string) => void;
};

export async function openServices(needs: Needs): Promise<Services> {
  const { state, arns, invoke, log } = needs;
  let address = "";
  const queues = openQueues(state);
  const directory = openQueueDirectory(state, contractQueues(needs.rules, arns));
  for (const name of directory.names()) {
    queues.expire(name, directory.settings(name).MessageRetentionPeriod * 1000);
  }
  const buses = { state, rules: openRules(state, needs.rules), queues, directory, arns };
  const publish = publisher(buses);
  const executionLog = openExecutionLog(state);
  const tokens = openTaskTokens();
  const workflow = needs.workflow(arns);
  const executions = executionsOf({ state, executionLog, workflow, invoke, tokens, publish, arns, log });
  const key = await loadKey(needs.dataDir);
  const endpoint = awsEndpoint(
    [
      stepFunctions({ executions, executionLog, tokens, workflow, arns }),
      eventBridge(publish, buses),
      sqs({ queues, directory, arns, address: () => address }),
      kms(key, arns),
      secretsManager(state, key, arns),
    ],
    invocations(invoke, [RECORD_CALLBACK]),
    log,
  );
  const locate = (url: string) => {
    address = url;
  };
  return { endpoint, queues, executions, locate };
}
