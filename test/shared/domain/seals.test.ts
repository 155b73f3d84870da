// Seals of audit entries: a part that goes leaves the chain whole, and what is left of the entry is still proved by it.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AuditEntry,
  appendToChain,
  EMPTY_CHAIN,
  hashOf,
  toChainHead,
} from "../../../shared/domain/audit.ts";
import { checkChain } from "../../../shared/domain/audit-chain.ts";
import { mapTexts } from "../../../shared/domain/erasure.ts";
import { eraseParts } from "../../../shared/domain/seals.ts";
import { newId } from "../../support/seed.ts";

const MARK = "erased:0123456789";
const AT = "2026-11-27T03:00:00.000Z";

const entryOf = (details: object, actor = "ana"): AuditEntry =>
  appendToChain(EMPTY_CHAIN, {
    ...{ id: newId("audit"), runbookId: newId("runbook"), teamId: null, action: "execution.succeeded" },
    ...{ actor: { id: actor, name: "Ana" }, at: AT, salt: newId("salt"), details },
  });

const DETAILS = {
  ...{ executedBy: "ana", executedByName: "Ana", status: "SUCCESS", attempts: 1 },
  ...{ error: { code: "paused", message: "Paused by Bo" }, note: "Looked at", approvals: [{ by: "bo" }] },
};

const replace = (text: string) => (entry: AuditEntry) =>
  eraseParts(entry, (part) => mapTexts(part, (is) => (is === text ? MARK : is)) as typeof part);
const findingsOf = (entry: AuditEntry) =>
  checkChain({ name: "c", form: "audit", entries: [{ position: 1, entry }], head: toChainHead(entry) });

describe("an erased part of an audit entry", () => {
  it("leaves the hash as it was, no salt, and no other part changed", () => {
    const whole = entryOf(DETAILS);
    const erased = replace("ana")(whole);
    expect(erased).toMatchObject({ actor: MARK, actorName: "Ana", hash: whole.hash });
    expect(erased.details).toEqual({ ...DETAILS, executedBy: MARK });
    expect(erased.salt).toBeUndefined();
    expect(Object.keys(erased.erased?.seals ?? {})).toEqual(["actor", "executedBy"]);
    expect(findingsOf(erased)).toEqual([]);
  });

  it("can be followed by other parts, in any order, and the chain stands", () => {
    const texts = fc.shuffledSubarray(["ana", "bo", "Looked at", "Paused by Bo", "Ana"], { minLength: 1 });
    fc.assert(
      fc.property(texts, (order) => {
        const whole = entryOf(DETAILS);
        const erased = order.reduce((entry, text) => replace(text)(entry), whole);
        const { hash, ...content } = erased;
        expect([hash, hashOf(content)]).toEqual([whole.hash, whole.hash]);
        expect(findingsOf(erased)).toEqual([]);
      }),
    );
  });

  it("says nothing of what it was: equal parts have different seals in different entries", () => {
    const [one, other] = [replace("ana")(entryOf(DETAILS)), replace("ana")(entryOf(DETAILS))];
    expect(one.erased?.seals["actor"]).not.toBe(other.erased?.seals["actor"]);
    expect(one.erased?.salts).not.toHaveProperty("actor");
  });

  it.each<[string, (entry: AuditEntry) => AuditEntry]>([
    ["a part that is left", (entry) => ({ ...entry, details: { ...entry.details, note: "Nothing" } })],
    ["a fact", (entry) => ({ ...entry, details: { ...entry.details, status: "FAILED" } })],
    ["what is said to be erased", (entry) => ({ ...entry, erased: { seals: {}, salts: {} } })],
    [
      "the salt of a part",
      (entry) => ({ ...entry, erased: { seals: entry.erased?.seals ?? {}, salts: {} } }),
    ],
    [
      "a part, which is gone as a whole",
      ({ details: { note: _, ...details }, ...entry }) => ({ ...entry, details }),
    ],
    ["an erased part without a mark", (entry) => ({ ...entry, actor: "eve" })],
  ])("protects the rest: a change of %s is found", (_, change) => {
    expect(findingsOf(change(replace("ana")(entryOf(DETAILS))))).toMatchObject([{ problem: "altered" }]);
  });

  it("is none if nothing of it changed", () => {
    const whole = entryOf(DETAILS);
    expect(replace("somebody else")(whole)).toBe(whole);
  });
});
