// Lists of audit entries and of incidents over random tables: each equals a plain filter over everything, its pages joined.
import "../support/quiet.ts";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { AuditEntry } from "../../shared/domain/audit.ts";
import type { Caller } from "../../shared/domain/caller.ts";
import { type FoundAuditEntry, toFoundAuditEntry } from "../../shared/domain/found-audit.ts";
import type { Incident } from "../../shared/domain/incidents/incident.ts";
import type { KillSwitchAuditEntry } from "../../shared/domain/kill-switches.ts";
import { listViewableScopes, mayView } from "../../shared/domain/permissions.ts";
import { auditWrite, findAudit, listAudit } from "../../shared/store/audit.ts";
import { saveKillSwitchChange } from "../../shared/store/controls.ts";
import { getReport, listIncidents, saveReport } from "../../shared/store/incidents.ts";
import type { ListResult, Page } from "../../shared/store/lists.ts";
import { transact } from "../../shared/store/transact.ts";
import { freshTable } from "../support/decision-table.ts";
import { callerIn, newId } from "../support/seed.ts";

const RUNBOOKS = [newId("runbook"), newId("runbook")];
const TEAMS = [null, "payments", "search"] as const;
const ACTIONS = ["runbook.created", "execution.requested", "automation.fired"] as const;
const HASH = "0".repeat(64);
const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 3, 0, second)).toISOString();
const some = <T>(...values: readonly T[]) => fc.constantFrom<T>(...values);

const caller: fc.Arbitrary<Caller> = some(
  callerIn("platform-admin"),
  callerIn("platform-auditor"),
  callerIn("team:payments:observer"),
  callerIn("team:search:responder", "team:payments:admin"),
  callerIn(),
);
const range = fc.record({ from: fc.nat(10).map(at), to: fc.nat(10).map(at) }, { requiredKeys: [] });
const limit = fc.integer({ min: 1, max: 7 });
type Range = { from?: string; to?: string };

/** Joins the pages of a list, and holds each to its limit. */
async function joined<T>(
  list: (page: Page) => Promise<ListResult<T>>,
  { range: times, limit: size }: { range: Range; limit: number },
): Promise<T[]> {
  const found: T[] = [];
  for (let page: Page = { limit: size, ...times }; ; ) {
    const { items, next } = await list(page);
    expect(items.length).toBeLessThanOrEqual(size);
    found.push(...items);
    if (next === null) return found;
    page = { ...page, before: next };
  }
}

type Timed = { id: string };
const newestFirst = <T extends Timed>(
  all: readonly T[],
  timeOf: (one: T) => string,
  { from = "", to = "~" }: Range,
) =>
  all
    .filter((one) => from <= timeOf(one) && timeOf(one) < to)
    .toSorted((a, b) => (`${timeOf(a)}#${a.id}` < `${timeOf(b)}#${b.id}` ? 1 : -1));

/** Few values of each field, so that filters meet; many at one time, so that ids decide the order. */
const entry = fc
  .record({
    runbookId: some(...RUNBOOKS),
    isExecution: fc.boolean(),
    teamId: some(null, "payments"),
    otherTeam: some(...TEAMS),
    action: some(...ACTIONS),
    actor: some("ana", "rob"),
    second: fc.nat(9),
  })
  .map(({ isExecution, otherTeam, second, ...fields }) => ({
    ...fields,
    id: newId("audit"),
    executionId: isExecution ? newId("execution") : null,
    automationId: null,
    eventId: null,
    ranForTeamId: isExecution ? (fields.teamId ?? otherTeam) : null,
    actorName: null,
    at: at(second),
    details: {},
    previousHash: "",
    hash: HASH,
  }));

const pauseChange = fc
  .record({ scope: some(...TEAMS), actor: some("ana", "rob"), second: fc.nat(9), paused: fc.boolean() })
  .map(({ second, paused, ...fields }) => ({
    ...fields,
    action: paused ? ("kill_switch.paused" as const) : ("kill_switch.resumed" as const),
    reason: "An outage",
    id: newId("audit"),
    actorName: null,
    at: at(second),
    previousHash: "",
    hash: HASH,
  }));

async function savePauseChange(audit: KillSwitchAuditEntry): Promise<void> {
  const { scope, sequence, actor, reason } = audit;
  const chain = { auditHash: HASH, auditAt: audit.at };
  const paused = audit.action === "kill_switch.paused";
  await saveKillSwitchChange({
    before: { ...chain, auditSequence: sequence - 1 },
    after: { ...chain, auditSequence: sequence },
    killSwitch: { scope, paused, reason, changedBy: actor, changedByName: null, changedAt: audit.at },
    audit,
  });
}

const auditQuestion = fc.record({
  caller,
  range,
  limit,
  teamId: fc.option(some(...TEAMS), { nil: undefined }),
  filter: fc.record(
    {
      actor: some("ana", "rob"),
      action: fc.uniqueArray(some<FoundAuditEntry["action"]>(...ACTIONS, "kill_switch.paused"), {
        minLength: 1,
      }),
    },
    { requiredKeys: [] },
  ),
});
type AuditQuestion = typeof auditQuestion extends fc.Arbitrary<infer Q> ? Q : never;

