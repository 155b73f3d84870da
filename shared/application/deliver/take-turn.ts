// A delivery's turn among those of its team: a team with slow receivers waits for itself, and not the others for it.
import { randomUUID } from "node:crypto";
import { readEnvironment } from "../../contract/env.ts";
import type { DeliverInput, DeliverResult } from "../../contract/workflow.ts";
import { secondsUntilNextLook, slotExpiresAtMs } from "../../domain/executions/delivery-turns.ts";
import type { Execution, ExecutionError } from "../../domain/executions/execution.ts";
import type { RunbookVersion } from "../../domain/runbooks/runbook.ts";
import type { Scope } from "../../domain/scopes.ts";
import { returnDeliverySlot, takeDeliverySlot } from "../../store/delivery-slots.ts";

/** What of a delivery the turn is about. */
type Due = { execution: Execution; version: RunbookVersion; input: DeliverInput };
type Refuse = (error: ExecutionError) => DeliverResult;

/**
 * Does `work` in the team's turn. While all its slots are taken, the result is to wait; after an hour a run that has not
 * begun is refused. The deadline of one that has begun is its own. A turn that cannot be given back ends by itself.
 */
export async function inTurn(
  { execution, version, input }: Due,
  { clock, refuse }: { clock: () => Date; refuse: Refuse },
  work: () => Promise<DeliverResult | null>,
): Promise<DeliverResult | null> {
  const { DELIVERIES_PER_TEAM: limit } = readEnvironment(["DELIVERIES_PER_TEAM"], process.env);
  if (limit === 0) return work();
  const nowMs = clock().getTime();
  const slot = await takeDeliverySlot(
    {
      team: teamOf(execution),
      limit,
      holder: randomUUID(),
      nowMs,
      untilMs: slotExpiresAtMs(nowMs, version.definition.attemptTimeoutSeconds),
    },
    Math.random,
  );
  if (!slot) return waitForTurn(execution, input, nowMs, refuse);
  try {
    return await work();
  } finally {
    await Promise.allSettled([returnDeliverySlot(slot)]);
  }
}

/** The team that the run is for; of a global runbook that nobody's team runs: none. */
const teamOf = ({ ranForTeamId, teamId }: Execution): Scope => ranForTeamId ?? teamId ?? null;

function waitForTurn(
  { id: executionId, status }: Execution,
  { attempt, waitingSince }: DeliverInput,
  nowMs: number,
  refuse: Refuse,
): DeliverResult {
  const since = waitingSince ?? new Date(nowMs).toISOString();
  const waitSeconds = secondsUntilNextLook(nowMs - Date.parse(since), Math.random());
  if (waitSeconds !== null) return { executionId, next: "wait", attempt, waitSeconds, waitingSince: since };
  // The deadline of a run that has begun comes first.
  if (status !== "PENDING") return { executionId, next: "fail", attempt, waitSeconds: 0 };
  return refuse({ code: "no_turn", message: NO_TURN });
}

const NO_TURN =
  "The deliveries of the team were at their limit for an hour: its receivers are slow, or many runs were started at once. Nothing was sent.";
