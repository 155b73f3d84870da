// The stack: connects all resources of the service. Each kind of resource has its own file.
import { CfnOutput, Stack } from "aws-cdk-lib";
import type { Code } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { buildAlarms } from "./alarms.ts";
import { addRoutes, buildStage, createApi } from "./api.ts";
import { buildBus } from "./bus.ts";
import { buildDashboard, connectAlarms } from "./dashboard.ts";
import { buildEvents } from "./events.ts";
import { buildVariables, Functions } from "./functions.ts";
import { buildIdentity, type Identity } from "./identity.ts";
import { buildEncryptionKey, buildOwnKeys, restrictDecryption } from "./keys.ts";
import type { Options } from "./options.ts";
import { buildDeadLetters, buildEventQueues, queueVariable } from "./queues.ts";
import { buildResources } from "./statements.ts";
import { buildTable } from "./table.ts";
import { buildWorkflow } from "./workflow.ts";

type StackProps = {
  options: Options;
  /** Returns the bundle of the named function. */
  codeOf: (name: string) => Code;
};

export class RunbookStack extends Stack {
  constructor(scope: Construct, { options, codeOf }: StackProps) {
    const { stackName, corsOrigins } = options;
    super(scope, stackName, { description: "Runbook automation: approved automations for on-call teams" });
    const table = buildTable(this);
    const key = buildEncryptionKey(this, `${stackName}/encryption`);
    const ownKeyArns = buildOwnKeys(this);
    const bus = buildBus(this, stackName, options);
    const deadLetters = buildDeadLetters(this);
    const queues = buildEventQueues(this, deadLetters);
    const api = createApi(this, stackName, corsOrigins);
    const resources = buildResources(this, `${stackName}-execution`, {
      tableArn: table.tableArn,
      keyArn: key.keyArn,
      ownKeyArns,
      busArn: bus.eventBusArn,
    });
    const { stateMachineArn, stateMachineName } = resources;
    const variables = buildVariables(options, {
      TABLE_NAME: table.tableName,
      STATE_MACHINE_ARN: stateMachineArn,
      KMS_KEY_ID: key.keyArn,
      CURSOR_SIGNING_KEY_ARN: ownKeyArns.CURSOR_SIGNING_KEY,
      FINGERPRINT_KEY_ARN: ownKeyArns.FINGERPRINT_KEY,
      EVENT_BUS_NAME: bus.eventBusName,
      DEAD_LETTER_QUEUES: queueVariable(deadLetters),
      EVENT_QUEUES: queueVariable(queues),
      PUBLIC_API_URL: options.publicApiUrl || api.apiEndpoint,
      CONSOLE_URL: `https://${this.region}.console.aws.amazon.com`,
    });
    const functions = new Functions(this, { options, codeOf, resources, variables });
    restrictDecryption(key, functions.listDecrypterRoles());
    const functionOf = (name: string) => functions.requireFunction(name);

    const identity = buildIdentity(this, options);
    const routes = addRoutes(api, identity, functionOf);
    const stateMachine = buildWorkflow(this, stateMachineName, functionOf);
    buildEvents(this, { bus, table, stateMachineArn, functionOf, queues, deadLetters });

    const watched = {
      serviceName: stackName,
      api,
      table,
      stateMachine,
      deadLetters: [...deadLetters.values()],
      functions: functions.all,
    };
    const alarms = buildAlarms(this, watched);
    buildDashboard(this, stackName, watched, alarms);
    connectAlarms(this, alarms, options);
    const outputs = {
      ApiUrl: buildStage(this, api, routes).url,
      EventBusName: bus.eventBusName,
      TableName: table.tableName,
      StateMachineArn: stateMachineArn,
    };
    buildOutputs(this, outputs, identity);
  }
}

function buildOutputs(stack: Stack, values: Record<string, string>, { issuer, pool }: Identity): void {
  const users = pool ? { UserPoolId: pool.userPoolId, UserPoolClientId: pool.clientId } : {};
  for (const [name, value] of Object.entries({ ...values, Issuer: issuer, ...users })) {
    new CfnOutput(stack, name, { value });
  }
}
