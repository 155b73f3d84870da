// Decisions: the outcome of each event for each automation, written once with its audit entry. Only a catch-up replaces
// one.

import * as z from "zod";
import { LISTS, listKeys, sortByTime } from "../contract/lists.ts";
import { DECISION_AUDIT_PREFIX, KEYS, SHARDS, shardsOf } from "../contract/table.ts";
import { AuditEntry } from "../domain/audit.ts";
import {
  DECISION_DAYS,
  type Decision,
  type DecisionRecord,
  StoredDecision,
  toDecisionView,
} from "../domain/automations/automation-decision.ts";
import { type FoundDecision, toFoundDecision } from "../domain/automations/found-decision.ts";
import type { ListScopes } from "../domain/scopes.ts";
import { auditListKeys } from "./audit.ts";
import { ConditionFailed } from "./client.ts";
import { epochSeconds } from "./codecs.ts";
import { type ListResult, listMerged, type Page } from "./lists.ts";
import { getRecord, type Item, parseItem } from "./read.ts";
import { transact, type Write } from "./transact.ts";

export const DECISION_SECONDS = DECISION_DAYS * 24 * 3600;

const DecisionItem = StoredDecision.extend({ validUntil: z.int() });

/** Returns the decision, or null if there is none or it has expired. */
export async function getDecision(
  automationId: string,
  eventId: string,
  now: Date,
): Promise<StoredDecision | null> {
  const stored = await getRecord(DecisionItem, KEYS.decision(automationId, eventId));
  if (!stored || stored.validUntil <= epochSeconds(now)) return null;
  const { validUntil: _until, ...decision } = stored;
  return decision;
}

const parseDecision = (item: Item): Decision => {
  const { validUntil: _until, ...decision } = parseItem(DecisionItem, item);
  return toDecisionView(decision);
};

/** Lists the visible decisions of an automation that have not expired, newest first. */
export async function listDecisions(
  automationId: string,
  isVisible: (decision: Decision) => boolean,
  page: Page,
): Promise<ListResult<Decision>> {
  return listMerged({
    lists: [LISTS.automationDecisions(automationId)],
    page,
    parse: parseDecision,
    keep: isVisible,
  });
}

/** `keep`: also what the caller may see. */
type Keep = (decision: FoundDecision) => boolean;

const parseFound = (item: Item) => toFoundDecision(parseItem(AuditEntry, item));

/** Lists decisions about an incident, newest first. */
export async function listDecisionsOfIncident(
  incidentId: string,
  keep: Keep,
  page: Page,
): Promise<ListResult<FoundDecision>> {
  return listMerged({ lists: [LISTS.incidentDecisions(incidentId)], page, parse: parseFound, keep });
}

/** Lists decisions about the incidents of these scopes, newest first. They are found among all audit entries. */
export async function findDecisions(
  scopes: ListScopes,
  keep: Keep,
  page: Page,
): Promise<ListResult<FoundDecision>> {
  const shards = shardsOf(SHARDS.audit);
  return listMerged({
    lists: scopes === "all" ? shards.map(LISTS.allAudit) : scopes.map(LISTS.teamAudit),
    page,
    among: ({ pk }) => String(pk).startsWith(DECISION_AUDIT_PREFIX),
    parse: parseFound,
    keep,
  });
}

const decisionListKeys = ({ automationId }: Decision, { at, id }: AuditEntry) =>
  listKeys(LISTS.automationDecisions(automationId), sortByTime(at, id));

/**
 * Returns the writes of a decision. The condition fails with the label `decision` if another valid decision exists, or
 * if the one that it replaces was replaced meanwhile.
 */
export function decisionWrites({ before, decision, audit }: DecisionRecord, now: Date): Write[] {
  const validUntil = epochSeconds(now) + DECISION_SECONDS;
  const key = KEYS.decision(decision.automationId, decision.eventId);
  return [
    {
      label: "decision",
      put: { ...key, ...decisionListKeys(decision, audit), ...decision, validUntil, expiresAt: validUntil },
      ...(before
        ? { condition: "auditSequence = :sequence", values: { ":sequence": before.auditSequence } }
        : {
            condition: "attribute_not_exists(pk) OR validUntil <= :now",
            values: { ":now": epochSeconds(now) },
          }),
    },
    // No condition: an entry exists under this key only if the decision before it has expired.
    {
      label: "audit",
      put: {
        ...KEYS.decisionAudit(decision.automationId, decision.eventId, audit.sequence),
        ...auditListKeys(audit),
        ...listKeys(LISTS.incidentDecisions(decision.incidentId), sortByTime(audit.at, audit.id)),
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
