// Keys and indexes: two different things never share a key, and what is written today is found tomorrow.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { INDEXES, KEYS, SORT_PREFIXES, TABLE } from "../../../shared/contract/table.ts";

/** An id or other part as it may come: all but the delimiter. */
const part = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => !text.includes("#"));
const address = ({ pk, sk }: { pk: string; sk: string }) => `${pk}\n${sk}`;

describe("keys", () => {
  it("of things of one kind are the same only for the same parts", () => {
    fc.assert(
      fc.property(part, part, part, part, (a, b, c, d) => {
        const same = a === c && b === d;
        expect(address(KEYS.decision(a, b)) === address(KEYS.decision(c, d))).toBe(same);
        expect(address(KEYS.idempotency(a, "route", b)) === address(KEYS.idempotency(c, "route", d))).toBe(
          same,
        );
        expect(address(KEYS.claim([a, b])) === address(KEYS.claim([c, d]))).toBe(same);
      }),
    );
  });

  it("[G12] accept no part with the delimiter, and no empty one", () => {
    for (const id of ["", "a#b", "#"]) {
      for (const key of [KEYS.runbookState, KEYS.execution, KEYS.incident, KEYS.automation]) {
        expect(() => key(id)).toThrow("A key part is empty or contains #");
      }
    }
  });

  it("are spelled as the stored items are", () => {
    expect(KEYS).toBeTypeOf("object");
    const spelled = {
      state: KEYS.runbookState("r"),
      summary: KEYS.runbookSummary("r"),
      secret: KEYS.runbookSigningSecret("r"),
      version: KEYS.version("r", 7),
      approval: KEYS.approval("r", 7),
      runbookAudit: KEYS.runbookAudit("r", 12),
      execution: KEYS.execution("e"),
      input: KEYS.executionInput("e"),
      attempt: KEYS.attempt("e", 3),
      executionAudit: KEYS.executionAudit("e", 1),
      incident: KEYS.incident("i"),
      automation: KEYS.automation("a"),
      automationAudit: KEYS.automationAudit("a", 2),
      incidentEvent: KEYS.incidentEvent("team", "2026-03-01", "t", "e"),
      rejection: KEYS.rejection("2026-03-01", "x"),
      callback: KEYS.callback("e"),
      note: KEYS.callbackNote("e", 4),
      concurrencySlots: KEYS.concurrencySlots("r", "l"),
      killSwitchChainHead: KEYS.killSwitchChainHead(),
      killSwitch: KEYS.killSwitch("t"),
      killSwitchGlobal: KEYS.killSwitch(null),
      killSwitchChange: KEYS.killSwitchAudit(3),
      pausedScopes: KEYS.pausedScopes(2),
    };
    expect(spelled).toMatchInlineSnapshot(`
      {
        "approval": {
          "pk": "approval#r",
          "sk": "approval#00000007",
        },
        "attempt": {
          "pk": "execution#e",
          "sk": "attempt#003",
        },
        "automation": {
          "pk": "automation#a",
          "sk": "automation",
        },
        "automationAudit": {
          "pk": "audit#automation#a",
          "sk": "audit#00000002",
        },
        "callback": {
          "pk": "execution#e",
          "sk": "callback",
        },
        "concurrencySlots": {
          "pk": "concurrency#r#l",
          "sk": "slots",
        },
        "execution": {
          "pk": "execution#e",
          "sk": "execution",
        },
        "executionAudit": {
          "pk": "audit#execution#e",
          "sk": "audit#00000001",
        },
        "incident": {
          "pk": "incident#i",
          "sk": "incident",
        },
        "incidentEvent": {
          "pk": "incident-events#team#2026-03-01",
          "sk": "event#t#e",
        },
        "input": {
          "pk": "execution#e",
          "sk": "input",
        },
        "killSwitch": {
          "pk": "kill-switches",
          "sk": "kill-switch#team#t",
        },
        "killSwitchChainHead": {
          "pk": "kill-switches",
          "sk": "chain-head",
        },
        "killSwitchChange": {
          "pk": "audit#kill-switches",
          "sk": "change#00000003",
        },
        "killSwitchGlobal": {
          "pk": "kill-switches",
          "sk": "kill-switch#global",
        },
        "note": {
          "pk": "execution#e",
          "sk": "note#004",
        },
        "pausedScopes": {
          "pk": "paused-scopes#2",
          "sk": "paused-scopes",
        },
        "rejection": {
          "pk": "rejections#2026-03-01",
          "sk": "rejection#x",
        },
        "runbookAudit": {
          "pk": "audit#runbook#r",
          "sk": "audit#00000012",
        },
        "secret": {
          "pk": "signing-secret#r",
          "sk": "signing-secret",
        },
        "state": {
          "pk": "runbook#r",
          "sk": "state",
        },
        "summary": {
          "pk": "runbook#r",
          "sk": "summary",
        },
        "version": {
          "pk": "version#r",
          "sk": "version#00000007",
        },
      }
    `);
  });

  it("sort as their numbers do", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99_999_999 }),
        fc.integer({ min: 1, max: 99_999_999 }),
        (a, b) => {
          expect(KEYS.version("r", a).sk < KEYS.version("r", b).sk).toBe(a < b);
          expect(KEYS.executionAudit("e", a).sk < KEYS.executionAudit("e", b).sk).toBe(a < b);
        },
      ),
    );
  });

  it("begin with the prefix that their collection is read by", () => {
    expect(KEYS.version("r", 1).sk.startsWith(SORT_PREFIXES.version)).toBe(true);
    expect(KEYS.approval("r", 1).sk.startsWith(SORT_PREFIXES.approval)).toBe(true);
    expect(KEYS.attempt("e", 1).sk.startsWith(SORT_PREFIXES.attempt)).toBe(true);
    expect(KEYS.runbookAudit("r", 1).sk.startsWith(SORT_PREFIXES.audit)).toBe(true);
    expect(KEYS.incidentEvent("t", "d", "t", "e").sk.startsWith(SORT_PREFIXES.event)).toBe(true);
    expect(KEYS.callbackNote("e", 1).sk.startsWith(SORT_PREFIXES.note)).toBe(true);
    expect(KEYS.killSwitchAudit(1).sk.startsWith(SORT_PREFIXES.killSwitchAudit)).toBe(true);
    expect(KEYS.killSwitch(null).sk.startsWith(SORT_PREFIXES.killSwitch)).toBe(true);
  });
});

describe("the table", () => {
  it("has a primary key and an expiry, and indexes that share no attribute with it", () => {
    expect(TABLE).toEqual({ partitionKey: "pk", sortKey: "sk", expiry: "expiresAt" });
    const own = Object.values<string>(TABLE);
    const attributes = Object.values(INDEXES).flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]);
    expect(attributes.filter((name) => own.includes(name))).toEqual([]);
    const partitions = Object.values(INDEXES).map(({ partitionKey }) => partitionKey);
    expect(new Set(partitions).size).toBe(partitions.length);
  });
});
