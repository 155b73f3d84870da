// Incidents arrive: the state that is kept, the runs that start automatically, and the events that are refused.
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { getIncident } from "../../../shared/store/incidents.ts";
import { ask, person } from "../../support/api.ts";
import {
  approvedRunbook,
  auditOf,
  automation,
  deadLettersOf,
  deliver,
  type EventsHost,
  incidentEvent,
  type Report,
  startEvents,
  storedItems,
  storedRuns,
} from "../../support/events.ts";
import { violations } from "../../support/invariants.ts";
import { randomFrom, SEED, times } from "../../support/long-form.ts";

let host: EventsHost;
beforeAll(async () => {
  host = await startEvents();
});
afterAll(async () => {
  expect(await violations({ now: new Date(0) })).toEqual([]);
  await host.stop();
});

const ORDERS = times(40, 120);
/** Batches of ten deliveries. */
const TENS = times(2, 10);

/** Time for hundreds of deliveries on a busy machine. */
const MANY_MS = 120_000;

/** A team for each test, so that none meets another's automations. */
let team: string;
beforeEach(() => {
  team = `team-${randomUUID()}`;
});
const report = (given: Report = {}) => incidentEvent({ teamId: team, ...given });
const runsOf = async (automationId: string) =>
  (await storedRuns(host.table)).filter((run) => run.trigger.automationId === automationId);
const decisionsOf = async (runbookId: string) =>
  (await auditOf(runbookId)).filter(({ action }) => /^automation\.(fired|skipped)$/.test(action));

describe("the incident", () => {
  it(
    `J4: five reports end in the same state in ${ORDERS} of their 120 orders`,
    async () => {
      const incidentId = `inc-${randomUUID()}`;
      const base = Date.now() - 60_000;
      const reports = [
        ["Incident Created", 0],
        ["Incident Acknowledged", 1],
        ["Incident Updated", 1],
        ["Incident Escalated", 2],
        ["Incident Resolved", 2],
      ] as const;
      const ends = new Set<string>();
      const meet = async (order: readonly number[]) => {
        const id = `${incidentId}-${order.join("")}`;
        const events = order.map((i) => {
          const [type, minute] = reports[i] ?? ["Incident Created", 0];
          const time = new Date(base + minute * 10_000).toISOString();
          return report({
            incidentId: id,
            type,
            time,
            eventId: `e${i}`,
            incident: { status: type, priority: "P5" },
          });
        });
        for (const event of events) expect(await deliver("on-incident", [event])).toEqual([]);
        const { id: _id, ...end } = (await getIncident(id)) ?? { id: "" };
        ends.add(JSON.stringify(end));
      };
      const orders = permutations([0, 1, 2, 3, 4]);
      const random = randomFrom(SEED);
      await Promise.all(
        orders
          .toSorted(() => random() - 0.5)
          .slice(0, ORDERS)
          .map(meet),
      );
      expect(ends.size).toBe(1);
      expect([...ends][0]).toContain("Incident Resolved");
    },
    MANY_MS,
  );

  it("leaves out fields that it does not know, and keeps the event as it came", async () => {
    const event = report({ incident: { priority: "P5", severity: "high" } });
    await deliver("on-incident", [event]);
    const { incident } = event["detail"] as { incident: { id: string } };
    expect(await getIncident(incident.id)).not.toHaveProperty("severity");
    const logged = (await storedItems(host.table)).find((item) =>
      String(item["sk"]).endsWith(`#${event["id"]}`),
    );
    expect(JSON.parse(String(logged?.["event"]))).toEqual(event);
    expect(logged?.["expiresAt"]).toBeGreaterThan(Date.now() / 1000 + 89 * 24 * 3600);
  });
});

