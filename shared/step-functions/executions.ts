// The state machine's runs: started under the id of the execution, looked at, stopped.
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";
import { StateMachineInput } from "../contract/workflow.ts";
import { executionArn, startArn } from "./arns.ts";

let client: SFNClient | undefined;
function stepFunctions(): SFNClient {
  client ??= new SFNClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 5000 },
  });
  return client;
}

/** Starts the state machine for a run. Again with the same id is the same run: `ExecutionAlreadyExists` is success. */
export async function startStateMachineExecution(executionId: string): Promise<void> {
  const input = JSON.stringify(StateMachineInput.parse({ executionId }));
  const start = new StartExecutionCommand({ stateMachineArn: startArn(), name: executionId, input });
  try {
    await stepFunctions().send(start);
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}

/** `missing`: the state machine knows no run of this id. */
export type StateMachineExecutionStatus =
  | "missing"
  | "RUNNING"
  | "SUCCEEDED"
  | "FAILED"
  | "TIMED_OUT"
  | "ABORTED";

export async function describeStateMachineExecution(
  executionId: string,
): Promise<StateMachineExecutionStatus> {
  try {
    const found = await stepFunctions().send(
      new DescribeExecutionCommand({ executionArn: executionArn(executionId) }),
    );
    // A run that waits for a redrive is not running: it has failed until somebody redrives it.
    return found.status === "PENDING_REDRIVE" ? "FAILED" : (found.status ?? "missing");
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return "missing";
    throw error;
  }
}

/** Stops the state machine of a run; one that is not there, or has ended, is stopped. `cause` shows in the console. */
export async function stopStateMachineExecution(executionId: string, cause: string): Promise<void> {
  try {
    await stepFunctions().send(
      new StopExecutionCommand({ executionArn: executionArn(executionId), error: "cancelled", cause }),
    );
  } catch (error) {
    if (!(error instanceof ExecutionDoesNotExist)) throw error;
  }
}

/** Ends a task that waits under this token; false where none does any more. */
export async function sendTaskSuccess(taskToken: string, output: StateMachineInput): Promise<boolean> {
  const command = new SendTaskSuccessCommand({
    taskToken,
    output: JSON.stringify(StateMachineInput.parse(output)),
  });
  try {
    await stepFunctions().send(command);
    return true;
  } catch (error) {
    const isOver = [TaskTimedOut, TaskDoesNotExist, InvalidToken].some((kind) => error instanceof kind);
    if (isOver) return false;
    throw error;
  }
}
