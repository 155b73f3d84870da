// The state "Record the outcome".
import { FinishInput, FinishResult } from "../../shared/contract/workflow.ts";
import { systemActor } from "../../shared/domain/run-changes.ts";
import { task } from "../../shared/lambda/task.ts";
import { finishRun } from "../../shared/operations/finish-run.ts";

export const handler = task("finish-run", FinishInput, FinishResult, (input, { now, newId }) =>
  finishRun(input, { actor: systemActor("workflow"), now, newId }),
);