describe("an automation", () => {
  it("runs its runbook once for an incident, with the event's values, under its own identity", async () => {
    const runbookId = await approvedRunbook(team);
    const { id } = await automation(runbookId);
    const event = report();
    expect(await deliver("on-incident", [event])).toEqual([]);
    const [run, ...more] = await runsOf(id);
    expect(more).toEqual([]);
    expect(run).toMatchObject({ triggeredBy: "workflow", executedBy: `automation:${id}` });
    const answer = await ask("get-execution", { params: { executionId: run?.id ?? "" } });
    expect(answer.body).toMatchObject({ parameters: { service: run?.incidentId, count: 1 } });
    const [fired] = await decisionsOf(runbookId);
    expect(fired).toMatchObject({
      action: "automation.fired",
      actor: `automation:${id}`,
      automationId: id,
      eventId: event["id"],
      details: { executionId: run?.id, incidentId: run?.incidentId },
    });
  });

  it(
    "J1: an event delivered often, and many events of one incident, start one run",
    async () => {
      const runbookId = await approvedRunbook(team);
      const { id } = await automation(runbookId);
      const incidentId = `inc-${randomUUID()}`;
      const same = report({ incidentId });
      const others = Array.from({ length: 5 * TENS }, () => report({ incidentId }));
      for (let i = 0; i < TENS; i++) await deliver("on-incident", Array(10).fill(same));
      for (let i = 0; i < others.length; i += 10) await deliver("on-incident", others.slice(i, i + 10));
      expect(await runsOf(id)).toHaveLength(1);
      const decisions = await decisionsOf(runbookId);
      expect(decisions.filter(({ action }) => action === "automation.fired")).toHaveLength(1);
      expect(new Set(decisions.map(({ eventId }) => eventId)).size).toBe(decisions.length);
    },
    MANY_MS,
  );

  it("runs again for the same incident when it may, but once for each event", async () => {
    const { id } = await automation(await approvedRunbook(team), { oncePerIncident: false });
    const incidentId = `inc-${randomUUID()}`;
    const events = [report({ incidentId }), report({ incidentId })];
    // All in one batch: none of them finds a decision of another that it could keep to.
    await deliver("on-incident", Array(5).fill(events).flat());
    expect(await runsOf(id)).toHaveLength(2);
  });

  it("in shadow mode records each decision and runs nothing; live, it fires for the same incident", async () => {
    const runbookId = await approvedRunbook(team);
    const { id } = await automation(runbookId, { mode: "shadow" });
    const incidentId = `inc-${randomUUID()}`;
    await deliver("on-incident", [report({ incidentId })]);
    await deliver("on-incident", [report({ incidentId })]);
    expect(await runsOf(id)).toEqual([]);
    const reasons = (await decisionsOf(runbookId)).map(({ details }) => details["reason"]);
    expect(reasons).toEqual(["already_fired", "shadow"]);
    await ask("update-automation", { params: { automationId: id }, body: { mode: "live" } });
    await deliver("on-incident", [report({ incidentId })]);
    expect(await runsOf(id)).toHaveLength(1);
  });

  it("waits out its cooldown", async () => {
    const runbookId = await approvedRunbook(team);
    const { id } = await automation(runbookId, { cooldown: { seconds: 3600 } });
    await deliver("on-incident", [report()]);
    await deliver("on-incident", [report(), report()]);
    expect(await runsOf(id)).toHaveLength(1);
    const reasons = (await decisionsOf(runbookId)).map(({ details }) => details["reason"] ?? "fired");
    expect(reasons).toEqual(["cooldown", "cooldown", "fired"]);
  });

  it("that is disabled, deleted, or does not match, does nothing and says nothing", async () => {
    const runbookId = await approvedRunbook(team);
    await automation(runbookId, { enabled: false });
    await automation(runbookId, { pattern: { detail: { incident: { priority: ["P2"] } } } });
    const deleted = await automation(runbookId);
    await ask("delete-automation", { params: { automationId: deleted.id } });
    await deliver("on-incident", [report()]);
    expect(await decisionsOf(runbookId)).toEqual([]);
  });

  it("J3: never runs for an incident of another team", async () => {
    const runbookId = await approvedRunbook(team);
    const { id } = await automation(runbookId);
    await deliver("on-incident", [report({ teamId: "search" })]);
    expect(await runsOf(id)).toEqual([]);
  });

  it("J3: skips an incident that has gone over to another team since", async () => {
    const runbookId = await approvedRunbook(team);
    const { id } = await automation(runbookId);
    const incidentId = `inc-${randomUUID()}`;
    const later = new Date(Date.now() + 60_000).toISOString();
    await deliver("on-incident", [report({ incidentId, teamId: "search", time: later })]);
    await deliver("on-incident", [report({ incidentId })]);
    expect(await runsOf(id)).toEqual([]);
    expect((await decisionsOf(runbookId))[0]?.details["reason"]).toBe("not_permitted");
  });

  it("that is global runs and decides for the incident's team, and is visible to no other team", async () => {
    const runbookId = await approvedRunbook(null);
    const { id: automationId } = await automation(runbookId, {
      pattern: { detail: { incident: { priority: ["P0"] } } },
    });
    const others = `team-${randomUUID()}`;
    const incident = { priority: "P0" };
    for (const teamId of [team, others]) await deliver("on-incident", [incidentEvent({ teamId, incident })]);
    const runs = (await storedRuns(host.table)).filter((run) => run.runbookId === runbookId);
    expect(runs.map(({ ranForTeamId }) => ranForTeamId).sort()).toEqual([others, team].sort());
    const reported = async (group: string) => {
      const asked = { as: person(group), params: { runbookId } };
      const page = z.looseObject({ items: z.array(z.looseObject({ ranForTeamId: z.string().nullable() })) });
      const { items } = page.parse((await ask("list-audit", asked)).body);
      return items.flatMap((entry) => entry.ranForTeamId ?? []);
    };
    expect(await reported(`team:${team}:observer`)).toEqual([team, team]);
    expect(await reported("team:nobody:admin")).toEqual([]);
    expect((await auditOf(runbookId)).filter((entry) => entry.automationId === automationId)).toHaveLength(3);
  });

  it("that is global serves every team's incidents", async () => {
    const { id } = await automation(await approvedRunbook(null), {
      pattern: { detail: { incident: { priority: ["P0"] } } },
    });
    const incident = { priority: "P0" };
    await deliver("on-incident", [report({ incident }), report({ teamId: "search", incident })]);
    expect(await runsOf(id)).toHaveLength(2);
  });

  it.each([
    [
      "runbook_not_approved",
      (runbookId: string) => ask("deprecate-runbook", { params: { runbookId }, body: {} }),
    ],
    ["runbook_deleted", (runbookId: string) => ask("delete-runbook", { params: { runbookId } })],
  ] as const)("skips with the reason %s, for good", async (reason, change) => {
    const runbookId = await approvedRunbook(team);
    const { id } = await automation(runbookId);
    await change(runbookId);
    const event = report();
    expect(await deliver("on-incident", [event])).toEqual([]);
    expect(await deliver("on-incident", [event])).toEqual([]);
    expect(await runsOf(id)).toEqual([]);
    expect((await decisionsOf(runbookId)).map(({ details }) => details["reason"])).toEqual([reason]);
  });

  it("skips if the event's values do not fit the runbook, and does not repeat them", async () => {
    const runbookId = await approvedRunbook(team);
    await automation(runbookId, { parameters: { service: "{{detail.incident.title}}" } });
    await deliver("on-incident", [report({ incident: { title: "x".repeat(65) } })]);
    const [skipped] = await decisionsOf(runbookId);
    expect(skipped?.details).toMatchObject({ reason: "invalid_parameters" });
    expect(JSON.stringify(skipped)).toContain("/parameters/service");
    expect(JSON.stringify(skipped)).not.toContain("xxx");
  });

  it("A20, J10: a chain of runs that cause incidents stops after three, with an audit entry", async () => {
    const runbookId = await approvedRunbook(team);
    const { id } = await automation(runbookId);
    let causedBy: string | undefined;
    for (let i = 0; i < 5; i++) {
      const incidentId = `loop-${i}-${randomUUID()}`;
      await deliver("on-incident", [report({ incidentId, ...(causedBy && { causedBy }) })]);
      causedBy = (await runsOf(id)).find((run) => run.incidentId === incidentId)?.id ?? causedBy;
    }
    const runs = await runsOf(id);
    expect(runs.map(({ trigger }) => trigger.depth ?? 0).sort()).toEqual([0, 1, 2]);
    const skipped = (await decisionsOf(runbookId)).filter(
      ({ details }) => details["reason"] === "chain_limit",
    );
    expect(skipped).toHaveLength(2);
  });
});

