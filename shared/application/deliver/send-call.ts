// Sends the call of a claimed attempt. Token hash and masks are stored first, or nothing is sent.
import { readEnvironment, VARIABLES } from "../../contract/env.ts";
import { NOTHING_SENT } from "../../domain/executions/attempts.ts";
import type { Execution, ExecutionError } from "../../domain/executions/execution.ts";
import { logger, toLogFields } from "../../logging/logger.ts";
import { type AttemptEvidence, performAttempt } from "../../webhook/attempt.ts";
import { readAuthorities } from "../../webhook/egress/authorities.ts";
import { readEgressPolicy } from "../../webhook/egress/egress-policy.ts";
import { saveMasks } from "../callbacks/callback-masks.ts";
import { registerToken } from "../callbacks/issue-token.ts";
import { buildFailure, type PreparedCall } from "./prepare-call.ts";

/** A claimed attempt. `endsAt`: the time by which its call must be over, in milliseconds since the epoch. */
type ClaimedAttempt = { attemptNumber: number; endsAt: number };

export async function sendCall(
  prepared: PreparedCall,
  execution: Execution,
  { attemptNumber, endsAt }: ClaimedAttempt,
  clock: () => Date,
): Promise<AttemptEvidence> {
  const { id: executionId, runbookId } = execution;
  const { callbackToken } = prepared;
  const ready = await tryBeforeCall(executionId, async () => {
    if (callbackToken !== undefined) await registerToken(executionId, callbackToken);
    const env = readEnvironment(VARIABLES.workflow, process.env);
    return { policy: readEgressPolicy(env), authorities: readAuthorities(env.WEBHOOK_CA_BUNDLE) };
  });
  if ("error" in ready) return buildFailure(ready.error, true);
  const deadlineMs = endsAt - clock().getTime();
  // Nothing is sent late. By then, delivery and the reconciler treat the call as over.
  if (deadlineMs <= 0) return TOO_LATE;
  return performAttempt({
    ...prepared,
    ...(callbackToken !== undefined && {
      beforeCall: async (secrets: readonly string[]) => {
        const saved = await tryBeforeCall(executionId, () => saveMasks(executionId, attemptNumber, secrets));
        return "error" in saved ? saved.error : null;
      },
    }),
    secrets: [...prepared.secrets, ...(callbackToken ? [callbackToken] : [])],
    runbookId,
    executionId,
    attemptNumber,
    deadlineMs,
    ...ready.done,
  });
}

/** Returns the result of work that precedes a call, or the error for which the call must not be sent. */
async function tryBeforeCall<T>(
  executionId: string,
  work: () => Promise<T>,
): Promise<{ done: T } | { error: ExecutionError }> {
  try {
    return { done: await work() };
  } catch (error) {
    logger.error("Nothing was sent", { executionId, failure: toLogFields(error) });
    const message = `The request could not be recorded before the call. ${NOTHING_SENT}`;
    return { error: { code: "internal_failure", message } };
  }
}

const TOO_LATE = buildFailure(
  { code: "timeout", message: `The attempt timed out before its call. ${NOTHING_SENT}` },
  true,
);
