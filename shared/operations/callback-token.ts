// Tokens of callbacks: issued with each call, kept as hashes, and asked for before anything else of a callback is read.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { CALLBACK_TOKEN } from "../domain/callback.ts";
import { RunbookError } from "../domain/errors.ts";
import { logger } from "../observe/logger.ts";
import { keepTokenHash } from "../store/callbacks.ts";
import { getRun, type Run } from "../store/executions.ts";

const TOKEN_BYTES = 32;

/** A fresh token for one call of a run; only its hash is kept. */
export async function issueToken(executionId: string): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  await keepTokenHash(executionId, hashOf(executionId, token));
  return token;
}

/** Bound to the run: the same token of another run has another hash. */
export function hashOf(executionId: string, token: string): string {
  return createHash("sha256").update(`${executionId}\n${token}`).digest("hex");
}

/** Refuses whoever has no token of this run, before what it sends is read. */
export async function requireToken(executionId: string, token: string): Promise<void> {
  if (!CALLBACK_TOKEN.test(token)) throw refused(executionId, "not the shape of a token");
  const why = unknownToken(await getRun(executionId), hashOf(executionId, token));
  if (why) throw refused(executionId, why);
}

/** For operators alone: callers are not told which part was wrong. */
export function unknownToken(run: Run | null, hash: string): string | null {
  if (!run?.callback) return "unknown run, or no callback is waited for";
  return run.callback.tokenHashes.some((known) => sameHash(known, hash)) ? null : "wrong token";
}

export function sameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

export function refused(executionId: string, why: string): RunbookError {
  logger.info("A callback was refused", { executionId, why });
  return new RunbookError(
    "not_permitted",
    "This callback is not accepted: its token opens nothing here, now.",
  );
}
