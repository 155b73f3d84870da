// The state "Record the outcome".
import { recordOutcome } from "../../shared/application/end/record-outcome.ts";
import { CompleteInput, CompleteResult } from "../../shared/contract/workflow.ts";
import { systemActor } from "../../shared/domain/executions/execution-changes.ts";
import { taskHandler } from "../../shared/handlers/task-handler.ts";

export const handler = taskHandler(
  "complete-execution",
  CompleteInput,
  CompleteResult,
  (input, { now, newId }) => recordOutcome(input, { actor: systemActor("workflow"), now, newId }),
);
