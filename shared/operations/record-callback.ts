// Records what a receiver calls back with, masked by all that was secret in the calls of its run; nothing else of it is kept.
import type { RecordCallbackInput } from "../contract/workflow.ts";
import { type CallbackNote, callbackDeadline, resultOf } from "../domain/callback.ts";
import { RunbookError } from "../domain/errors.ts";
import { isActive } from "../domain/run-changes.ts";
import { loggable, logger } from "../observe/logger.ts";
import { recordNote, recordResult } from "../store/callbacks.ts";
import { ConditionFailed } from "../store/client.ts";
import { getRun, type Run } from "../store/executions.ts";
import { maskCallback } from "../webhook/mask-callback.ts";
import { secretsOf } from "./callback-masks.ts";
import { refused, sameHash, unknownToken } from "./callback-token.ts";
import { endWait } from "./end-wait.ts";

/** How often a note is written anew because another one took its number. */
const TRIES = 5;

/** Records what the receiver says. Whatever is wrong with run, token or time, the answer is the same `not_permitted`. */
export async function recordCallback(
  { executionId, tokenHash: hash, proof, given }: RecordCallbackInput,
  now: Date,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const run = await getRun(executionId);
    if (run && isTold(run, hash, proof)) return isActive(run.execution) ? wake(executionId) : undefined;
    const why = reasonAgainst(run, hash, now);
    if (!run || why) throw refused(executionId, why ?? "unknown run");
    const said = maskCallback(given, await secretsOf(executionId));
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
