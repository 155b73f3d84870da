// Rule execution-ended: completes an execution whose state machine ended without recording an outcome.
import * as z from "zod";
import { completeForStateMachine } from "../../shared/application/end/reconcile.ts";
import { ExecutionId } from "../../shared/domain/ids.ts";
import { sqsHandler } from "../../shared/handlers/sqs-handler.ts";

/** The fields read from the event "Step Functions Execution Status Change". */
const ExecutionStatusChange = z.looseObject({
  detail: z.looseObject({
    name: ExecutionId,
    status: z.enum(["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]),
  }),
});

export const handler = sqsHandler(
  "on-execution-ended",
  ExecutionStatusChange,
  async ({ detail: { name, status } }, context) => {
    await completeForStateMachine(name, status, context);
  },
  { idsOf: ({ detail }) => ({ executionId: detail.name }) },
);
