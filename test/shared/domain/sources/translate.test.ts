// Messages of every kind of source become incidents, as their systems send them, and in every broken form.
import { describe, expect, it } from "vitest";
import { IncidentId } from "../../../../shared/domain/ids.ts";
import { ReportedIncident } from "../../../../shared/domain/incidents/incident.ts";
import type { JsonObject } from "../../../../shared/domain/json.ts";
import { KIND_NAMES, type KindName } from "../../../../shared/domain/sources/kinds.ts";
import { Mapping } from "../../../../shared/domain/sources/mapping.ts";
import { MAX_ITEMS, translate } from "../../../../shared/domain/sources/translate.ts";
import type { Translator } from "../../../../shared/domain/sources/translator.ts";
import { EPISODES, readSample, SYSTEM_KINDS, sampleKinds } from "../../../support/source-samples.ts";

const id = "source_01h455vb4pex5vsknk084sn02q";
const NOW = "2026-03-01T12:00:00.000Z";

function sourceOf(kind: KindName, changes: Partial<Translator> = {}): Translator {
  const given = readSample(kind, "source") as unknown as Translator;
  const list = (from: string | string[]) => [from].flat();
  const team = given.team && { ...given.team, from: list(given.team.from) };
  const mapping = given.mapping && Mapping.parse(given.mapping);
  return { ...given, id, teamId: given.teamId ?? null, team, mapping, ...changes };
}

function incidentsOf(kind: KindName, name: string, changes?: Partial<Translator>) {
  const { items } = translate(sourceOf(kind, changes), readSample(kind, name), NOW);
  return items.map((item) => {
    if (item.outcome !== "incident") throw new Error(JSON.stringify(item));
    return item;
  });
}

const only = <T>(items: readonly T[]): T => {
  const [item] = items;
  if (item === undefined || items.length > 1) throw new Error(`${items.length} items`);
  return item;
};

it("there is a sample of every kind", () => {
  expect(sampleKinds()).toEqual(KIND_NAMES.toSorted());
});

