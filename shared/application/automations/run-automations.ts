// Runs the automations for an event. Each matching one is decided separately and once, however often the event is
// delivered.

import type { Automation } from "../../domain/automations/automation.ts";
import { isMissed } from "../../domain/automations/automation-decision.ts";
import { mayMatch } from "../../domain/automations/timeliness.ts";
import type { Delivery, TaskContext } from "../../domain/context.ts";
import { isWait } from "../../domain/incidents/requeue.ts";
import { logger, toLogFields } from "../../logging/logger.ts";
import { automationUnchangedCheck, getAutomation, listAutomationIds } from "../../store/automations.ts";
import { getDecision, saveDecision } from "../../store/decisions.ts";
import { retryOnConflict } from "../../store/retry-on-conflict.ts";
import { getLatestReport } from "../request/latest-report.ts";
import { fireOrSkip, RETRYABLE_LABELS, toDecision } from "./fire-or-skip.ts";
import type { DecisionContext, IncomingEvent, OneDecision } from "./incoming-event.ts";

/** @throws if any automation could not be decided. A redelivery keeps the decisions that were made. */
export async function runAutomations(
  incoming: IncomingEvent,
  {
    now,
    newId,
    receives,
    redriven,
    wait,
  }: Pick<Delivery, keyof TaskContext | "receives" | "redriven" | "wait">,
): Promise<void> {
  const waited = wait.since !== null || receives > 1 || redriven;
  const context: DecisionContext = { now, newId, waited, mayWait: !wait.isOver, caughtUpBy: null };
  const ids = await listAutomationIds(incoming.teamId);
  const results = await Promise.allSettled(ids.map((id) => decideEvent(id, incoming, context)));
  const failures = results.filter((result) => result.status === "rejected").map(({ reason }) => reason);
  for (const failure of failures.filter((one) => !isWait(one)))
    logger.error("Automation evaluation failed", { failure: toLogFields(failure) });
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} automations were not decided`);
}

/** @throws if it could not be decided. */
export async function decideEvent(
  id: string,
  incoming: IncomingEvent,
  context: DecisionContext,
): Promise<void> {
  const giveUp = (cause: unknown) =>
    new Error(`The data behind the decision of automation ${id} keeps changing`, { cause });
  await retryOnConflict(
    async (again) => {
      const automation = await getAutomation(id);
      if (!automation?.enabled) return;
      if (!context.caughtUpBy && !mayMatch(automation, incoming.report.event)) return;
      const before = await getDecision(id, incoming.eventId, context.now);
      if (before && !(context.caughtUpBy && isMissed(before))) return;
      const latest = again ? await getLatestReport(incoming.report.incident.id) : null;
      await decide(automation, { ...incoming, latest: latest ?? incoming.latest }, { ...context, before });
    },
    { tries: 5, isConflict: ({ labels }) => labels.every((label) => RETRYABLE_LABELS.has(label)), giveUp },
  );
}

/** @throws ConditionFailed if the automation or the evidence of a skip has changed since it was read. */
async function decide(automation: Automation, incoming: IncomingEvent, context: OneDecision): Promise<void> {
  const skipped = await fireOrSkip(automation, incoming, context);
  if (!skipped || skipped.skip.reason === context.before?.reason) return;
  const { skip, evidence } = skipped;
  const decision = toDecision(automation, incoming, skip, context);
  await saveDecision(decision, context.now, [automationUnchangedCheck(automation), ...evidence]);
}
