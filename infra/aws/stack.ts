// The stack: connects all resources of the service. Each kind of resource has its own file.
import { Stack } from "aws-cdk-lib";
import type { Code } from "aws-cdk-lib/aws-lambda";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { VARIABLES, type Variable } from "../../shared/contract/env.ts";
import { buildDoor } from "./api/door.ts";
import { buildBackups } from "./data/backups.ts";
import { buildEncryptionKey, buildOwnKeys, restrictDecryption } from "./data/keys.ts";
import { buildTable } from "./data/table.ts";
import { buildCustomerKey, encryptWith } from "./encryption/customer-key.ts";
import { buildBus } from "./events/bus.ts";
import { buildEvents } from "./events/events.ts";
import { buildBusDeadLetters, buildDeadLetters, buildEventQueues, queueVariable } from "./events/queues.ts";
import { buildScheduler } from "./events/scheduler.ts";
import { buildConsoleUrl } from "./functions/console-url.ts";
import type { ServiceFunction } from "./functions/function.ts";
import { buildVariables, Functions } from "./functions/functions.ts";
import { grantCustomerKey } from "./grants/customer-key-grants.ts";
import { buildResources } from "./grants/statements.ts";
import { buildAlarms, type MonitoredResources } from "./monitoring/alarms.ts";
import { buildDashboard } from "./monitoring/dashboard.ts";
import { connectAlarms } from "./monitoring/notifications.ts";
import { buildOutputs, listQueueOutputs } from "./monitoring/outputs.ts";
import { saveQueries } from "./monitoring/saved-queries.ts";
import { placeInVpc } from "./network/network.ts";
import { hasCustomerKey } from "./options/key-options.ts";
import type { Options } from "./options/options.ts";
import { qualify } from "./options/update-options.ts";
import { warnOfSelfApproval } from "./options/warnings.ts";
import { buildIdentity, type Identity } from "./people/identity.ts";
import { updateGradually } from "./updates/gradual.ts";
import { buildWorkflow } from "./workflow.ts";

type StackProps = {
  options: Options;
  /** Returns the bundle of the named function. */
  codeOf: (name: string) => Code;
};

export class RunbookStack extends Stack {
  constructor(scope: Construct, { options, codeOf }: StackProps) {
    const { stackName } = options;
    super(scope, stackName, {
      description: "Runbook automation: approved automations for on-call teams",
      terminationProtection: options.deletionProtection,
    });
    const stores = buildStores(this, options);
    const { table, key, bus, queues, deadLetters } = stores;
    const door = buildDoor(this, options);
    const resources = buildResources(this, options, toArns(stores));
    const { stateMachineArn, stateMachineName } = resources;
    const addresses = { apiUrl: door.publicUrl, consoleUrl: buildConsoleUrl(this) };
    const started = { stateMachineArn: qualify(stateMachineArn, options) };
    const variables = buildVariables(options, toVariables(stores, { ...started, ...addresses }));
    const functions = new Functions(this, { options, codeOf, resources, variables });
    placeInVpc(this, functions.delivery, options);
    restrictDecryption(key, functions.listDecrypterRoles());
    const functionOf = (name: string) => functions.require(name).called.callable;

    const identity = buildIdentity(this, options, functionOf, door.consoleUrls);
    tellIdentity(functions, this, identity);
    door.addRoutes(identity, functionOf);
    const stateMachine = buildWorkflow(
      this,
      stateMachineName,
      (name) => functions.require(name),
      options.logDays,
    );
    const { eventConcurrency, partnerEventBuses } = options;
    const limits = { eventConcurrency, partnerEventBuses };
    buildEvents(this, { bus, table, stateMachineArn, functionOf, queues, deadLetters, ...limits });
    const runtime = { api: door.watched, table, stateMachine, functions: functions.all };
    const watched = { ...runtime, serviceName: stackName, queues, deadLetters: listDeadLetters(stores) };
    monitor(this, watched, options, door.accessLog);
    const outputs = { ...door.outputs, StateMachineArn: stateMachineArn, DashboardName: stackName };
    buildOutputs(this, { ...outputs, ...namesOf(stores) }, identity);
    encryptWithCustomerKey(this, options);
    warnOfSelfApproval(this, options);
  }
}

/** Everything is built by now, and every role has its other rights. */
function encryptWithCustomerKey(stack: Stack, options: Options): void {
  const keyArn = buildCustomerKey(stack, options);
  if (keyArn === null) return;
  encryptWith(stack, keyArn);
  grantCustomerKey(stack, keyArn, options);
}

/** Functions are built before the clients and rules are that they are told. */
function tellIdentity(functions: Functions, stack: Stack, identity: Identity): void {
  const { signIn, machines, issuer, audience, scopes } = identity;
  const tell = (name: Variable, value: string) => {
    for (const { entry, function: told } of functions.all)
      if ((VARIABLES[entry.kind] as readonly Variable[]).includes(name)) told.addEnvironment(name, value);
  };
  if (signIn) tell("CONSOLE_SIGN_IN", stack.toJsonString(signIn));
  if (machines) tell("MACHINE_CLIENTS", machines);
  tell("TOKEN_RULES", stack.toJsonString({ issuer, audience, scopes }));
}

type Stores = ReturnType<typeof buildStores>;

/** Builds the resources that hold data: table, keys, bus, queues, and what schedules need. */
function buildStores(stack: Stack, options: Options) {
  const deadLetters = buildDeadLetters(stack);
  const queues = buildEventQueues(stack, deadLetters);
  const table = buildTable(stack, options);
  buildBackups(stack, table, options);
  const busDeadLetters = hasCustomerKey(options) ? buildBusDeadLetters(stack) : undefined;
  return {
    busDeadLetters,
    table,
    key: buildEncryptionKey(stack, `${options.stackName}/encryption`, options.multiRegionKey),
    ownKeyArns: buildOwnKeys(stack),
    bus: buildBus(stack, options.stackName, options, busDeadLetters),
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

const listDeadLetters = ({ deadLetters, busDeadLetters }: Stores) =>
  new Map([...deadLetters, ...(busDeadLetters ? [["bus", busDeadLetters] as const] : [])]);

const toVariables = (
  { table, key, ownKeyArns, bus, deadLetters, queues, scheduler }: Stores,
  { stateMachineArn, apiUrl, consoleUrl }: Record<"stateMachineArn" | "apiUrl" | "consoleUrl", string>,
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
  CONSOLE_URL: consoleUrl,
});

const namesOf = ({ bus, table, queues, deadLetters }: Stores) => ({
  EventBusName: bus.eventBusName,
  TableName: table.tableName,
  ...listQueueOutputs(queues, deadLetters),
});

type Watched = MonitoredResources & { functions: readonly ServiceFunction[] };

function monitor(stack: Stack, watched: Watched, options: Options, accessLog: ILogGroup): void {
  const alarms = buildAlarms(stack, watched);
  updateGradually(stack, { ...watched, alarms }, options);
  buildDashboard(stack, options, watched, alarms);
  connectAlarms(stack, alarms, options);
  const functions = watched.functions.map((built) => built.function.logGroup);
  saveQueries(stack, options.stackName, { functions, access: [accessLog] });
}
