// Lists of executions over random tables: each equals a plain filter over everything, its pages joined.
import "../support/quiet.ts";
import fc from "fast-check";
import { expect, it } from "vitest";
import { KEYS } from "../../shared/contract/table.ts";
import { EMPTY_CHAIN } from "../../shared/domain/audit.ts";
import type { Caller } from "../../shared/domain/caller.ts";
import { EXECUTION_STATUSES, type Execution } from "../../shared/domain/executions/execution.ts";
import { listViewableScopes, mayView } from "../../shared/domain/permissions.ts";
import { type ExecutionFilter, findExecutions } from "../../shared/store/execution-lists.ts";
import type { Page } from "../../shared/store/lists.ts";
import { alter, freshTable } from "../support/decision-table.ts";
import { executionLists } from "../support/listed.ts";
import { callerIn, newId } from "../support/seed.ts";

const RUNBOOKS = [newId("runbook"), newId("runbook"), newId("runbook")];
const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 3, 0, second)).toISOString();
const some = <T>(...values: T[]) => fc.constantFrom<T>(...values);

/** Few values of each field, so that filters meet; many at one time, so that ids decide the order. */
const execution: fc.Arbitrary<Execution> = fc
  .record({
    runbookId: some(...RUNBOOKS),
    teamId: some(null, "payments"),
    otherTeam: some(null, "payments", "search"),
    incidentId: some(null, "INC-1", "INC-2"),
    status: some(...EXECUTION_STATUSES),
    isCalled: fc.boolean(),
    triggeredBy: some("manual" as const, "workflow" as const),
    executedBy: some("ana", "rob"),
    second: fc.nat(9),
  })
  .map(({ otherTeam, isCalled, second, ...fields }) => ({
    ...EMPTY_CHAIN,
    ...fields,
    id: newId("execution"),
    runbookName: "Restart",
    executedByName: null,
    runbookVersion: 1,
    definitionHash: "0".repeat(64),
    ranForTeamId: fields.teamId ?? otherTeam,
    error: null,
    trigger: {},
    createdAt: at(second),
    startedAt: null,
    completedAt: fields.status === "PENDING" || fields.status === "RUNNING" ? null : at(second),
    deadlineAt: null,
    attemptsClaimed: 0,
    callDeadlineAt: isCalled ? at(60) : null,
  }));

const filter: fc.Arbitrary<ExecutionFilter> = fc.record(
  {
    teamId: some(null, "payments", "search"),
    status: fc.uniqueArray(some(...EXECUTION_STATUSES), { minLength: 1 }),
    runbookId: some(...RUNBOOKS),
    incidentId: some("INC-1", "INC-2"),
    executedBy: some("ana", "rob"),
    triggeredBy: some("manual" as const, "workflow" as const),
  },
  { requiredKeys: [] },
);

const caller: fc.Arbitrary<Caller> = some(
  callerIn("platform-admin"),
  callerIn("team:payments:observer"),
  callerIn("team:search:responder", "team:payments:admin"),
  callerIn(),
);

const range = fc.record({ from: fc.nat(10).map(at), to: fc.nat(10).map(at) }, { requiredKeys: [] });

function stateOf({ status, completedAt, callDeadlineAt }: Execution) {
  if (completedAt === null || callDeadlineAt !== null) return "active";
  return status === "SUCCESS" ? null : "unsuccessful";
}

/** Everything that the caller may see and asks for, newest first. */
function expected(all: readonly Execution[], asked: Asked): string[] {
  const { teamId, status, ...fields } = asked.filter;
  const { from = "", to = "~" } = asked.range;
  return all
    .filter(mayView(asked.caller))
    .filter((one) => status === undefined || status.includes(one.status))
    .filter((one) => teamId === undefined || one.ranForTeamId === teamId)
    .filter((one) => Object.entries(fields).every(([name, value]) => Object(one)[name] === value))
    .filter(({ createdAt }) => from <= createdAt && createdAt < to)
    .map(({ createdAt, id }) => `${createdAt}#${id}`)
    .sort()
    .reverse();
}

type Asked = {
  filter: ExecutionFilter;
  caller: Caller;
  range: { from?: string; to?: string };
  limit: number;
};

async function pagesOf({ filter: fields, caller: who, range: times, limit }: Asked): Promise<string[]> {
  const found: string[] = [];
  for (let page: Page = { limit, ...times }; ; ) {
    const scopes = listViewableScopes(who, fields.teamId);
    const { items, next } = await findExecutions(scopes, fields, mayView(who), page);
    expect(items.length).toBeLessThanOrEqual(limit);
    found.push(...items.map(({ createdAt, id }) => `${createdAt}#${id}`));
    if (next === null) return found;
    page = { ...page, before: next };
  }
}

it("a list of executions has all that fit, once each, newest first, in pages of any size", async () => {
  const asked = fc.record({ filter, caller, range, limit: fc.integer({ min: 1, max: 7 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(execution, { maxLength: 40 }),
      fc.array(asked, { maxLength: 8 }),
      async (all, questions) => {
        freshTable();
        for (const one of all)
          await alter(KEYS.execution(one.id), { ...executionLists(one, stateOf(one)), ...one });
        for (const question of questions) expect(await pagesOf(question)).toEqual(expected(all, question));
      },
    ),
    { numRuns: 60 },
  );
});
