// Decisions: the outcome of each event for each automation, written once with its audit entry.

import * as z from "zod";
import { KEYS } from "../contract/table.ts";
import { DECISION_DAYS, Decision, type DecisionRecord } from "../domain/automations/automation-decision.ts";
import { auditListKeys } from "./audit.ts";
import { ConditionFailed } from "./client.ts";
import { epochSeconds } from "./codecs.ts";
import { getRecord } from "./read.ts";
import { transact, type Write } from "./transact.ts";

export const DECISION_SECONDS = DECISION_DAYS * 24 * 3600;

const DecisionItem = Decision.extend({ validUntil: z.int() });

/** Returns the decision, or null if there is none or it has expired. */
export async function getDecision(
  automationId: string,
  eventId: string,
  now: Date,
): Promise<Decision | null> {
  const stored = await getRecord(DecisionItem, KEYS.decision(automationId, eventId));
  if (!stored || stored.validUntil <= epochSeconds(now)) return null;
  const { validUntil: _until, ...decision } = stored;
  return decision;
}

/** Returns the writes of a decision. The condition fails with the label `decision` if a valid decision exists. */
export function decisionWrites({ decision, audit }: DecisionRecord, now: Date): Write[] {
  const validUntil = epochSeconds(now) + DECISION_SECONDS;
  const key = KEYS.decision(decision.automationId, decision.eventId);
  return [
    {
      label: "decision",
      put: { ...key, ...decision, validUntil, expiresAt: validUntil },
      condition: "attribute_not_exists(pk) OR validUntil <= :now",
      values: { ":now": epochSeconds(now) },
    },
    // No condition: an entry exists under this key only if the decision before it has expired.
    {
      label: "audit",
      put: {
        ...KEYS.decisionAudit(decision.automationId, decision.eventId),
        ...auditListKeys(audit),
        ...audit,
      },
    },
  ];
}

/** Writes a decision together with `extraWrites`. Returns false if another decision already exists. */
export async function saveDecision(
  record: DecisionRecord,
  now: Date,
  extraWrites: readonly Write[] = [],
): Promise<boolean> {
  try {
    await transact([...decisionWrites(record, now), ...extraWrites]);
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed && error.labels.includes("decision")) return false;
    throw error;
  }
}