describe.each(SYSTEM_KINDS)("%s", (kind) => {
  const [begin, end] = EPISODES[kind];

  it("begins and ends one incident, under one id", () => {
    const begun = incidentsOf(kind, begin)[0];
    const ended = incidentsOf(kind, end)[0];
    expect([begun?.report, ended?.report]).toEqual(["Created", "Resolved"]);
    expect(ended?.incident.id).toBe(begun?.incident.id);
    expect(IncidentId.safeParse(begun?.incident.id).success).toBe(true);
  });

  it("gives what the service takes as an incident, and says from where", () => {
    const { incident, from } = incidentsOf(kind, begin)[0] ?? {};
    expect(ReportedIncident.safeParse(incident).error?.issues).toBeUndefined();
    expect(from).toMatchObject({ title: expect.stringMatching(/^\//), id: expect.stringMatching(/^\//) });
  });

  it("gives the same for the same", () => {
    expect(incidentsOf(kind, begin)).toEqual(incidentsOf(kind, begin));
  });

  it("refuses a message of another system with a name, and never throws", () => {
    for (const message of [{}, { alerts: {} }, { detail: null }, { event: { data: 7 } }] as JsonObject[]) {
      const { items } = translate(sourceOf(kind), message, NOW);
      for (const item of items) expect(["refused", "ignored"]).toContain(item.outcome);
    }
  });
});

const EXPECTED: Record<keyof typeof EPISODES, object> = {
  cloudwatch_alarm: {
    id: expect.stringMatching(/:123456789012\.orders-api-5xx-rate\.20260301T093012985Z:[0-9a-f]{12}$/),
    title: "orders-api 5xx rate",
    status: "ALARM",
    priority: "P2",
    createdAt: "2026-03-01T09:30:12.985Z",
  },
  guardduty: { priority: "P1", createdAt: "2026-03-01T09:20:31.101Z", status: "active" },
  aws_health: { createdAt: "2026-03-01T09:05:00.000Z", priority: "issue", status: "open" },
  ssm_incident: { title: "Orders cannot be placed", priority: "P1", status: "OPEN" },
  pagerduty: {
    id: `${id}:Q2AIXW2ZIRZWJU`,
    teamId: "payments",
    priority: "P1",
    assignee: "Ana",
    updatedAt: "2026-03-01T09:30:00.169Z",
  },
  opsgenie: { priority: "P2", createdAt: "2026-03-01T09:30:00.104Z", status: "open" },
  datadog: { createdAt: "2026-03-01T09:30:00.000Z", status: "Triggered", priority: "P2" },
  grafana: {
    id: `${id}:57c6d9296de2ad39.20260301T093000000Z`,
    title: "Disk of api-7 is full",
    priority: "P1",
    updatedAt: NOW,
  },
  alertmanager: { id: `${id}:b4f1c0a9e3d25d11.20260301T093000266Z`, teamId: "payments", priority: "P1" },
  incident_io: { priority: "P2", assignee: "Ana", status: "Investigating" },
  generic: { id: `${id}:1042`, priority: "P1", createdAt: "2026-03-01T09:30:00.000Z" },
};

it.each(SYSTEM_KINDS)("reads the fields of %s", (kind) => {
  expect(incidentsOf(kind, EPISODES[kind][0])[0]?.incident).toMatchObject(EXPECTED[kind]);
});

describe("groups of alerts", () => {
  it("become one incident for each alert, with its place in the message", () => {
    const items = incidentsOf("alertmanager", "firing");
    expect(items.map(({ at, from }) => [at, from["title"]])).toEqual([
      ["/alerts/0", "/alerts/0/annotations/summary"],
      ["/alerts/1", "/alerts/1/annotations/summary"],
    ]);
  });

  it("an alert that fires again is a new incident", () => {
    const again = structuredClone(readSample("alertmanager", "firing")) as { alerts: JsonObject[] };
    again.alerts = again.alerts.map((alert) => ({ ...alert, startsAt: "2026-03-01T11:00:00Z" }));
    const [first] = incidentsOf("alertmanager", "firing");
    const { items } = translate(sourceOf("alertmanager"), again as unknown as JsonObject, NOW);
    expect(items[0]).toMatchObject({ outcome: "incident" });
    expect(items[0]).not.toMatchObject({ incident: { id: first?.incident.id } });
  });

  it("half a group is read: what is wrong is refused with its pointers, all at once", () => {
    const half = structuredClone(readSample("alertmanager", "firing")) as { alerts: JsonObject[] };
    half.alerts[1] = { status: "firing", labels: { team: "payments" }, startsAt: "yesterday" };
    const { items } = translate(sourceOf("alertmanager"), half as unknown as JsonObject, NOW);
    expect(items.map(({ outcome }) => outcome)).toEqual(["incident", "refused"]);
    expect(items[1]).toMatchObject({
      reason: "unmapped",
      issues: [
        { pointer: "/alerts/1/fingerprint", message: "is required", code: "required" },
        { pointer: "/alerts/1/startsAt", message: expect.stringContaining("2026-03-01T09:30:00Z") },
        { pointer: "/alerts/1/startsAt" },
      ],
    });
  });

  it("says how many alerts the system has left out", () => {
    const cut = { ...readSample("grafana", "firing"), truncatedAlerts: 12 };
    expect(translate(sourceOf("grafana"), cut, NOW).omitted).toBe(12);
  });

  it(`reads ${MAX_ITEMS} alerts in one message, and refuses more by name`, () => {
    const [alert] = (readSample("alertmanager", "firing") as { alerts: JsonObject[] }).alerts;
    const group = (count: number) => ({
      alerts: Array.from({ length: count }, (_, n) => ({ ...alert, fingerprint: `f${n}` })),
    });
    const source = sourceOf("alertmanager");
    expect(translate(source, group(MAX_ITEMS) as unknown as JsonObject, NOW).items).toHaveLength(MAX_ITEMS);
    const refused = only(translate(source, group(MAX_ITEMS + 1) as unknown as JsonObject, NOW).items);
    expect(refused).toMatchObject({
      outcome: "refused",
      reason: "too_many",
      issues: [{ pointer: "/alerts" }],
    });
  });
});

describe("teams", () => {
  it("a team that nobody knows is refused by this name", () => {
    const source = sourceOf("pagerduty", { team: { from: ["/event/data/teams/0/id"], map: { P0: "x" } } });
    const refused = only(translate(source, readSample("pagerduty", "triggered"), NOW).items);
    expect(refused).toMatchObject({
      outcome: "refused",
      reason: "team_unknown",
      issues: [{ pointer: "/event/data/teams/0/id", message: "is no team of this source's map" }],
    });
  });

  it("a name of the language is no team", () => {
    const source = sourceOf("pagerduty", { team: { from: ["/event/data/status"], map: {} } });
    const message = structuredClone(readSample("pagerduty", "triggered"));
    Object.assign((message["event"] as { data: object }).data, { status: "constructor" });
    expect(translate(source, message, NOW).items).toMatchObject([{ reason: "team_unknown" }]);
  });

  it("a mapping that points nowhere is refused with its pointer", () => {
    const source = sourceOf("pagerduty", { team: { from: ["/event/data/squad"], map: {} } });
    expect(translate(source, readSample("pagerduty", "triggered"), NOW).items).toMatchObject([
      { outcome: "refused", reason: "unmapped", issues: [{ pointer: "/event/data/squad" }] },
    ]);
  });
});

describe("what is no incident", () => {
  it("an alarm that neither enters nor leaves ALARM is ignored", () => {
    const message = structuredClone(readSample("cloudwatch_alarm", "ok")) as {
      detail: { previousState: { value: string } };
    };
    message.detail.previousState.value = "INSUFFICIENT_DATA";
    const { items } = translate(sourceOf("cloudwatch_alarm"), message as unknown as JsonObject, NOW);
    expect(items).toMatchObject([{ outcome: "ignored", message: expect.stringContaining("ALARM") }]);
  });

  it.each([
    ["pagerduty", { event: { id: "1", event_type: "incident.annotated", data: { type: "incident_note" } } }],
    ["incident_io", { event_type: "private_incident.incident_created_v2" }],
    ["generic", { kind: "comment" }],
    ["ssm_incident", { detail: { eventName: "StartIncident", errorCode: "AccessDenied" } }],
    ["aws_health", { detail: { page: "2", eventArn: "arn:aws:health:1" } }],
  ] as [KindName, JsonObject][])("of %s is ignored", (kind, message) => {
    expect(translate(sourceOf(kind), message, NOW).items).toMatchObject([{ outcome: "ignored" }]);
  });
});

describe("what a message does not tell", () => {
  it("is named, so that what is known already stays", () => {
    const resolved = only(incidentsOf("ssm_incident", "resolved"));
    expect(resolved.guessed).toEqual(["title", "priority", "createdAt"]);
    expect(resolved.incident).toMatchObject({ priority: "none", status: "RESOLVED" });
  });
});
