// Decisions are final: requests of workflows, and events for automations, at and past their 90 days.
import "../support/quiet.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { sortByTime } from "../../shared/contract/lists.ts";
import { KEYS, SHARDS, shardOf } from "../../shared/contract/table.ts";
import { appendToChain, EMPTY_CHAIN } from "../../shared/domain/audit.ts";
import type { StoredDecision } from "../../shared/domain/automations/automation-decision.ts";
import { sha256 } from "../../shared/domain/digest.ts";
import { RejectedEvent, type Rejection } from "../../shared/domain/incidents/rejection.ts";
import { decisionWrites, getDecision, saveDecision } from "../../shared/store/decisions.ts";
import { saveRejection } from "../../shared/store/rejections.ts";
import { getRequestOutcome, requestStartedWrite, saveRefusal } from "../../shared/store/requests.ts";
import { transact } from "../../shared/store/transact.ts";
import { alter, failNext, forget, freshTable, itemAt, writes } from "../support/decision-table.ts";
import { labelsOf } from "../support/labels.ts";
import { auditLists } from "../support/listed.ts";
import { newId } from "../support/seed.ts";

const NOW = new Date("2026-03-01T03:00:00.900Z");
const NOW_SECONDS = Math.floor(NOW.getTime() / 1000);
const DAYS_90 = 90 * 24 * 3600;
const after = (seconds: number) => new Date((NOW_SECONDS + seconds) * 1000);

const asked = { source: "ci", requestId: "r1", eventId: "e1", redriven: false, now: NOW };
const KEY = KEYS.claim(["request", "ci", "r1"]);
const rejected = new RejectedEvent("active_executions", "Others run.");
const audit = () =>
  appendToChain(EMPTY_CHAIN, {
    ...{ id: newId("audit"), runbookId: newId("runbook"), teamId: "payments", action: "execution.rejected" },
    ...{ actor: { id: "workflow:ci", name: null }, at: NOW.toISOString(), salt: newId("salt") },
  } as const);
const IS_NEW = "attribute_not_exists(pk) OR validUntil <= :now";

beforeEach(() => freshTable());

describe("a request without a result", () => {
  it("is to be decided, and its run claims it for 90 days", async () => {
    expect(await getRequestOutcome(asked)).toBe("decide");
    expect(requestStartedWrite(asked)).toEqual({
      label: "request",
      put: { ...KEY, validUntil: NOW_SECONDS + DAYS_90, expiresAt: NOW_SECONDS + DAYS_90 },
      condition: `${IS_NEW} OR (attribute_exists(refusedEvent) AND refusedEvent <> :event)`,
      values: { ":now": NOW_SECONDS, ":event": "e1" },
    });
    expect(requestStartedWrite({ ...asked, redriven: true })).toMatchObject({
      condition: `${IS_NEW} OR attribute_exists(refusedEvent)`,
      values: { ":now": NOW_SECONDS },
    });
    expect(Object.keys(requestStartedWrite({ ...asked, redriven: true }).values ?? {})).toEqual([":now"]);
  });
});

describe("a request that has started a run", () => {
  beforeEach(() => transact([requestStartedWrite(asked)]));

  it("starts no other, however often and from whomever it comes, for 90 days", async () => {
    const late = (seconds: number, changes = {}) => ({ ...asked, ...changes, now: after(seconds) });
    for (const again of [late(0, { eventId: "e2" }), late(0, { redriven: true }), late(DAYS_90 - 1)]) {
      expect(await getRequestOutcome(again)).toBe("started");
      expect(await labelsOf(transact([requestStartedWrite(again)]))).toEqual(["request"]);
      expect(await labelsOf(saveRefusal(again, rejected, null, []))).toEqual(["request"]);
    }
    expect(await getRequestOutcome(late(DAYS_90))).toBe("decide");
    expect(await labelsOf(transact([requestStartedWrite(late(DAYS_90))]))).toBe("written");
  });

  it("is another one from another source, or under another id", async () => {
    expect(await getRequestOutcome({ ...asked, source: "cd" })).toBe("decide");
    expect(await getRequestOutcome({ ...asked, requestId: "r2" })).toBe("decide");
  });
});

