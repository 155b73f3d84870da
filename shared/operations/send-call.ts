// The call of a claimed attempt: what will be asked about it later is kept first, and what cannot be kept does not go out.
import { readEnvironment, VARIABLES } from "../contract/env.ts";
import type { Execution, ExecutionError } from "../domain/execution.ts";
import { loggable, logger } from "../observe/logger.ts";
import { keepRequest } from "../store/attempts.ts";
import { type AttemptEvidence, performAttempt } from "../webhook/attempt.ts";
import { policyFrom } from "../webhook/egress-policy.ts";
import { keepMasks } from "./callback-masks.ts";
import { issueToken } from "./callback-token.ts";
import { failed, type PreparedCall } from "./prepare-call.ts";

/** The attempt that was claimed, and when its call has to be over. */
export type Claimed = { attemptNumber: number; endsAt: number };

export async function sendCall(
  prepared: PreparedCall,
  execution: Execution,
  { attemptNumber, endsAt }: Claimed,
  clock: () => Date,
): Promise<AttemptEvidence> {
  const { id: executionId, runbookId } = execution;
  const ready = await orNothing(executionId, async () => {
    const policy = policyFrom(readEnvironment(VARIABLES.workflow, process.env));
    await keepRequest(executionId, prepared.shown);
    const calledBack = prepared.rendered.callbackBase !== undefined;
    return { policy, callbackToken: calledBack ? await issueToken(executionId) : undefined };
  });
  if ("error" in ready) return failed(ready.error, true);
  const { callbackToken, policy } = ready.done;
  const deadlineMs = endsAt - clock().getTime();
  // Nothing goes out late: whoever waits for this call takes it for over by then.
  if (deadlineMs <= 0) return TOO_LATE;
  return performAttempt({
    ...prepared,
    callbackToken,
    ...(callbackToken !== undefined && {
      beforeCall: async (secrets: readonly string[]) => {
        const kept = await orNothing(executionId, () => keepMasks(executionId, attemptNumber, secrets));
        return "error" in kept ? kept.error : null;
      },
    }),
    secrets: [...prepared.secrets, ...(callbackToken ? [callbackToken] : [])],
    runbookId,
    executionId,
    attemptNumber,
    deadlineMs,
    policy,
  });
}

/** What is done before a call, or why the call must not go out. */
async function orNothing<T>(
  executionId: string,
  work: () => Promise<T>,
): Promise<{ done: T } | { error: ExecutionError }> {
  try {
    return { done: await work() };
  } catch (error) {
    logger.error("Nothing was sent", { executionId, failure: loggable(error) });
    const message = "What would be sent could not be recorded before the call. Nothing was sent.";
    return { error: { code: "infrastructure", message } };
  }
}

const TOO_LATE = failed(
  { code: "timeout", message: "The time of the attempt was over before its call. Nothing was sent." },
  true,
);
