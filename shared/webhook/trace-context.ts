// W3C trace context of a call: one trace for all attempts of an execution, one parent for each attempt.
import { attemptSpanOf, traceIdOf } from "../domain/executions/trace.ts";

/** The last field is the flag "sampled": without it most receivers would drop traces that they record otherwise. */
const traceparent = (executionId: string, parent: string): string =>
  `00-${traceIdOf(executionId)}-${parent}-01`;

export const traceparentOf = (executionId: string, attemptNumber: number): string =>
  traceparent(executionId, attemptSpanOf(executionId, attemptNumber));

/** As evidence shows it, which is of all attempts. */
export const shownTraceparentOf = (executionId: string): string =>
  traceparent(executionId, "(each attempt's own)");
