// Callback tokens: one for each execution, stored as a hash, and checked before any other part of a callback is read.
import { createHash, timingSafeEqual } from "node:crypto";
import { ServiceError } from "../../domain/errors.ts";
import { CALLBACK_TOKEN } from "../../domain/executions/callback.ts";
import { logger } from "../../logging/logger.ts";
import { type ExecutionRecord, getExecutionRecord } from "../../store/executions.ts";

/** The hash includes the execution id, so a token has another hash for another execution. */
export function hashToken(executionId: string, token: string): string {
  return createHash("sha256").update(`${executionId}\n${token}`).digest("hex");
}

/** @throws `not_permitted` unless the token belongs to this execution. Runs before the body is read. */
export async function requireToken(executionId: string, token: string): Promise<void> {
  if (!CALLBACK_TOKEN.test(token)) throw refuseCallback(executionId, "not the shape of a token");
  const why = findTokenProblem(await getExecutionRecord(executionId), hashToken(executionId, token));
  if (why) throw refuseCallback(executionId, why);
}

/** Returns the reason for operators, or null. Callers do not learn which part was wrong. */
export function findTokenProblem(record: ExecutionRecord | null, hash: string): string | null {
  if (!record?.callback) return "unknown run, or it expects no callback";
  return record.callback.tokenHashes.some((known) => isSameHash(known, hash)) ? null : "wrong token";
}

export function isSameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

export function refuseCallback(executionId: string, why: string): ServiceError {
  logger.info("A callback was refused", { executionId, why });
  return new ServiceError("not_permitted", "The callback token is invalid, used or expired.");
}
