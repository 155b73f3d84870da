// Callbacks of receivers: known by their token alone, recorded before anything else happens, then the wait is over.
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import {
  CALLBACK_TOKEN,
  type CallbackNote,
  callbackDeadline,
  GivenCallback,
  resultOf,
} from "../domain/callback.ts";
import { RunbookError } from "../domain/errors.ts";
import { canonicalJson } from "../domain/json.ts";
import { isActive } from "../domain/run-changes.ts";
import { loggable, logger } from "../observe/logger.ts";
import { keepTokenHash, recordNote, recordResult } from "../store/callbacks.ts";
import { ConditionFailed } from "../store/client.ts";
import { getRun, type Run } from "../store/executions.ts";
import { maskSecrets } from "../webhook/mask.ts";
import { endWait } from "./end-wait.ts";

const TOKEN_BYTES = 32;

/** A fresh token for one call of a run; only its hash is kept. */
export async function issueToken(executionId: string): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  await keepTokenHash(executionId, hashOf(executionId, token));
  return token;
}

/** Bound to the run: the same token of another run has another hash. */
function hashOf(executionId: string, token: string): string {
  return createHash("sha256").update(`${executionId}\n${token}`).digest("hex");
}

/** Refuses whoever has no token of this run, before what it sends is read. */
export async function requireToken(executionId: string, token: string): Promise<void> {
  if (!CALLBACK_TOKEN.test(token)) throw refused(executionId, "not the shape of a token");
  const why = unknownToken(await getRun(executionId), hashOf(executionId, token));
  if (why) throw refused(executionId, why);
}

/** How often a note is written anew because another one took its number. */
const TRIES = 5;

/** The token is the key, and is not stored: what was said cannot be guessed from its proof. */
function proofOf(token: string, said: GivenCallback): string {
  return createHmac("sha256", token).update(canonicalJson(said)).digest("hex");
}

/** Records what the receiver says; an end that is told again is taken as it was. Whatever is wrong with run, token or time, the answer is the same `not_permitted`. */
export async function acceptCallback(
  executionId: string,
  token: string,
  given: GivenCallback,
  now: Date,
): Promise<void> {
  const hash = hashOf(executionId, token);
  const proof = proofOf(token, given);
  for (let attempt = 1; ; attempt++) {
    const run = await getRun(executionId);
    if (run && isTold(run, hash, proof)) return isActive(run.execution) ? wake(executionId) : undefined;
    const why = reasonAgainst(run, hash, now);
    if (!run || why) throw refused(executionId, why ?? "unknown run");
    const said = withoutToken(given, token);
    try {
      if (said.status === "RUNNING")
        return await recordNote(executionId, hash, nextNote(run, said.message, now));
      await recordResult(executionId, hash, resultOf(said, now.toISOString()), proof);
      return await wake(executionId);
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      if (attempt === TRIES)
        throw new RunbookError("unavailable", "Notes came too fast.", { retryAfterSeconds: 1 });
    }
  }
}

/** What a receiver quotes of its token is not kept. */
function withoutToken(given: GivenCallback, token: string): GivenCallback {
  return GivenCallback.parse(JSON.parse(maskSecrets(JSON.stringify(given), [token])));
}

/** True for the end that this token has told before; another one after it is refused by name. */
function isTold({ callback, execution }: Run, hash: string, proof: string): boolean {
  if (!callback?.result || !callback.tokenHashes.some((known) => sameHash(known, hash))) return false;
  if (callback.resultProof !== undefined && sameHash(callback.resultProof, proof)) return true;
  const { id } = execution;
  logger.info("A callback was refused", { executionId: id, why: "another end was told" });
  const message = `The end of this work was told before, as ${callback.result.status}, and stands.`;
  throw new RunbookError("execution_finished", message);
}

/** For operators alone: callers are not told which part was wrong. */
function reasonAgainst(run: Run | null, hash: string, now: Date): string | null {
  const unknown = unknownToken(run, hash);
  if (unknown || !run?.callback) return unknown;
  const deadline = callbackDeadline(run);
  if (run.execution.status !== "RUNNING") return `the run is ${run.execution.status}`;
  return deadline !== null && now.toISOString() >= deadline ? "too late" : null;
}

function unknownToken(run: Run | null, hash: string): string | null {
  if (!run?.callback) return "unknown run, or no callback is waited for";
  return run.callback.tokenHashes.some((known) => sameHash(known, hash)) ? null : "wrong token";
}

function sameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function refused(executionId: string, why: string): RunbookError {
  logger.info("A callback was refused", { executionId, why });
  return new RunbookError(
    "not_permitted",
    "This callback is not accepted: its token opens nothing here, now.",
  );
}

function nextNote(run: Run, message: string, now: Date): CallbackNote {
  const last = run.callback?.notes.at(-1)?.number ?? 0;
  return { number: last + 1, at: now.toISOString(), message };
}

/** The end is recorded: if the machine cannot be told now, the state that waits, or the sweep, finds it. */
async function wake(executionId: string): Promise<void> {
  try {
    const run = await getRun(executionId);
    if (run?.callback) await endWait(executionId, run.callback);
  } catch (error) {
    const failure = loggable(error);
    logger.warn("The state machine could not be told of a callback; the sweep will", {
      executionId,
      failure,
    });
  }
}
