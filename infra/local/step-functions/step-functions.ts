// Step Functions operations on the local stack.
import { randomUUID } from "node:crypto";
import * as z from "zod";
import { type Arns, STATE_MACHINE } from "../platform/arns.ts";
import { AwsError } from "../platform/errors.ts";
import { operation, type Service } from "../wire/aws-endpoint.ts";
import { EXECUTION_STATUSES, type Execution, type ExecutionLog } from "./execution-log.ts";
import type { Executions } from "./executions.ts";
import { MAX_PAYLOAD_BYTES } from "./task-call.ts";
import type { TaskTokens } from "./task-tokens.ts";
import type { Workflow } from "./workflow-definition.ts";

const page = { maxResults: z.int().min(0).max(1000).default(0), nextToken: z.string().optional() };
const StartExecution = z.object({
  stateMachineArn: z.string(),
  name: z.string().optional(),
  input: z.string().default("{}"),
});
const StopExecution = z.object({
  executionArn: z.string(),
  error: z.string().max(256).optional(),
  cause: z.string().max(32_768).optional(),
});
const ListExecutions = z.object({
  stateMachineArn: z.string(),
  statusFilter: z.enum(EXECUTION_STATUSES).optional(),
  ...page,
});
const GetExecutionHistory = z.object({
  executionArn: z.string(),
  reverseOrder: z.boolean().default(false),
  ...page,
});
const taskToken = { taskToken: z.string() };
const SendTaskFailure = z.object({
  ...taskToken,
  error: z.string().default(""),
  cause: z.string().default(""),
});

const seconds = (milliseconds: number) => milliseconds / 1000;

type StepFunctionsParts = {
  executions: Executions;
  executionLog: ExecutionLog;
  tokens: TaskTokens;
  workflow: Workflow;
  arns: Arns;
};

export function stepFunctions(parts: StepFunctionsParts): Service {
  const operations = {
    ...executionOperations(parts),
    ...stateMachineOperations(parts),
    ...taskOperations(parts.tokens),
  };
  return { name: "StepFunctions", target: "AWSStepFunctions", operations };
}

function executionOperations({ executions, executionLog, arns }: StepFunctionsParts) {
  const requireExecution = (arn: string): Execution => {
    const execution = executions.find(arn);
    if (execution !== undefined) return execution;
    throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
  };
  return {
    StartExecution: operation(StartExecution, (input) => {
      requireStateMachine(input.stateMachineArn, arns);
      const started = startOnce(input.name ?? randomUUID(), input.input, executions, arns);
      return { executionArn: started.arn, startDate: seconds(started.startedAt) };
    }),
    DescribeExecution: operation(z.object({ executionArn: z.string() }), (input) =>
      toDescription(requireExecution(input.executionArn), arns),
    ),
    StopExecution: operation(StopExecution, (input) => {
      const { arn } = requireExecution(input.executionArn);
      executions.stop(arn, input.error ?? null, input.cause ?? null);
      return { stopDate: seconds(requireExecution(arn).stoppedAt ?? Date.now()) };
    }),
    ListExecutions: operation(ListExecutions, (input) => {
      requireStateMachine(input.stateMachineArn, arns);
      const limit = input.maxResults || 100;
      const below = parsePosition(input.nextToken) ?? Number.MAX_SAFE_INTEGER;
      const found = executionLog.list(input.statusFilter ?? null, below, limit);
      const last = found.length === limit ? found.at(-1) : undefined;
      const next = last === undefined ? {} : { nextToken: String(last.position) };
      return { executions: found.map((execution) => toSummary(execution, arns)), ...next };
    }),
    GetExecutionHistory: operation(GetExecutionHistory, (input) => {
      const { arn } = requireExecution(input.executionArn);
      return listHistory(executionLog, arn, input);
    }),
  };
}

