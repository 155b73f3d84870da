// Decisions: what came of each event for each automation, written once, with its audit entry; and rejected events.

import { PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { KEYS, LISTS } from "../contract/table.ts";
import type { AuditEntry } from "../domain/audit.ts";
import { DECISION_DAYS, Decision, type DecisionRecord } from "../domain/automations/automation-decision.ts";
import { sha256 } from "../domain/digest.ts";
import type { Rejection } from "../domain/incidents/rejection.ts";
import { ConditionFailed, callTable, openTable } from "./client.ts";
import { epochSeconds } from "./codecs.ts";
import { getRecord } from "./read.ts";
import { transact, type Write } from "./transact.ts";

export const DECISION_SECONDS = DECISION_DAYS * 24 * 3600;

const DecisionItem = Decision.extend({ validUntil: z.int() });

/** What was decided before, or null. */
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

/** Fails with the label `decision` where one stands already. */
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
    // Its place is taken only after the decision itself has expired.
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

/** Writes a decision that starts no run, with what belongs to it. False: another decision stood already. */
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

/** Entries of every chain are found by the runbook that they concern. */
export function auditListKeys(audit: AuditEntry) {
  return { runbookAudit: LISTS.runbookAudit(audit.runbookId), auditSort: audit.id };
}

/** Days that a rejected event can be looked up. */
const REJECTION_DAYS = 90;

/** Keeps why an event was rejected; the same event again is the same item. */
export async function saveRejection(rejection: Rejection, messageId: string): Promise<void> {
  const { documents, table: TableName } = openTable();
  const key = KEYS.rejection(rejection.at.slice(0, 10), sha256(rejection.eventId ?? messageId));
  const expiresAt = epochSeconds(new Date(rejection.at)) + REJECTION_DAYS * 24 * 3600;
  await callTable(() =>
    documents.send(new PutCommand({ TableName, Item: { ...key, ...rejection, expiresAt } })),
  );
}
