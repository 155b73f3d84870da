// The state "Begin the run".
import { beginExecution } from "../../shared/application/deliver/begin-execution.ts";
import { BeginResult, StateMachineInput } from "../../shared/contract/workflow.ts";
import { systemActor } from "../../shared/domain/executions/execution-changes.ts";
import { taskHandler } from "../../shared/handlers/task-handler.ts";

export const handler = taskHandler(
  "begin-execution",
  StateMachineInput,
  BeginResult,
  ({ executionId }, { now, newId }) =>
    beginExecution(executionId, { actor: systemActor("workflow"), now, newId }),
);
