// The call of a claimed attempt: what will be asked about it later is kept first, and what cannot be kept does not go out.
import { readEnvironment, VARIABLES } from "../../contract/env.ts";
import type { Execution, ExecutionError } from "../../domain/executions/execution.ts";
import { logger, toLogFields } from "../../logging/logger.ts";
import { saveSentRequest } from "../../store/attempts.ts";
import { type AttemptEvidence, performAttempt } from "../../webhook/attempt.ts";
import { readEgressPolicy } from "../../webhook/egress/egress-policy.ts";
import { saveMasks } from "../callbacks/callback-masks.ts";
import { issueToken } from "../callbacks/callback-token.ts";
import { buildFailure, type PreparedCall } from "./prepare-call.ts";

/** The attempt that was claimed, and when its call has to be over. */
type ClaimedAttempt = { attemptNumber: number; endsAt: number };

export async function sendCall(
  prepared: PreparedCall,
  execution: Execution,
  { attemptNumber, endsAt }: ClaimedAttempt,
  clock: () => Date,
): Promise<AttemptEvidence> {
  const { id: executionId, runbookId } = execution;
  const ready = await tryBeforeCall(executionId, async () => {
    const policy = readEgressPolicy(readEnvironment(VARIABLES.workflow, process.env));
    await saveSentRequest(executionId, prepared.sentRequest);
    const hasCallback = prepared.rendered.callbackBase !== undefined;
    return { policy, callbackToken: hasCallback ? await issueToken(executionId) : undefined };
  });
  if ("error" in ready) return buildFailure(ready.error, true);
  const { callbackToken, policy } = ready.done;
  const deadlineMs = endsAt - clock().getTime();
  // Nothing goes out late: whoever waits for this call takes it for over by then.
  if (deadlineMs <= 0) return TOO_LATE;
  return performAttempt({
    ...prepared,
    callbackToken,
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
    policy,
  });
}

/** What is done before a call, or why the call must not go out. */
async function tryBeforeCall<T>(
  executionId: string,
  work: () => Promise<T>,
): Promise<{ done: T } | { error: ExecutionError }> {
  try {
    return { done: await work() };
  } catch (error) {
    logger.error("Nothing was sent", { executionId, failure: toLogFields(error) });
    const message = "What would be sent could not be recorded before the call. Nothing was sent.";
    return { error: { code: "internal_failure", message } };
  }
}

const TOO_LATE = buildFailure(
  { code: "timeout", message: "The time of the attempt was over before its call. Nothing was sent." },
  true,
);
