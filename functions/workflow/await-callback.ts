// The state "Wait for the callback".
import { startCallbackWait } from "../../shared/application/callbacks/await-callback.ts";
import { AwaitInput, StateMachineInput } from "../../shared/contract/workflow.ts";
import { taskHandler } from "../../shared/handlers/task-handler.ts";

export const handler = taskHandler(
  "await-callback",
  AwaitInput,
  StateMachineInput,
  async (input, { now }) => {
    await startCallbackWait(input, now);
    return { executionId: input.executionId };
  },
);
