// Rule run-ended: the state machine of a run has ended; close the run if nobody has.
import * as z from "zod";
import { ExecutionId } from "../../shared/domain/ids.ts";
import { consume } from "../../shared/lambda/consume.ts";
import { closeAs } from "../../shared/operations/reconcile.ts";

/** The documented event "Step Functions Execution Status Change", as far as it is read here. */
const RunEnded = z.looseObject({
  detail: z.looseObject({
    name: ExecutionId,
    status: z.enum(["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]),
  }),
});

export const handler = consume("on-run-ended", RunEnded, async ({ detail: { name, status } }, occasion) => {
  await closeAs(name, status, occasion);
});
