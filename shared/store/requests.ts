// Requests of workflows: one run for each request, one refusal for each event, claimed with the audit of what was decided.

import * as z from "zod";
import { KEYS } from "../contract/table.ts";
import type { AuditEntry } from "../domain/audit.ts";
import { REJECTION_REASONS, RejectedEvent } from "../domain/incidents/rejection.ts";
import { epochSeconds } from "./codecs.ts";

import { auditListKeys, DECISION_SECONDS } from "./decisions.ts";
import { getRecord } from "./read.ts";
import { transact, type Write } from "./transact.ts";

/**
 * A request as an event brings it. `redriven`: somebody has sent the event back from the dead letters, so that what it
 * was refused for is asked anew. What comes again by itself is decided as before.
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

/** `decide`: nothing has come of it yet. A refusal is that of the same event. */
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

/** In the transaction of the run. Fails with the label `request` where something has come of the request already. */
export function requestStartedWrite(request: RequestEvent): Write {
  return outcomeWrite(request, {});
}

/**
 * Writes a refusal, with the one audit entry of a run that never came to be, where there is a runbook to tell it of.
 * Throws ConditionFailed with the label `request`, or with that of the evidence that stands no more.
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
