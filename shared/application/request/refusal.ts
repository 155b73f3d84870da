// A refusal with its evidence: condition checks on the data behind it. It becomes final only if they still hold.
import { ERROR_CODES, ServiceError } from "../../domain/errors.ts";
import type { Write } from "../../store/transact.ts";

/** Callers see it like any other ServiceError. */
export class Refusal extends ServiceError {
  readonly evidence: readonly Write[];

  constructor(error: ServiceError, evidence: readonly Write[]) {
    const { code, message, cause, issues, retryAfterSeconds } = error;
    super(code, message, { cause, issues, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) });
    this.evidence = [...evidenceOf(error), ...evidence];
  }
}

/** Adds evidence to a refusal (status below 500). Returns any other error unchanged. */
export function withEvidence(error: unknown, evidence: readonly Write[]): unknown {
  if (!(error instanceof ServiceError) || ERROR_CODES[error.code].status >= 500) return error;
  return new Refusal(error, evidence);
}

export function evidenceOf(error: unknown): readonly Write[] {
  return error instanceof Refusal ? error.evidence : [];
}
