// W3C trace context of a call: one trace for all attempts of an execution, one parent for each attempt.
import { createHash } from "node:crypto";

const hexOf = (text: string, length: number) =>
  createHash("sha256").update(text).digest("hex").slice(0, length);

/**
 * Made from the execution's id, so that whoever knows the id finds the trace. The last field is the flag "sampled":
 * without it most receivers would drop traces that they record otherwise.
 */
export const traceparentOf = (executionId: string, attemptNumber: number): string =>
  `00-${hexOf(executionId, 32)}-${hexOf(`${executionId}/${attemptNumber}`, 16)}-01`;
