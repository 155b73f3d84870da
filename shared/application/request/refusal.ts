// A refusal with what it was decided from: it becomes final only while that still stands.
import { ERROR_CODES, ServiceError } from "../../domain/errors.ts";
import type { Write } from "../../store/transact.ts";

/** To a caller a refusal like any other. */
export class Refusal extends ServiceError {
  readonly evidence: readonly Write[];

  constructor(error: ServiceError, evidence: readonly Write[]) {
    const { code, message, cause, issues, retryAfterSeconds } = error;
    super(code, message, { cause, issues, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) });
    this.evidence = [...evidenceOf(error), ...evidence];
  }
}

/** A refusal with more of what it was decided from; any other failure as it is. */
export function withEvidence(error: unknown, evidence: readonly Write[]): unknown {
  if (!(error instanceof ServiceError) || ERROR_CODES[error.code].status >= 500) return error;
  return new Refusal(error, evidence);
}

export function evidenceOf(error: unknown): readonly Write[] {
  return error instanceof Refusal ? error.evidence : [];
}
