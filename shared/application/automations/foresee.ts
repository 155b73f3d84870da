// What an automation would decide about an event now. Sends and stores nothing.

import { PREVIEW_EXECUTION_ID } from "../../contract/context.ts";
import type { Automation } from "../../domain/automations/automation.ts";
import { CHAIN_LIMIT, MAX_CHAIN, type Skip } from "../../domain/automations/automation-decision.ts";
import { refuseIfClosed, requireOpenGate } from "../start/start-gate.ts";
import { findApprovalSkip } from "./approve-automation.ts";
import { readClaims } from "./automation-claims.ts";
import { findObsolete } from "./find-obsolete.ts";
import { type DecisionContext, type IncomingEvent, toClaimSubject } from "./incoming-event.ts";
import { dryRun, planExecution } from "./plan-execution.ts";
import { toSkip } from "./skips.ts";

const SHADOW: Skip = { reason: "shadow", message: "The automation is in shadow mode: it would have fired." };

type Foreseen = { outcome: "fired"; reason: null; message: null } | ({ outcome: "skipped" } & Skip);

export async function foresee(
  automation: Automation,
  incoming: IncomingEvent,
  context: DecisionContext,
): Promise<Foreseen> {
  const skip = (await findSkip(automation, incoming, context)) ?? null;
  return skip ? { outcome: "skipped", ...skip } : { outcome: "fired", reason: null, message: null };
}

async function findSkip(
  automation: Automation,
  incoming: IncomingEvent,
  context: DecisionContext,
): Promise<Skip | undefined> {
  if (incoming.depth >= MAX_CHAIN) return CHAIN_LIMIT;
  const { incident } = incoming.latest;
  const early = findApprovalSkip(automation) ?? (await findObsolete(automation, incoming, context))?.skip;
  if (early) return early;
  try {
    const { blocked } = await readClaims(automation, toClaimSubject(incoming), context.now);
    if (blocked) return blocked.skip;
    const planned = await planExecution({ automation, ...incoming });
    await dryRun(automation, planned, context.now.toISOString());
    const { teamId } = planned.runbook.state;
    const run = { teamId, ranForTeamId: teamId ?? incident.teamId };
    await refuseIfClosed(run);
    await requireOpenGate({ ...run, id: PREVIEW_EXECUTION_ID, triggeredBy: "workflow" }, context.now);
    return automation.mode === "shadow" ? SHADOW : undefined;
  } catch (error) {
    return toSkip(error);
  }
}
