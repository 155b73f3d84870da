// Claims of attempts: one transaction before each call. The first claim also begins the execution.
import { KEYS } from "../contract/table.ts";
import { mayChange } from "../domain/executions/attempts.ts";
import type { Attempt, Execution, SentRequest } from "../domain/executions/execution.ts";
import type { ExecutionChange } from "../domain/executions/execution-changes.ts";
import { AttemptRecord, attemptUnchangedCheck } from "./attempts.ts";
import { auditWrite } from "./audit.ts";
import { noResultChecks } from "./callbacks.ts";
import { ConditionFailed } from "./client.ts";
import { beginChecks } from "./execution-writes.ts";
import { isStale, requestWrite, statusWrite } from "./executions.ts";
import { getRecord } from "./read.ts";
import { transact, type Write } from "./transact.ts";

/**
 * `id` is unique to the claim. By `callDeadlineAt` the claimed call is certainly over. `request`: what will be sent,
 * secrets masked; null if an earlier attempt recorded it, or if nothing will be sent.
 */
export type AttemptClaim = {
  id: string;
  startedAt: string;
  callDeadlineAt: string;
  request: SentRequest | null;
  /** False: no other attempt may follow if the outcome of this one stays unknown. */
  safeToRepeat?: boolean;
};

/** The change from PENDING to RUNNING, and the checks of the gate that let it pass. */
type Beginning = ExecutionChange & { gate?: { checks: readonly Write[] } };

/**
 * `execution` with its `attempts` is RUNNING, or `beginning` is its change from PENDING to RUNNING. `gate`: see
 * `beginChecks`.
 */
type Claimed = {
  execution: Execution;
  attempts: readonly Attempt[];
  beginning: Beginning | null;
};

/**
 * `claimed`: the caller owns the claim and may make the call. Otherwise no call may go out: the execution has changed, or
 * it may not begin. `refusedBy` then names the failed checks: `approval`, `kill-switch` or `concurrency`.
 */
type ClaimResult = { claimed: boolean; refusedBy: ConditionFailed | null };

/**
 * Claims the next attempt before its call. Conditions: the execution has the status and the attempt count that were
 * read, no attempt has changed since, and no callback has reported a result. To begin, the runbook must also be approved
 * at the execution's version, nothing may be paused, and the execution must hold its concurrency slot.
 */
export async function claimAttempt(run: Claimed, claim: AttemptClaim): Promise<ClaimResult> {
  const { execution, attempts, beginning } = run;
  const number = execution.attemptsClaimed + 1;
  try {
    await transact([
      ...(beginning ? beginWrites(beginning, claim) : [attemptCountWrite(execution, claim)]),
      attemptWrite(execution.id, number, claim),
      ...(claim.request ? [requestWrite(execution.id, claim.request)] : []),
      ...attempts.filter(mayChange).map((before) => attemptUnchangedCheck(execution.id, before)),
      ...(beginning ? [] : noResultChecks(execution)),
    ]);
    return { claimed: true, refusedBy: null };
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    const stored = await getRecord(AttemptRecord, KEYS.attempt(execution.id, number));
    const isOwn = stored?.claim === claim.id;
    return { claimed: isOwn, refusedBy: isOwn || isStale(error) ? null : error };
  }
}

function beginWrites({ gate, ...beginning }: Beginning, { callDeadlineAt }: AttemptClaim): Write[] {
  const execution = { ...beginning.execution, attemptsClaimed: 1, callDeadlineAt };
  const { audit } = beginning;
  return [
    statusWrite({ ...beginning, execution }),
    ...beginChecks(execution, gate?.checks),
    auditWrite(audit),
  ];
}

function attemptWrite(
  executionId: string,
  number: number,
  { id, startedAt, safeToRepeat = true }: AttemptClaim,
): Write {
  const attempt: Attempt = {
    number,
    startedAt,
    durationMs: null,
    outcome: "in_progress",
    retryable: safeToRepeat,
    retryAfterSeconds: null,
    answer: null,
    error: null,
  };
  const item = {
    ...KEYS.attempt(executionId, number),
    claim: id,
    outcome: attempt.outcome,
    attempt: JSON.stringify(attempt),
  };
  return { label: "attempt", put: item, condition: "attribute_not_exists(pk)" };
}

function attemptCountWrite({ id, attemptsClaimed }: Execution, { callDeadlineAt }: AttemptClaim): Write {
  return {
    label: "execution",
    key: KEYS.execution(id),
    update: "SET attemptsClaimed = :number, callDeadlineAt = :until",
    condition: "#status = :running AND attemptsClaimed = :before",
    names: { "#status": "status" },
    values: {
      ":number": attemptsClaimed + 1,
      ":until": callDeadlineAt,
      ":running": "RUNNING",
      ":before": attemptsClaimed,
    },
  };
}
