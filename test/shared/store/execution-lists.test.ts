// Which list of executions a question is answered from: the narrowest that its filter allows.
import { describe, expect, it } from "vitest";
import { chooseExecutionLists, type ExecutionFilter } from "../../../shared/store/execution-lists.ts";

const RUNBOOK = { runbookId: "runbook_1" };
const INCIDENT = { incidentId: "INC-1" };
const shards = (count: number, index: string, kind: string) =>
  Array.from({ length: count }, (_, shard) => `${index} ${kind}#${shard}`);
const ACTIVE = shards(8, "by-state", "active-executions");
const UNSUCCESSFUL = shards(4, "by-state", "unsuccessful-executions");
const TEAMS = ["by-team executions#global", "by-team executions#team#payments"];
const ALL = shards(4, "by-time", "executions");

type Row = readonly [what: string, filter: ExecutionFilter, ofTeams: string[], ofAll: string[]];
const ROWS: readonly Row[] = [
  ["nothing", {}, TEAMS, ALL],
  ["who and how", { executedBy: "ana", triggeredBy: "manual" }, TEAMS, ALL],
  ["an incident", INCIDENT, ["by-incident executions#INC-1"], ["by-incident executions#INC-1"]],
  ["a runbook", RUNBOOK, ["by-runbook executions#runbook_1"], ["by-runbook executions#runbook_1"]],
  [
    "an incident, a runbook and a status",
    { ...INCIDENT, ...RUNBOOK, status: ["FAILED"] },
    ["by-incident executions#INC-1"],
    ["by-incident executions#INC-1"],
  ],
  ["PENDING", { status: ["PENDING"] }, ACTIVE, ACTIVE],
  ["PENDING and RUNNING", { status: ["PENDING", "RUNNING"] }, ACTIVE, ACTIVE],
  ["FAILED", { status: ["FAILED"] }, [...UNSUCCESSFUL, ...ACTIVE], [...UNSUCCESSFUL, ...ACTIVE]],
  [
    "not successful",
    { status: ["CANCELLED", "FAILED"] },
    [...UNSUCCESSFUL, ...ACTIVE],
    [...UNSUCCESSFUL, ...ACTIVE],
  ],
  [
    "a parameter, whatever else",
    { searchable: { service: "d1", cluster: "d2" }, ...INCIDENT, status: ["FAILED"] },
    ["by-team parameter-executions#global#d1", "by-team parameter-executions#team#payments#d1"],
    ["by-time parameter-executions#d1"],
  ],
  ["SUCCESS", { status: ["SUCCESS"] }, TEAMS, ALL],
  ["SUCCESS and FAILED", { status: ["SUCCESS", "FAILED"] }, TEAMS, ALL],
  ["RUNNING and FAILED", { status: ["RUNNING", "FAILED"] }, TEAMS, ALL],
];

describe("executions are found", () => {
  it.each(ROWS)("by %s", (_, filter, ofTeams, ofAll) => {
    const lists = (scopes: Parameters<typeof chooseExecutionLists>[0]) =>
      chooseExecutionLists(scopes, filter).map(({ index, partition }) => `${index} ${partition}`);
    expect(lists([null, "payments"])).toEqual(ofTeams);
    expect(lists("all")).toEqual(ofAll);
  });

  it("nowhere by a caller of no scope, unless the filter names a list of its own", () => {
    expect(chooseExecutionLists([], {})).toEqual([]);
  });
});
