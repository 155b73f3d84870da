// One release changes one index of the table: DynamoDB takes one change of an index in each update.
import { describe, expect, it } from "vitest";
import { INDEXES, TABLE } from "../../shared/contract/table.ts";
import { readRelease } from "./release.ts";
import { explainTable, listIndexUpdates } from "./table-changes.ts";

const { partitionKey, sortKey, expiry } = TABLE;
const now = { keys: { partitionKey, sortKey, expiry }, indexes: INDEXES };

const table = (...names: string[]) => ({
  keys: { partitionKey: "pk", sortKey: "sk" },
  indexes: Object.fromEntries(names.map((name) => [name, { partitionKey: `${name}List`, sortKey: "sort" }])),
});
const withSort = (sort: string) => ({ ...table(), indexes: { a: { partitionKey: "aList", sortKey: sort } } });

describe("the table of the last release", () => {
  it("becomes the table of today in one update", () => {
    expect(explainTable(readRelease("table.json"), now)).toBe("");
  });
});

describe("a change of the table", () => {
  it.each([
    ["nothing", table("a", "b"), table("b", "a"), []],
    ["one index more", table("a"), table("a", "b"), ["add b"]],
    ["one index less", table("a", "b"), table("a"), ["delete b"]],
    ["two more", table("a"), table("a", "b", "c"), ["add b", "add c"]],
    ["another name", table("a"), table("b"), ["delete a", "add b"]],
    ["another key under the same name", withSort("sort"), withSort("time"), ["delete a", "add a"]],
  ])("of %s needs these updates", (_, before, after, updates) => {
    expect(listIndexUpdates(before, after)).toEqual(updates);
  });

  it("that needs more than one says which, and what to do", () => {
    const message = explainTable(table("a"), table("b"));
    expect(message).toContain("2 updates (delete a, add b)");
    expect(message).toContain("npm run release:record");
    expect(explainTable(table("a"), table("a", "b"))).toBe("");
  });

  it("of its own keys is refused, for it would be another table", () => {
    const after = { ...table("a"), keys: { partitionKey: "id", sortKey: "sk" } };
    expect(explainTable(table("a"), after)).toMatch(/would replace the table/);
  });
});
