// Workflow requests: one execution per request, one refusal per event. Each outcome is written with its audit entry.

import * as z from "zod";
import { KEYS } from "../contract/table.ts";
import type { AuditEntry } from "../domain/audit.ts";
import { REJECTION_REASONS, RejectedEvent } from "../domain/incidents/rejection.ts";
import { auditListKeys } from "./audit.ts";
import { epochSeconds } from "./codecs.ts";
import { DECISION_SECONDS } from "./decisions.ts";
import { getRecord } from "./read.ts";
import { transact, type Write } from "./transact.ts";

/**
 * A workflow's request. `redriven`: an operator redrove the event from the dead-letter queue, so that a refusal is
 * decided again. Any other redelivery keeps the earlier outcome.
 */
export type RequestEvent = {
  source: string;
  requestId: string;
  eventId: string;
  redriven: boolean;
  now: Date;
};

const RequestRecord = z.object({
  validUntil: z.int(),
  refusedEvent: z.string().optional(),
  reason: z.enum(REJECTION_REASONS).optional(),
  message: z.string().optional(),
});

/** Returns `started`, the refusal of the same event, or `decide` if the request has no outcome yet. */
export async function getRequestOutcome(
  request: RequestEvent,
): Promise<"decide" | "started" | RejectedEvent> {
  const stored = await getRecord(RequestRecord, keyOf(request));
  if (!stored || stored.validUntil <= epochSeconds(request.now)) return "decide";
  const { refusedEvent, reason, message = "" } = stored;
  if (refusedEvent === undefined || reason === undefined) return "started";
  return mayRetry(request, refusedEvent) ? "decide" : new RejectedEvent(reason, message);
}

const keyOf = ({ source, requestId }: RequestEvent) => KEYS.claim(["request", source, requestId]);
const mayRetry = ({ eventId, redriven }: RequestEvent, refusedEvent: string) =>
  redriven || refusedEvent !== eventId;

/** For the creating transaction. The condition fails with the label `request` if the request has an outcome. */
export function requestStartedWrite(request: RequestEvent): Write {
  return outcomeWrite(request, {});
}

/**
 * Writes a refusal with its audit entry, which is null if the request names no known runbook.
 * @throws ConditionFailed with the label `request`, or `evidence` if the refusal's reason no longer holds.
 */
export async function saveRefusal(
  request: RequestEvent,
  { reason, message }: RejectedEvent,
  audit: AuditEntry | null,
  evidence: readonly Write[],
): Promise<void> {
  const auditItem = audit && { ...KEYS.refusalAudit(audit.id), ...auditListKeys(audit), ...audit };
  await transact([
    outcomeWrite(request, { refusedEvent: request.eventId, reason, message }),
    ...(auditItem ? [{ label: "audit", put: auditItem, condition: "attribute_not_exists(pk)" }] : []),
    ...evidence,
  ]);
}

function outcomeWrite(
  request: RequestEvent,
  outcome: Omit<z.infer<typeof RequestRecord>, "validUntil">,
): Write {
  const now = epochSeconds(request.now);
  const validUntil = now + DECISION_SECONDS;
  const refusedBefore = request.redriven
    ? "attribute_exists(refusedEvent)"
    : "(attribute_exists(refusedEvent) AND refusedEvent <> :event)";
  return {
    label: "request",
    put: { ...keyOf(request), validUntil, expiresAt: validUntil, ...outcome },
    condition: `attribute_not_exists(pk) OR validUntil <= :now OR ${refusedBefore}`,
    values: { ":now": now, ...(!request.redriven && { ":event": request.eventId }) },
  };
}