function expectedAudit(all: readonly FoundAuditEntry[], asked: AuditQuestion): FoundAuditEntry[] {
  const { actor, action } = asked.filter;
  const fitting = all
    .filter(mayView(asked.caller))
    .filter((one) => asked.teamId === undefined || (one.ranForTeamId ?? one.teamId) === asked.teamId)
    .filter((one) => actor === undefined || one.actor === actor)
    .filter((one) => action === undefined || action.includes(one.action));
  return newestFirst(fitting, (one) => one.at, asked.range);
}

it("a list of audit entries has all that fit, once each, newest first, in pages of any size", async () => {
  const tables = [fc.array(entry, { maxLength: 30 }), fc.array(pauseChange, { maxLength: 10 })] as const;
  await fc.assert(
    fc.asyncProperty(
      ...tables,
      fc.array(auditQuestion, { maxLength: 8 }),
      async (made, changed, questions) => {
        freshTable();
        const entries: AuditEntry[] = made.map((one, n) => ({ ...one, sequence: n + 1 }));
        const changes: KillSwitchAuditEntry[] = changed.map((one, n) => ({ ...one, sequence: n + 1 }));
        for (const one of entries) await transact([auditWrite(one)]);
        for (const one of changes) await savePauseChange(one);
        const all = [...entries, ...changes.map(toFoundAuditEntry)];
        for (const asked of questions) {
          const scopes = listViewableScopes(asked.caller, asked.teamId);
          const isVisible = mayView(asked.caller);
          const found = await joined((page) => findAudit(scopes, asked.filter, isVisible, page), asked);
          expect(found).toEqual(expectedAudit(all, asked));
          for (const runbookId of RUNBOOKS) {
            const listed = await joined((page) => listAudit(runbookId, isVisible, page), asked);
            const own = entries.filter((one) => one.runbookId === runbookId).filter(isVisible);
            expect(listed).toEqual(newestFirst(own, (one) => one.at, asked.range));
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});

const report = fc
  .record({
    id: some("INC-1", "INC-2", "INC-3", "INC-4", "INC-5", "INC-6"),
    teamId: some("payments", "search"),
    status: some("open", "acknowledged", "resolved"),
    created: fc.nat(9),
    order: fc.nat(99),
  })
  .map(({ created, order, ...fields }) => ({
    order: String(order).padStart(2, "0"),
    incident: {
      ...fields,
      ...{ title: "Checkout is slow", priority: "P1", acknowledgedAt: null, assignee: null, metadata: null },
      ...{ createdAt: at(created), reportedAt: at(created) },
    } satisfies Incident,
  }));

const incidentQuestion = fc.record({
  caller,
  range,
  limit,
  teamId: fc.option(some("payments", "search"), { nil: undefined }),
  status: fc.option(fc.uniqueArray(some("open", "acknowledged", "closed"), { minLength: 1 }), {
    nil: undefined,
  }),
});
type IncidentQuestion = typeof incidentQuestion extends fc.Arbitrary<infer Q> ? Q : never;

/** Of several reports of an incident, the latest; of two at one time, the first that came. */
function latestOf(reports: readonly { order: string; incident: Incident }[]): Incident[] {
  const latest = new Map<string, (typeof reports)[number]>();
  for (const one of reports) {
    const known = latest.get(one.incident.id);
    if (!known || known.order < one.order) latest.set(one.incident.id, one);
  }
  return [...latest.values()].map(({ incident }) => incident);
}

function expectedIncidents(all: readonly Incident[], asked: IncidentQuestion): Incident[] {
  const fitting = all
    .filter(({ teamId }) => mayView(asked.caller)({ teamId, ranForTeamId: teamId }))
    .filter(({ teamId }) => asked.teamId === undefined || teamId === asked.teamId)
    .filter(({ status }) => asked.status === undefined || asked.status.includes(status));
  return newestFirst(fitting, ({ createdAt }) => createdAt, asked.range);
}

it("a list of incidents has the latest report of all that fit, latest created first, in pages of any size", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(report, { maxLength: 20 }),
      fc.array(incidentQuestion, { maxLength: 8 }),
      async (reports, questions) => {
        freshTable();
        const all = latestOf(reports);
        for (const { incident, order } of reports) {
          const before = await getReport(incident.id);
          if (before && before.reportOrder >= order) continue;
          const event = { eventId: "e", time: incident.reportedAt };
          const episode = { number: 1, ended: false };
          await saveReport({ incident, order, event, reportedBy: "oncall.incidents", episode }, before);
        }
        for (const asked of questions) {
          const scopes = listViewableScopes(asked.caller, asked.teamId);
          const found = await joined((page) => listIncidents(scopes, asked.status, page), asked);
          expect(found).toEqual(expectedIncidents(all, asked));
        }
      },
    ),
    { numRuns: 60 },
  );
});
