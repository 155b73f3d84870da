// The state "Wait for the callback".
import { AwaitInput, RunInput } from "../../shared/contract/workflow.ts";
import { task } from "../../shared/lambda/task.ts";
import { awaitCallback } from "../../shared/operations/await-callback.ts";

export const handler = task("await-callback", AwaitInput, RunInput, async (input, { now }) => {
  await awaitCallback(input, now);
  return { executionId: input.executionId };
});
