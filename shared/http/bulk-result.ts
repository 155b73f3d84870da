// Renders the result for one of many: what came of it, or the problem that a request for it alone would have had.
import { toProblem, toServiceError } from "./problem.ts";

type Settled<T> = { id: string } & ({ value: T } | { error: unknown; begun: boolean });

/** `status`: HTTP status of a success. The detail of what was not begun says so, whatever its code says elsewhere. */
export function toBulkResult<T>(settled: Settled<T>, status: number, requestId: string) {
  const { id: executionId } = settled;
  if ("value" in settled) return { executionId, status, execution: settled.value, problem: null };
  const error = toServiceError(settled.error);
  const problem = toProblem(error, requestId);
  const detail = settled.begun ? problem.detail : error.message;
  return { executionId, status: problem.status, execution: null, problem: { ...problem, detail } };
}