describe("a request that was refused", () => {
  it("is recorded in one entry, with the evidence of the refusal", async () => {
    const entry = audit();
    const evidence = [{ label: "evidence", check: KEY, condition: "attribute_not_exists(pk)" }];
    forget();
    await saveRefusal(
      asked,
      rejected,
      entry,
      evidence.map((one) => ({ ...one, check: KEYS.incident("INC-1") })),
    );
    expect(writes()).toEqual([
      [
        {
          Put: {
            Item: {
              ...KEY,
              ...{ validUntil: NOW_SECONDS + DAYS_90, expiresAt: NOW_SECONDS + DAYS_90 },
              ...{ refusedEvent: "e1", reason: "active_executions", message: "Others run." },
            },
            ConditionExpression: `${IS_NEW} OR (attribute_exists(refusedEvent) AND refusedEvent <> :event)`,
            ExpressionAttributeValues: { ":now": NOW_SECONDS, ":event": "e1" },
          },
        },
        {
          Put: {
            Item: {
              ...KEYS.refusalAudit(entry.id),
              ...auditLists(entry),
              ...entry,
            },
            ConditionExpression: "attribute_not_exists(pk)",
          },
        },
        { ConditionCheck: { Key: KEYS.incident("INC-1"), ConditionExpression: "attribute_not_exists(pk)" } },
      ],
    ]);
  });

  it("is refused again if the same event comes again, and decided again for another event or a person", async () => {
    await saveRefusal(asked, rejected, null, []);
    expect(await getRequestOutcome(asked)).toEqual(rejected);
    expect(await getRequestOutcome(asked)).toMatchObject({
      reason: "active_executions",
      message: "Others run.",
    });
    expect(await labelsOf(transact([requestStartedWrite(asked)]))).toEqual(["request"]);
    const newRequests = [
      { ...asked, eventId: "e2" },
      { ...asked, redriven: true },
    ];
    for (const again of newRequests) {
      expect(await getRequestOutcome(again)).toBe("decide");
      await saveRefusal(again, rejected, null, []);
    }
    expect(await labelsOf(transact([requestStartedWrite({ ...asked, redriven: true })]))).toBe("written");
  });

  it("is not refused if its evidence no longer holds, nor recorded twice", async () => {
    const entry = audit();
    await alter(KEYS.incident("INC-1"), { reportOrder: "x" });
    const gone = [
      { label: "evidence", check: KEYS.incident("INC-1"), condition: "attribute_not_exists(pk)" },
    ];
    expect(await labelsOf(saveRefusal(asked, rejected, entry, gone))).toEqual(["evidence"]);
    expect(await itemAt(KEYS.refusalAudit(entry.id))).toBeNull();
    await saveRefusal(asked, rejected, entry, []);
    const other = { ...asked, eventId: "e2" };
    expect(await labelsOf(saveRefusal(other, rejected, entry, []))).toEqual(["audit"]);
  });
});

describe("a decision", () => {
  const automationId = newId("automation");
  const decision: StoredDecision = {
    automationId,
    automationVersion: 1,
    eventId: "e1",
    eventTime: NOW.toISOString(),
    eventTeamId: "payments",
    incidentId: "INC-1",
    ranForTeamId: "payments",
    outcome: "skipped",
    reason: "cooldown",
    message: "It fired a minute ago.",
    executionId: null,
    at: NOW.toISOString(),
    caughtUp: null,
    ...{ auditSequence: 1, auditHash: "hash" },
  };
  const recordOf = () => ({ before: null, decision, audit: audit() });

  it("is written with its entry, and known for 90 days", async () => {
    const record = recordOf();
    expect(await getDecision(automationId, "e1", NOW)).toBeNull();
    expect(decisionWrites(record, NOW)).toEqual([
      {
        label: "decision",
        put: {
          ...KEYS.decision(automationId, "e1"),
          ...{
            runbookList: `decisions#${automationId}`,
            listSort: sortByTime(record.audit.at, record.audit.id),
          },
          ...decision,
          ...{ validUntil: NOW_SECONDS + DAYS_90, expiresAt: NOW_SECONDS + DAYS_90 },
        },
        condition: IS_NEW,
        values: { ":now": NOW_SECONDS },
      },
      {
        label: "audit",
        put: {
          ...KEYS.decisionAudit(automationId, "e1", 1),
          ...auditLists(record.audit),
          incidentList: `decisions#${decision.incidentId}`,
          ...record.audit,
        },
      },
    ]);
    expect(await saveDecision(record, NOW)).toBe(true);
    expect(await getDecision(automationId, "e1", after(DAYS_90 - 1))).toEqual(decision);
    expect(await getDecision(automationId, "e1", after(DAYS_90))).toBeNull();
    expect(await getDecision(automationId, "e2", NOW)).toBeNull();
    expect(await saveDecision(recordOf(), after(DAYS_90 - 1))).toBe(false);
    expect(await saveDecision(recordOf(), after(DAYS_90))).toBe(true);
  });

  it("is not made where what belongs to it fails, or the table does", async () => {
    const also = [
      { label: "automation", check: KEYS.automation(automationId), condition: "attribute_exists(pk)" },
    ];
    expect(await labelsOf(saveDecision(recordOf(), NOW, also))).toEqual(["automation"]);
    failNext("writes", new Error("down"));
    await expect(saveDecision(recordOf(), NOW)).rejects.toMatchObject({ code: "internal_error" });
    expect(await getDecision(automationId, "e1", NOW)).toBeNull();
  });
});

describe("a rejected event", () => {
  const rejection: Rejection = {
    rule: "on-incident",
    reason: "too_old",
    message: "It is old.",
    at: "2026-03-01T03:00:00.900Z",
    eventId: "e1",
    source: "s",
    ...{ detailType: "t", sourceId: null, kind: null },
  };

  it("is kept under its id, or that of its message, for 90 days", async () => {
    await saveRejection(rejection, "m1");
    await saveRejection({ ...rejection, eventId: null }, "m1");
    const expiresAt = NOW_SECONDS + DAYS_90;
    const keysOf = (id: string) => ({
      ...KEYS.rejection("2026-03-01", id),
      timeList: `rejections#${shardOf(id, SHARDS.rejections)}`,
      listSort: `${rejection.at}#${id}`,
    });
    expect(writes()).toEqual([
      { Item: { ...keysOf(sha256("e1")), incidentList: "events#e1", ...rejection, expiresAt } },
      { Item: { ...keysOf(sha256("m1")), ...rejection, eventId: null, expiresAt } },
    ]);
    failNext("writes", new Error("down"));
    await expect(saveRejection(rejection, "m1")).rejects.toMatchObject({ code: "internal_error" });
  });
});
