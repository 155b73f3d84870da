// The trace of an execution, as W3C trace context names it: receivers get it, and the log lines of the execution say it.
import { sha256 } from "../digest.ts";

/** Made from the execution's id, so that whoever knows the id finds the trace. */
export const traceIdOf = (executionId: string): string => sha256(executionId).slice(0, 32);

/** The id of one attempt in that trace: what the receiver does is a child of it. */
export const attemptSpanOf = (executionId: string, attemptNumber: number): string =>
  sha256(`${executionId}/${attemptNumber}`).slice(0, 16);
