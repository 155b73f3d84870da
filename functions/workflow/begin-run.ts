// The state "Begin the run".
import { BeginResult, RunInput } from "../../shared/contract/workflow.ts";
import { systemActor } from "../../shared/domain/run-changes.ts";
import { task } from "../../shared/lambda/task.ts";
import { beginRun } from "../../shared/operations/begin-run.ts";

export const handler = task("begin-run", RunInput, BeginResult, ({ executionId }, { now, newId }) =>
  beginRun(executionId, { actor: systemActor("workflow"), now, newId }),
);
