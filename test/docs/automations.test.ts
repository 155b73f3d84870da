// The operators that docs/automations.md explains are complete, and match as it says.
import { describe, expect, it } from "vitest";
import { readDocument } from "../../infra/docs/documents.ts";
import { checkEventPattern } from "../../shared/domain/event-pattern/check.ts";
import { matchesEventPattern } from "../../shared/domain/event-pattern/match.ts";
import { OPERATORS } from "../../shared/domain/event-pattern/operators.ts";
import { fencesIn } from "../support/fences.ts";

const PAGE = "docs/automations.md";
const table = /<!-- operators -->\n([\s\S]*?)<!-- end: operators -->/.exec(readDocument(PAGE))?.[1] ?? "";
const rows = [...table.matchAll(/^\| `(\[.*?\])` \| (.*?) \| (.*?) \|$/gm)].map(
  ([, condition = "", good = "", bad = ""]) => ({ condition, good: valuesIn(good), bad: valuesIn(bad) }),
);

function valuesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, value = ""]) => value);
}

/** Beside the field, the event has another, so that a pattern over `f` alone may ask whether it is there. */
const eventWith = (value: string) => ({ other: 1, ...(value !== "absent" && { f: JSON.parse(value) }) });

describe("the operators of a pattern", () => {
  it("are all explained", () => {
    const named = rows.flatMap(({ condition }) =>
      [...condition.matchAll(/"([a-z-]+)":/g)].map(([, name]) => name),
    );
    expect([...new Set(named)].sort()).toEqual([...OPERATORS.keys()].sort());
  });

  it.each(rows)(
    "$condition matches what the page says, and nothing that it excludes",
    ({ condition, good, bad }) => {
      const pattern = { other: [1], f: JSON.parse(condition) };
      expect(checkEventPattern(pattern)).toEqual([]);
      expect(good.filter((value) => !matchesEventPattern(pattern, eventWith(value)))).toEqual([]);
      expect(bad.filter((value) => matchesEventPattern(pattern, eventWith(value)))).toEqual([]);
      expect(good.length * bad.length).toBeGreaterThan(0);
    },
  );

  it("in its examples are accepted", () => {
    const [pattern] = fencesIn(PAGE).filter(({ language }) => language === "json");
    expect(checkEventPattern(JSON.parse(pattern?.text ?? "null"))).toEqual([]);
    const [, alternatives = ""] = /`(\{"\$or": .*?\})`/.exec(readDocument(PAGE)) ?? [];
    expect(checkEventPattern(JSON.parse(alternatives))).toEqual([]);
  });
});
