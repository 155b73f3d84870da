// Called by the route that receivers call back to: masks and records what they say.
import { RecordCallbackInput, RecordCallbackResult } from "../../shared/contract/workflow.ts";
import { RunbookError } from "../../shared/domain/errors.ts";
import { task } from "../../shared/lambda/task.ts";
import { recordCallback } from "../../shared/operations/record-callback.ts";

export const handler = task(
  "record-callback",
  RecordCallbackInput,
  RecordCallbackResult,
  async (input, { now }) => {
    const { executionId } = input;
    try {
      await recordCallback(input, now);
      return { executionId, refusal: null };
    } catch (error) {
      if (!(error instanceof RunbookError) || error.code === "internal_error") throw error;
      const { code, message, retryAfterSeconds } = error;
      return { executionId, refusal: { code, message, retryAfterSeconds } };
    }
  },
);
