// The state machine: the definition file with its substitutions, and a role that may invoke exactly those functions.
import { fileURLToPath } from "node:url";
import { Aws, RemovalPolicy } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { WORKFLOW_FUNCTIONS, WORKFLOW_PARTITION } from "../../shared/contract/workflow.ts";
import { acknowledgeTracingAndLogDelivery } from "./grants/acknowledgements.ts";

const DEFINITION = fileURLToPath(new URL("../execution.asl.json", import.meta.url));

export function buildWorkflow(
  scope: Construct,
  stateMachineName: string,
  functionOf: (name: string) => IFunction,
  logDays: number,
): StateMachine {
  const placeholders = Object.entries(WORKFLOW_FUNCTIONS).map(([placeholder, name]) => [
    placeholder,
    functionOf(name).functionArn,
  ]);
  const functions: Record<string, string> = Object.fromEntries(placeholders);
  const role = new Role(scope, "WorkflowRole", { assumedBy: new ServicePrincipal("states.amazonaws.com") });
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: Object.values(functions) }),
  );
  acknowledgeTracingAndLogDelivery(role);
  const destination = new LogGroup(scope, "WorkflowLogs", {
    logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
    retention: logDays,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  return new StateMachine(scope, "Workflow", {
    stateMachineName,
    stateMachineType: StateMachineType.STANDARD,
    definitionBody: DefinitionBody.fromFile(DEFINITION),
    definitionSubstitutions: { ...functions, [WORKFLOW_PARTITION]: Aws.PARTITION },
    role,
    tracingEnabled: true,
    // The logs keep the path of every execution longer than the 90 days of its history, without inputs and outputs.
    logs: { destination, level: LogLevel.ALL, includeExecutionData: false },
  });
}
