// The stack: connects all resources of the service. Each kind of resource has its own file.
import { CfnOutput, Stack } from "aws-cdk-lib";
import type { Code, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { Variable } from "../../shared/contract/env.ts";
import { PAGES_FUNCTION } from "../../shared/contract/pages.ts";
import { addRoutes, buildStage, createApi } from "./api/api.ts";
import { buildEncryptionKey, buildOwnKeys, restrictDecryption } from "./data/keys.ts";
import { buildTable } from "./data/table.ts";
import { buildBus } from "./events/bus.ts";
import { buildEvents } from "./events/events.ts";
import { buildDeadLetters, buildEventQueues, queueVariable } from "./events/queues.ts";
import { buildScheduler } from "./events/scheduler.ts";
import { buildVariables, Functions } from "./functions/functions.ts";
import { buildResources } from "./grants/statements.ts";
import { buildAlarms, type MonitoredResources } from "./monitoring/alarms.ts";
import { buildDashboard, connectAlarms } from "./monitoring/dashboard.ts";
import type { Options } from "./options/options.ts";
import { warnOfSelfApproval } from "./options/warnings.ts";
import { buildIdentity, type Identity } from "./people/identity.ts";
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
    const stores = buildStores(this, options);
    const { table, key, bus, queues, deadLetters } = stores;
    const api = createApi(this, stackName, corsOrigins);
    const resources = buildResources(this, `${stackName}-execution`, toArns(stores));
    const { stateMachineArn, stateMachineName } = resources;
    const apiUrl = options.publicApiUrl || api.apiEndpoint;
    const variables = buildVariables(options, toVariables(stores, { stateMachineArn, apiUrl }, this.region));
    const functions = new Functions(this, { options, codeOf, resources, variables });
    restrictDecryption(key, functions.listDecrypterRoles());
    const functionOf = (name: string) => functions.requireFunction(name);

    const consoleUrls = listConsoleUrls(options, api.apiEndpoint);
    const identity = buildIdentity(this, options, functionOf, consoleUrls);
    tellSignIn(functionOf(PAGES_FUNCTION), this, identity);
    const routes = addRoutes(api, identity, functionOf);
    const stateMachine = buildWorkflow(this, stateMachineName, functionOf);
    const { eventConcurrency, partnerEventBuses } = options;
    const limits = { eventConcurrency, partnerEventBuses };
    buildEvents(this, { bus, table, stateMachineArn, functionOf, queues, deadLetters, ...limits });
    const runtime = { api, stateMachine, functions: functions.all };
    monitor(
      this,
      { ...runtime, table, serviceName: stackName, deadLetters: [...deadLetters.values()] },
      options,
    );
    const { url: ApiUrl } = buildStage(this, api, routes, options);
    const outputs = { ApiUrl, ConsoleUrl: `${consoleUrls[0]}/console`, StateMachineArn: stateMachineArn };
    const names = { EventBusName: bus.eventBusName, TableName: table.tableName };
    buildOutputs(this, { ...outputs, ...names }, identity);
    warnOfSelfApproval(this, options);
  }
}

/**
 * Where browsers reach the console, the best address first. The pages are at the root of an origin: a domain that has
 * the API below a path of its own does not show them.
 */
function listConsoleUrls({ publicApiUrl }: Options, apiEndpoint: string): string[] {
  const isOrigin = publicApiUrl !== "" && new URL(publicApiUrl).pathname === "/";
  return isOrigin ? [publicApiUrl, apiEndpoint] : [apiEndpoint];
}

/** The function is built before the client is, whose id it is told. */
function tellSignIn(pages: LambdaFunction, stack: Stack, { signIn }: Identity): void {
  if (signIn) pages.addEnvironment("CONSOLE_SIGN_IN" satisfies Variable, stack.toJsonString(signIn));
}

type Stores = ReturnType<typeof buildStores>;

/** Builds the resources that hold data: table, keys, bus, queues, and what schedules need. */
function buildStores(stack: Stack, options: Options) {
  const deadLetters = buildDeadLetters(stack);
  const queues = buildEventQueues(stack, deadLetters);
  return {
    table: buildTable(stack),
    key: buildEncryptionKey(stack, `${options.stackName}/encryption`),
    ownKeyArns: buildOwnKeys(stack),
    bus: buildBus(stack, options.stackName, options),
    deadLetters,
    queues,
    scheduler: buildScheduler(stack, options.stackName, { queues, deadLetters }),
  };
}

const toArns = ({ table, key, ownKeyArns, bus, queues, scheduler }: Stores) => ({
  tableArn: table.tableArn,
  keyArn: key.keyArn,
  ownKeyArns,
  busArn: bus.eventBusArn,
  queueArns: Object.fromEntries([...queues].map(([name, queue]) => [name, queue.queueArn])),
  scheduler,
});

const toVariables = (
  { table, key, ownKeyArns, bus, deadLetters, queues, scheduler }: Stores,
  { stateMachineArn, apiUrl }: { stateMachineArn: string; apiUrl: string },
  region: string,
) => ({
  TABLE_NAME: table.tableName,
  STATE_MACHINE_ARN: stateMachineArn,
  KMS_KEY_ID: key.keyArn,
  CURSOR_ENCRYPTION_KEY_ARN: ownKeyArns.CURSOR_ENCRYPTION_KEY,
  FINGERPRINT_KEY_ARN: ownKeyArns.FINGERPRINT_KEY,
  EVENT_BUS_NAME: bus.eventBusName,
  DEAD_LETTER_QUEUES: queueVariable(deadLetters),
  EVENT_QUEUES: queueVariable(queues),
  ...scheduler.variables,
  PUBLIC_API_URL: apiUrl,
  CONSOLE_URL: `https://${region}.console.aws.amazon.com`,
});

function monitor(stack: Stack, watched: MonitoredResources, options: Options): void {
  const alarms = buildAlarms(stack, watched);
  buildDashboard(stack, options, watched, alarms);
  connectAlarms(stack, alarms, options);
}

function buildOutputs(stack: Stack, values: Record<string, string>, { issuer, pool }: Identity): void {
  const users = pool ? { UserPoolId: pool.userPoolId, UserPoolClientId: pool.clientId } : {};
  for (const [name, value] of Object.entries({ ...values, Issuer: issuer, ...users })) {
    new CfnOutput(stack, name, { value });
  }
}
