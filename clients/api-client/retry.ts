// Decides whether a failed attempt is followed by another, and after which pause.
import { ConnectionError, ProblemError, UnexpectedAnswerError } from "./errors.ts";
import { isRepeatable, type RouteRow } from "./route.ts";

/** Longest pause that the client makes by itself. If `Retry-After` asks for a longer one, the error is thrown. */
const MAX_PAUSE_MS = 30_000;
const FIRST_PAUSE_MS = 200;
const MAX_OWN_PAUSE_MS = 5_000;

type Failure = { error: unknown; attempt: number };

/**
 * Returns the pause before the next attempt in milliseconds, or null: no further attempt. `random` is from 0 to 1.
 * What may have had an effect is repeated only if a repetition has none.
 */
export function pauseAfter({ error, attempt }: Failure, row: RouteRow, random: number): number | null {
  if (!isTransient(error) || !(isRepeatable(row) || hadNoEffect(error))) return null;
  const own = Math.min(MAX_OWN_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1)) * random;
  const asked = error instanceof ConnectionError ? 0 : (error.retryAfterSeconds ?? 0) * 1000;
  return asked > MAX_PAUSE_MS ? null : asked + own;
}

type TransientError = ConnectionError | ProblemError | UnexpectedAnswerError;
const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504]);

function isTransient(error: unknown): error is TransientError {
  if (error instanceof ConnectionError) return true;
  const answered = error instanceof ProblemError || error instanceof UnexpectedAnswerError;
  return answered && TRANSIENT_STATUSES.has(error.status);
}

/** A 429 refuses before anything is done. */
const hadNoEffect = (error: TransientError) =>
  error instanceof ConnectionError ? !error.mayHaveArrived : error.status === 429;
