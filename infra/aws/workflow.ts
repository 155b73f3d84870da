// The state machine: the definition file with its substitutions, and a role that may invoke exactly those functions.
import { fileURLToPath } from "node:url";
import { ArnFormat, Aws, RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { WORKFLOW_FUNCTIONS, WORKFLOW_PARTITION } from "../../shared/contract/workflow.ts";
import type { ServiceFunction } from "./functions/function.ts";
import {
  acknowledgeLogDelivery,
  acknowledgeNoTraces,
  acknowledgeVersions,
} from "./grants/acknowledgements.ts";

const DEFINITION = fileURLToPath(new URL("../execution.asl.json", import.meta.url));

export function buildWorkflow(
  scope: Construct,
  stateMachineName: string,
  taskOf: (name: string) => ServiceFunction,
  logDays: number,
): StateMachine {
  const tasks = Object.entries(WORKFLOW_FUNCTIONS).map(([hole, name]) => [hole, taskOf(name)] as const);
  const functions = Object.fromEntries(
    tasks.map(([hole, { called }]) => [hole, called.callable.functionArn]),
  );
  const role = new Role(scope, "WorkflowRole", { assumedBy: new ServicePrincipal("states.amazonaws.com") });
  const resources = tasks.flatMap(([, task]) => listCallable(scope, task));
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources }));
  acknowledgeLogDelivery(role);
  acknowledgeVersions(
    role,
    tasks.flatMap(([, { called, functionName }]) => (called.version ? [functionName] : [])),
  );
  const destination = new LogGroup(scope, "WorkflowLogs", {
    logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
    retention: logDays,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  const stateMachine = new StateMachine(scope, "Workflow", {
    stateMachineName,
    stateMachineType: StateMachineType.STANDARD,
    definitionBody: DefinitionBody.fromFile(DEFINITION),
    definitionSubstitutions: { ...functions, [WORKFLOW_PARTITION]: Aws.PARTITION },
    role,
    // The logs keep the path of every execution longer than the 90 days of its history, without inputs and outputs.
    logs: { destination, level: LogLevel.ALL, includeExecutionData: false },
  });
  acknowledgeNoTraces(stateMachine);
  return stateMachine;
}

/**
 * A run that has begun calls the versions that it began with, and the role lets it. One that began before there were
 * versions calls the function itself.
 */
function listCallable(scope: Construct, { called, functionName, function: task }: ServiceFunction): string[] {
  if (!called.version) return [task.functionArn];
  const every = {
    service: "lambda",
    resource: "function",
    resourceName: `${functionName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  };
  return [task.functionArn, Stack.of(scope).formatArn(every)];
}
