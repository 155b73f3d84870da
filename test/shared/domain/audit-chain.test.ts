// Chains of audit entries: any single change to what was written is found, by property.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AuditEntry,
  appendToChain,
  type ChainHead,
  EMPTY_CHAIN,
  toChainHead,
} from "../../../shared/domain/audit.ts";
import { type ChainEntry, checkChain, checkExecutionCount } from "../../../shared/domain/audit-chain.ts";
import { newId } from "../../support/seed.ts";

const runbookId = newId("runbook");

function chainOf(length: number): { entries: ChainEntry[]; head: ChainHead } {
  let head = EMPTY_CHAIN;
  const entries: ChainEntry[] = [];
  for (let n = 1; n <= length; n++) {
    const at = new Date(n * 1000).toISOString();
    const fact = {
      id: newId("audit"),
      salt: newId("salt"),
      runbookId,
      teamId: null,
      action: "runbook.updated",
      at,
      details: { n },
    } as const;
    const entry = appendToChain(head, { ...fact, actor: { id: "ana", name: null } });
    entries.push({ position: n, entry });
    head = toChainHead(entry);
  }
  return { entries, head };
}

const check = (entries: readonly ChainEntry[], head: ChainHead | null) =>
  checkChain({ name: "chain", form: "audit", entries, head });
const sizes = fc.integer({ min: 1, max: 12 });
const pick = (length: number, at: number) => at % length;

describe("a chain of audit entries", () => {
  it("that is unchanged has no finding, read in any order", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 }), (length) => {
        const { entries, head } = chainOf(length);
        expect(check(entries, head)).toEqual([]);
        expect(check(entries.toReversed(), head)).toEqual([]);
      }),
    );
  });

  it("[L2] reports an entry with any field altered", () => {
    const fields: Partial<AuditEntry>[] = [
      { actor: "eve" },
      { actorName: "Eve" },
      { action: "runbook.approved" },
      { at: "2020-01-01T00:00:00.000Z" },
      { details: {} },
      { id: newId("audit") },
      { runbookId: newId("runbook") },
      { executionId: newId("execution") },
      { sequence: 99 },
      { previousHash: "0".repeat(64) },
      { hash: "0".repeat(64) },
    ];
    fc.assert(
      fc.property(sizes, fc.nat(), fc.constantFrom(...fields), (length, at, change) => {
        const { entries, head } = chainOf(length);
        const index = pick(length, at);
        const changed = entries.map((e, n) =>
          n === index ? { ...e, entry: { ...Object(e.entry), ...change } } : e,
        );
        expect(check(changed, head)).toContainEqual(
          expect.objectContaining({ sequence: index + 1, problem: "altered" }),
        );
      }),
    );
  });

  it("[L2] reports which entry is missing", () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (length, at) => {
        const { entries, head } = chainOf(length);
        const index = pick(length, at);
        expect(check(entries.toSpliced(index, 1), head)).toEqual([
          expect.objectContaining({ sequence: index + 1, problem: "missing" }),
        ]);
      }),
    );
  });

  it("[L2] reports two swapped entries", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.nat(), fc.nat(), (length, a, b) => {
        const { entries, head } = chainOf(length);
        const [one, other] = [pick(length, a), pick(length, b)];
        fc.pre(one !== other);
        const swapped = entries.map((e, n) => {
          const from = n === one ? other : n === other ? one : n;
          return { position: e.position, entry: entries[from]?.entry };
        });
        const findings = check(swapped, head).filter(({ problem }) => problem === "reordered");
        expect(findings.map(({ sequence }) => sequence)).toEqual(
          expect.arrayContaining([one + 1, other + 1]),
        );
      }),
    );
  });

  it("reports a forged entry with a valid hash", () => {
    const { entries, head } = chainOf(3);
    const actor = { id: "eve", name: null };
    const at = "2020-01-01T00:00:00.000Z";
    const before = entries[0]?.entry as AuditEntry;
    const forged = appendToChain(toChainHead(before), {
      id: newId("audit"),
      salt: newId("salt"),
      runbookId,
      teamId: null,
      action: "runbook.approved",
      actor,
      at,
    });
    const placed = entries.with(1, { position: 2, entry: forged });
    expect(check(placed, head)).toMatchObject([{ sequence: 3, problem: "reordered" }]);
  });

  it("reports an entry added at its end, a replaced last entry, and a truncated end", () => {
    const { entries, head } = chainOf(2);
    const longer = chainOf(3);
    expect(check([...entries, ...longer.entries.slice(2)], head).at(-1)).toMatchObject({
      problem: "unanchored",
    });
    expect(check(longer.entries.slice(0, 2), head)).toMatchObject([{ sequence: 2, problem: "altered" }]);
    expect(check([], head)).toMatchObject([
      { sequence: 1, problem: "missing" },
      { sequence: 2, problem: "missing" },
    ]);
  });

  it("reports an item that is no entry, and a chain whose subject is missing", () => {
    const { entries, head } = chainOf(2);
    expect(check(entries.with(0, { position: 1, entry: { nonsense: true } }), head)).toContainEqual(
      expect.objectContaining({ sequence: 1, problem: "altered" }),
    );
    expect(check(entries, null)).toMatchObject([{ sequence: null, problem: "unanchored" }]);
  });

  it("is missed as a whole by its runbook's count of runs", () => {
    expect(checkExecutionCount({ runbookId, started: 2, found: 2 })).toEqual([]);
    expect(checkExecutionCount({ runbookId, started: 2, found: 1 })).toMatchObject([{ problem: "missing" }]);
    expect(checkExecutionCount({ runbookId, started: 2, found: 3 })).toMatchObject([
      { problem: "unanchored" },
    ]);
    expect(checkExecutionCount({ runbookId, started: null, found: 1 })).toMatchObject([
      { problem: "unanchored" },
    ]);
  });
});
