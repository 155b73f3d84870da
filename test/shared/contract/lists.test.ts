// Lists: two of them never share a partition, and no shard of one is hot.
import { describe, expect, it } from "vitest";
import { idOfSort, LIST_KINDS, LISTS, listKeys, sortByTime } from "../../../shared/contract/lists.ts";
import { SHARDS, shardOf } from "../../../shared/contract/table.ts";

describe("lists", () => {
  it("of a team and of what is global are apart, whatever the team is called", () => {
    expect(LISTS.teamRunbooks(null).partition).toBe("runbooks#global");
    expect(LISTS.teamRunbooks("global").partition).toBe("runbooks#team#global");
    expect(LISTS.teamAutomations(null).partition).toBe("automations#global");
    expect(LISTS.teamAutomations("payments").partition).toBe("automations#team#payments");
    expect(() => LISTS.teamRunbooks("a#b")).toThrow();
  });

  it("that span all teams are spread over shards that tell each other apart", () => {
    expect([
      LISTS.runbooksInStatus("DRAFT", 1),
      LISTS.automationsInState(true, 0),
      LISTS.automationsInState(false, 1),
      LISTS.activeExecutions(3),
    ]).toEqual([
      { index: "by-state", partition: "runbooks#DRAFT#1" },
      { index: "by-state", partition: "automations#enabled#0" },
      { index: "by-state", partition: "automations#disabled#1" },
      { index: "by-state", partition: "active-executions#3" },
    ]);
  });

  it("of one index never share a partition, so that one id finds each kind apart", () => {
    expect([
      LISTS.runbookExecutions("r"),
      LISTS.runbookAutomations("r"),
      LISTS.runbookAudit("r"),
      LISTS.incidentExecutions("i"),
    ]).toEqual([
      { index: "by-runbook", partition: "executions#r" },
      { index: "by-runbook", partition: "automations#r" },
      { index: "by-runbook", partition: "audit#r" },
      { index: "by-incident", partition: "executions#i" },
    ]);
    const begins = Object.values(LIST_KINDS).map(({ index, kind }) => `${index} ${kind}#`);
    expect(new Set(begins).size).toBe(begins.length);
  });

  it("over all teams begin with their kind, and are sorted by time and id", () => {
    expect([
      LISTS.teamExecutions(null),
      LISTS.teamExecutions("payments"),
      LISTS.teamAudit("payments"),
      LISTS.unsuccessfulExecutions(3),
      LISTS.allExecutions(1),
      LISTS.allAudit(7),
    ]).toEqual([
      { index: "by-team", partition: "executions#global" },
      { index: "by-team", partition: "executions#team#payments" },
      { index: "by-team", partition: "audit#team#payments" },
      { index: "by-state", partition: "unsuccessful-executions#3" },
      { index: "by-time", partition: "executions#1" },
      { index: "by-time", partition: "audit#7" },
    ]);
    const sort = sortByTime("2026-03-01T03:00:00.000Z", "execution_1");
    expect(sort).toBe("2026-03-01T03:00:00.000Z#execution_1");
    expect(idOfSort(sort)).toBe("execution_1");
  });

  it("put an item in with the two attributes of their index", () => {
    expect(listKeys(LISTS.runbookAudit("r"), "audit_1")).toEqual({
      runbookList: "audit#r",
      listSort: "audit_1",
    });
  });

  it("[K12] no shard gets more than its share of many ids", () => {
    const counts = Array.from({ length: SHARDS.activeExecutions }, () => 0);
    for (let n = 0; n < 8000; n++) {
      const shard = shardOf(`execution_${n}`, SHARDS.activeExecutions);
      counts[shard] = (counts[shard] ?? Number.NaN) + 1;
    }
    expect(Math.max(...counts)).toBeLessThan(1000 * 1.3);
    expect(Math.min(...counts)).toBeGreaterThan(1000 * 0.7);
  });

  it("assigns an item to the same shard every time", () => {
    expect(shardOf("execution_01h455vb4pex5vsknk084sn02q", 8)).toMatchInlineSnapshot(`0`);
  });
});