function listHistory(
  executionLog: ExecutionLog,
  arn: string,
  { maxResults, reverseOrder, nextToken }: z.output<typeof GetExecutionHistory>,
) {
  const limit = maxResults || 100;
  const after = parsePosition(nextToken) ?? (reverseOrder ? Number.MAX_SAFE_INTEGER : 0);
  const found = executionLog.history(arn, after, limit, reverseOrder);
  const events = found.map(({ id, type, timestamp, details }) => ({
    ...{ id, previousEventId: id - 1, type, timestamp: seconds(timestamp) },
    ...JSON.parse(details),
  }));
  const last = found.length === limit ? found.at(-1) : undefined;
  return { events, ...(last === undefined ? {} : { nextToken: String(last.id) }) };
}

/** Returns the running execution with this name and input. Throws if the name is used otherwise. */
function startOnce(name: string, input: string, executions: Executions, arns: Arns): Execution {
  if (!/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u.test(name)) {
    throw new AwsError("InvalidName", `Invalid Name: '${name}'`);
  }
  if (!isJson(input) || Buffer.byteLength(input) > MAX_PAYLOAD_BYTES) {
    throw new AwsError(
      "InvalidExecutionInput",
      "Invalid State Machine Execution Input: not JSON or too large",
    );
  }
  const arn = arns.execution(name);
  const known = executions.find(arn);
  if (known === undefined) return executions.start(name, input);
  if (known.status === "RUNNING" && known.input === input) return known;
  throw new AwsError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
}

function stateMachineOperations({ workflow, arns }: StepFunctionsParts) {
  const created = seconds(workflow.changedAt.getTime());
  const stateMachine = { stateMachineArn: arns.stateMachine, name: STATE_MACHINE, type: "STANDARD" };
  return {
    ListStateMachines: operation(z.object(page), () => ({
      stateMachines: [{ ...stateMachine, creationDate: created }],
    })),
    DescribeStateMachine: operation(z.object({ stateMachineArn: z.string() }), (input) => {
      requireStateMachine(input.stateMachineArn, arns);
      const { text: definition } = workflow;
      return {
        ...stateMachine,
        status: "ACTIVE",
        definition,
        roleArn: arns.stateMachineRole,
        creationDate: created,
      };
    }),
  };
}

function taskOperations(tokens: TaskTokens) {
  const answered = (found: boolean) => {
    if (!found) throw new AwsError("TaskTimedOut", "Task Timed Out: 'no task waits for this token'");
  };
  return {
    SendTaskSuccess: operation(z.object({ ...taskToken, output: z.string() }), (input) => {
      if (!isJson(input.output)) throw new AwsError("InvalidOutput", "Invalid Output: not JSON");
      answered(tokens.succeed(input.taskToken, JSON.parse(input.output)));
    }),
    SendTaskFailure: operation(SendTaskFailure, (input) => {
      answered(tokens.fail(input.taskToken, input.error, input.cause));
    }),
    SendTaskHeartbeat: operation(z.object(taskToken), (input) => answered(tokens.heartbeat(input.taskToken))),
  };
}

function requireStateMachine(arn: string, arns: Arns): void {
  if (arn === arns.stateMachine) return;
  throw new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
}

function toSummary(execution: Execution, arns: Arns) {
  const { stoppedAt } = execution;
  return {
    executionArn: execution.arn,
    stateMachineArn: arns.stateMachine,
    name: execution.name,
    status: execution.status,
    startDate: seconds(execution.startedAt),
    ...(stoppedAt === null ? {} : { stopDate: seconds(stoppedAt) }),
  };
}

function toDescription(execution: Execution, arns: Arns) {
  const { output, error, cause } = execution;
  return {
    ...toSummary(execution, arns),
    input: execution.input,
    inputDetails: { included: true },
    ...(output === null ? {} : { output, outputDetails: { included: true } }),
    ...(error === null ? {} : { error }),
    ...(cause === null ? {} : { cause }),
  };
}

function parsePosition(token: string | undefined): number | undefined {
  if (token === undefined) return undefined;
  if (/^\d{1,15}$/.test(token)) return Number(token);
  throw new AwsError("InvalidToken", `Invalid Token: '${token}'`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