describe("an unusable event", () => {
  afterEach(() => {
    process.env["KNOWN_TEAMS"] = "";
  });
  const P5 = { priority: "P5" };
  it.each([
    ["malformed", () => "{not json"],
    ["malformed", () => "[]"],
    ["malformed", () => "[".repeat(100_000)],
    ["malformed", () => JSON.stringify({ ...report(), detail: { incident: { id: "#" } } })],
    [
      "malformed",
      () =>
        JSON.stringify(report({ incident: { metadata: {} } })).replace(
          '"metadata":{}',
          `"metadata":${nested(20_000)}`,
        ),
    ],
    ["too_large", () => JSON.stringify(report({ incident: { metadata: { text: "x".repeat(256 * 1024) } } }))],
    ["source_not_allowed", () => JSON.stringify(report({ source: "evil.incidents" }))],
    ["source_not_allowed", () => JSON.stringify(report({ source: "runbooks" }))],
    ["team_unknown", () => JSON.stringify(report({ teamId: "nobody" }))],
    [
      "time_in_future",
      () => JSON.stringify(report({ time: new Date(Date.now() + 3_600_000).toISOString() })),
    ],
    ["too_old", () => JSON.stringify(report({ time: "2020-01-01T00:00:00Z" }))],
    ["cause_unknown", () => JSON.stringify(report({ causedBy: "execution_01h455vb4pex5vsknk084sn02q" }))],
  ])(
    "J2, J6, J8: %s (case %#) goes to the dead-letter queue at once, with its reason, and runs nothing",
    async (reason, make) => {
      const { id } = await automation(await approvedRunbook(team), {
        pattern: { source: [{ prefix: "o" }, { prefix: "e" }, { prefix: "r" }] },
      });
      const body = make();
      process.env["KNOWN_TEAMS"] = team;
      expect(await deliver("on-incident", [{ body }, report({ incident: P5 })])).toEqual([]);
      const dead = deadLettersOf(host, "incidents");
      expect(dead.map((message) => message.body)).toEqual([body]);
      expect(dead[0]?.attributes["reason"]?.StringValue).toBe(reason);
      // The good event of the same batch is not held up.
      expect(await runsOf(id)).toHaveLength(1);
      const kept = (await storedItems(host.table)).filter((item) =>
        String(item["pk"]).startsWith("rejections#"),
      );
      expect(kept.map((item) => item["reason"])).toContain(reason);
    },
  );

  it("J8: an event of nearly 256 KB is read", async () => {
    const event = report({ incident: { ...P5, metadata: { text: "x".repeat(255 * 1024) } } });
    expect(await deliver("on-incident", [event])).toEqual([]);
    expect(deadLettersOf(host, "incidents")).toEqual([]);
  });

  it("comes again from the queue if the dead-letter queue does not answer", async () => {
    const queues = process.env["DEAD_LETTER_QUEUES"] ?? "";
    process.env["DEAD_LETTER_QUEUES"] = "";
    try {
      expect(await deliver("on-incident", [{ body: "{" }, report({ incident: P5 })])).toEqual([0]);
    } finally {
      process.env["DEAD_LETTER_QUEUES"] = queues;
    }
  });

  it("J7: redriven twice, it starts nothing, and lies there again", async () => {
    const body = JSON.stringify(report({ source: "evil.incidents" }));
    const before = (await storedRuns(host.table)).length;
    for (let i = 0; i < 2; i++) expect(await deliver("on-incident", [{ body }])).toEqual([]);
    expect(deadLettersOf(host, "incidents")).toHaveLength(2);
    expect(await storedRuns(host.table)).toHaveLength(before);
  });

  it("reveals nothing to callers: a caller of another team gets the same answer as for no incident", async () => {
    const event = report({ incident: P5 });
    await deliver("on-incident", [event]);
    const { incident } = event["detail"] as { incident: { id: string } };
    const as = person("team:search:admin");
    const foreign = await ask("get-incident", { as, params: { incidentId: incident.id } });
    const unknown = await ask("get-incident", { as, params: { incidentId: "inc-none" } });
    expect(foreign.problem?.detail).toBe(unknown.problem?.detail);
    expect([foreign.status, unknown.status]).toEqual([404, 404]);
  });
});

function permutations(items: readonly number[]): number[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item) =>
    permutations(items.filter((i) => i !== item)).map((rest) => [item, ...rest]),
  );
}

/** JSON of objects within each other, so many deep. */
function nested(depth: number): string {
  return `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
}
