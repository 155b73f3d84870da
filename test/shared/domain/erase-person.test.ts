// A person in stored data: found wherever it says who did something, and nowhere else.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collectNames, erasePerson, mentions } from "../../../shared/domain/erase-person.ts";

const MARK = "erased:0123456789abcdefghij";
const person = (...names: string[]) => ({ subject: "ana", mark: MARK, names: new Set(names) });

describe("a person who is erased", () => {
  it("is a mark wherever it says who did something, and has no name beside it", () => {
    const stored = {
      ...{ executedBy: "ana", executedByName: "Ana", approvedBy: "bo", approvedByName: "Bo" },
      ...{ authors: ["bo", "ana"], approvals: [{ by: "ana", byName: "Ana" }], caughtUp: { by: "ana" } },
      parameters: { by: "nobody", user: "ana" },
    };
    expect(erasePerson(stored, person())).toEqual({
      ...{ executedBy: MARK, executedByName: null, approvedBy: "bo", approvedByName: "Bo" },
      ...{ authors: ["bo", MARK], approvals: [{ by: MARK, byName: null }], caughtUp: { by: MARK } },
      parameters: { by: "nobody", user: "ana" },
    });
  });

  it.each([
    ["Paused by Ana Gómez since noon", `Paused by ${MARK} since noon`],
    ["ana, Ana Gómez: both", `${MARK}, ${MARK}: both`],
    ["banana, ana-lytics, ana@example.com", "banana, ana-lytics, ana@example.com"],
  ])("leaves messages as whole words: %s", (message, expected) => {
    expect(erasePerson({ message }, person("Ana Gómez"))).toEqual({ message: expected });
  });

  it("takes a text as a whole that would be too long for its schema, and keeps earlier marks", () => {
    const note = `erased:aaaaaaaaaa and ${"ana ".repeat(100)}`;
    expect(erasePerson({ note }, person())).toEqual({ note: `erased:aaaaaaaaaa ${MARK}` });
  });

  it("is found by its names, whatever characters they hold", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 20 }), (name) => {
        const names = new Set<string>();
        collectNames(
          [
            { changedBy: "ana", changedByName: name },
            { by: "bo", byName: "Bo" },
          ],
          "ana",
          names,
        );
        expect([...names]).toEqual([name]);
        const message = `by ${name} !`;
        const left = erasePerson({ message }, { ...person(), names });
        expect(mentions(left.message, { subject: "ana", names: new Set() })).toBe(false);
      }),
    );
  });

  it("leaves what is no JSON as it is", () => {
    const hashes = new Set(["ana"]);
    expect(erasePerson({ hashes }, person()).hashes).toBe(hashes);
  });
});
