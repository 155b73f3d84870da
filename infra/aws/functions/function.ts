// A Lambda function of the service: runtime, limits, logs, environment and its own role.
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { VARIABLES, type Variable } from "../../../shared/contract/env.ts";
import { RULES } from "../../../shared/contract/events.ts";
import { functionOfClass, logGroupOf } from "../../../shared/contract/function-names.ts";
import { POOL_TRIGGERS } from "../../../shared/contract/identity.ts";
import { TIME_LIMITS } from "../../../shared/contract/workflow.ts";
import type { Entry, Kind } from "../bundle/entries.ts";
import type { Options } from "../options/options.ts";
import { type Called, publish, versionsOf } from "./calls.ts";

/** Seconds. A consumer processes a whole batch. A reconciliation pass must finish before the next one starts. */
const TIMEOUTS: Record<Kind, number> = {
  api: TIME_LIMITS.shortLambda,
  workflow: TIME_LIMITS.shortLambda,
  events: 30,
  identity: POOL_TRIGGERS.PreTokenGeneration.timeoutSeconds,
  authorizer: TIME_LIMITS.shortLambda,
  console: TIME_LIMITS.shortLambda,
  widgets: TIME_LIMITS.shortLambda,
};
const TIMEOUT_EXCEPTIONS: Record<string, number> = {
  "deliver-webhook": TIME_LIMITS.deliverLambda,
  [functionOfClass("read")]: TIME_LIMITS.readLambda,
  sweep: 50,
};

export function timeoutOf({ name, kind }: Pick<Entry, "name" | "kind">): Duration {
  return Duration.seconds(TIMEOUT_EXCEPTIONS[name] ?? TIMEOUTS[kind]);
}

/**
 * Functions of rules requeue events to their own queue for at most an hour. Lambda would take that for a recursive
 * loop after 16 rounds and drop the event (Lambda developer guide, "recursive loop detection").
 */
const REQUEUERS: ReadonlySet<string> = new Set(Object.values(RULES).map(({ target }) => target));

/** Lambda allocates CPU by memory. 1024 MB start about twice as fast as 512 MB, at the same price per request. */
const MEMORY_MB = 1024;

/** Returns the variables of the Node.js runtime and of the logging library. The contract names all others. */
export const runtimeVariables = (serviceName: string) => ({
  NODE_OPTIONS: "--enable-source-maps",
  // The field `service` of each log line, and the dimension `service` of each metric.
  POWERTOOLS_SERVICE_NAME: serviceName,
});

type FunctionProps = {
  entry: Entry;
  options: Options;
  code: Code;
  variables: Record<Variable, string>;
  statements: readonly PolicyStatement[];
  /** Reserved concurrency; undefined: the account's. */
  concurrency: number | undefined;
};

export class ServiceFunction extends Construct {
  readonly entry: Entry;
  readonly function: LambdaFunction;
  readonly role: Role;
  readonly functionName: string;
  readonly called: Called;

  constructor(scope: Construct, props: FunctionProps) {
    const { entry, options, code, variables, statements, concurrency } = props;
    const { stackName: serviceName, logDays } = options;
    super(scope, entry.name);
    this.entry = entry;
    const functionName = `${serviceName}-${entry.name}`;
    this.functionName = functionName;
    const logGroup = new LogGroup(this, "Logs", {
      logGroupName: logGroupOf(serviceName, entry.name),
      retention: logDays,
      // A name that stays behind after a creation that failed would make every further one fail.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    logGroup.grantWrite(this.role);
    for (const statement of statements) this.role.addToPrincipalPolicy(statement);
    this.function = new LambdaFunction(this, "Function", {
      functionName,
      ...(entry.description !== undefined && { description: entry.description }),
      code,
      handler: "index.handler",
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: MEMORY_MB,
      timeout: timeoutOf(entry),
      ...(concurrency !== undefined && { reservedConcurrentExecutions: concurrency }),
      ...(REQUEUERS.has(entry.name) && { recursiveLoop: RecursiveLoop.ALLOW }),
      environment: { ...runtimeVariables(serviceName), ...pick(variables, VARIABLES[entry.kind]) },
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      ...versionsOf(entry, options),
    });
    this.called = publish(this.function, entry, options);
  }
}

function pick(values: Record<Variable, string>, names: readonly Variable[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}
