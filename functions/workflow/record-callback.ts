// Invoked by the callback route. Masks and records callbacks of receivers.
import { recordCallback } from "../../shared/application/callbacks/record-callback.ts";
import { RecordCallbackInput, RecordCallbackResult } from "../../shared/contract/workflow.ts";
import { ServiceError } from "../../shared/domain/errors.ts";
import { taskHandler } from "../../shared/handlers/task-handler.ts";

export const handler = taskHandler(
  "record-callback",
  RecordCallbackInput,
  RecordCallbackResult,
  async (input, { now }) => {
    const { executionId } = input;
    try {
      await recordCallback(input, now);
      return { executionId, refusal: null };
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code === "internal_error") throw error;
      const { code, message, retryAfterSeconds } = error;
      return { executionId, refusal: { code, message, retryAfterSeconds } };
    }
  },
);
