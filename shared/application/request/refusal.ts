// What is decided from a read is written only while that still stands: a refusal that becomes final, a change that fits.
import { ERROR_CODES, ServiceError } from "../../domain/errors.ts";
import { ConditionFailed } from "../../store/client.ts";
import { EVIDENCE, type Write } from "../../store/transact.ts";

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

const TRIES = 5;

/** Decides and writes; decides `again` where the evidence has changed in between, and at last says so. */
export async function retryOnConflict<T>(decide: (again: boolean) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await decide(attempt > 1);
    } catch (error) {
      if (!(error instanceof ConditionFailed) || !error.labels.includes(EVIDENCE)) throw error;
      const message = "What this depends on keeps changing: try again.";
      if (attempt === TRIES)
        throw new ServiceError("version_conflict", message, { cause: error, retryAfterSeconds: 1 });
    }
  }
}
