// The door for messages of sources, and what becomes of them: signed, unsigned, replayed, cut, huge, half and for nobody.
import "../../support/quiet.ts";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { getIncident } from "../../../shared/store/incidents.ts";
import { listRejections } from "../../../shared/store/rejections.ts";
import { type ApiAnswer, ask } from "../../support/api.ts";
import { atEveryCrashPoint, crashingAt } from "../../support/crash-points.ts";
import {
  approvedRunbook,
  automation,
  deadLettersOf,
  deliver,
  type EventsHost,
  incidentEvent,
  startEvents,
} from "../../support/events.ts";
import { fresh } from "../../support/library.ts";
import { signedBy } from "../../support/signed-messages.ts";
import { handOn, takeQueued } from "../../support/source-queues.ts";
import { firing, SIGNED_BY_BEARER, SOURCE_SECRET, sendTo, sourceIn } from "../../support/sources.ts";

let host: EventsHost;
beforeAll(async () => {
  host = await startEvents();
  return host.stop;
});

const Taken = z.looseObject({ state: z.string(), incidents: z.int(), refused: z.int(), omitted: z.int() });
const takenOf = ({ body, problem }: ApiAnswer) => {
  if (problem) throw new Error(JSON.stringify(problem));
  return Taken.parse(body);
};

const queued = (rule: string) => takeQueued(host, rule);
const passOn = () => handOn(host);

const alertsOf = (count: number, more: object = {}) => {
  const [alert] = firing("f").alerts;
  const alerts = Array.from({ length: count }, (_, n) => ({ ...alert, ...more, fingerprint: `f${n}` }));
  return { ...firing(), alerts };
};
const Executions = z.looseObject({ items: z.array(z.unknown()) });
const runsFor = async (incidentId: string) =>
  Executions.parse((await ask("list-incident-executions", { params: { incidentId } })).body).items.length;

describe("the intake", () => {
  it("takes what is signed, says what becomes of it, and queues it as it came", async () => {
    const sourceId = await sourceIn("payments");
    const answer = await sendTo(sourceId, firing("f-1"));
    expect(answer.body).toMatchObject({
      state: "accepted",
      incidents: 1,
      items: [{ at: "/alerts/0", report: "Created", incidentId: `${sourceId}:f-1.20260301T093000000Z` }],
    });
    expect(queued("source-messages").map((body) => JSON.parse(body))).toMatchObject([
      { source: "runbooks.intake", intake: { sourceId, message: firing("f-1") } },
    ]);
  });

  it("an unknown source, one that was deleted, and a wrong signature look the same", async () => {
    const sourceId = await sourceIn("payments");
    const deleted = await sourceIn("payments");
    await ask("delete-source", { params: { sourceId: deleted } });
    const overEvents = { name: "x", kind: "guardduty", teamId: "payments" };
    const { body } = await ask("create-source", { body: overEvents });
    const wrong = [
      await sendTo(sourceId, firing(), { authorization: `Bearer ${SOURCE_SECRET}x` }),
      await sendTo(sourceId, firing(), { authorization: undefined }),
      await sendTo("source_01h455vb4pex5vsknk084sn02q", firing()),
      await sendTo("no-id-at-all", firing()),
      await sendTo(deleted, firing()),
      await sendTo(String(Object(body).id), firing()),
    ];
    const told = wrong.map(({ status, problem }) => [status, problem?.code, problem?.detail]);
    expect(new Set(told.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(told[0]?.slice(0, 2)).toEqual([401, "unauthenticated"]);
    expect(queued("source-messages")).toEqual([]);
  });

  it("a body that is not signed is not read: what is wrong in it is not said", async () => {
    const sourceId = await sourceIn("payments");
    const asked = { params: { sourceId }, as: null, raw: '{"a":1,"a":2', authorization: "Bearer x" } as const;
    expect((await ask("take-message", asked)).problem?.code).toBe("unauthenticated");
    const signed = { ...asked, ...SIGNED_BY_BEARER };
    expect((await ask("take-message", signed)).problem?.code).toBe("malformed_request");
  });

  it("verifies the bytes as they came: in base64, with blanks and escapes", async () => {
    const verification = { scheme: "pagerduty", secret: SOURCE_SECRET };
    const team = { from: "/event/data/teams/0/id", map: {} };
    const { body } = await ask("create-source", {
      body: { name: "x", kind: "pagerduty", team, verification },
    });
    const params = { sourceId: String(Object(body).id) };
    const raw =
      '{ "event" : {"id":"\\u0031","event_type":"incident.annotated","data":{"type":"caf\\u00e9 ☕"}}}';
    const headers = signedBy("pagerduty", SOURCE_SECRET, raw);
    const asked = { params, as: null, raw, headers } as const;
    expect(takenOf(await ask("take-message", asked)).state).toBe("ignored");
    expect(takenOf(await ask("take-message", { ...asked, inBase64: true })).state).toBe("ignored");
    const compact = { ...asked, raw: JSON.stringify(JSON.parse(raw)) };
    expect((await ask("take-message", compact)).problem?.code).toBe("unauthenticated");
  });

  it("is unavailable while the secret of the source cannot be decrypted, and says so", async () => {
    const sourceId = await sourceIn("payments");
    const key = process.env["KMS_KEY_ID"];
    process.env["KMS_KEY_ID"] = "alias/another-key";
    expect((await sendTo(sourceId, firing())).problem?.code).toBe("unavailable");
    process.env["KMS_KEY_ID"] = key;
    expect(takenOf(await sendTo(sourceId, firing())).state).toBe("accepted");
    queued("source-messages");
  });

  it("two secrets are valid while one replaces the other, and then one", async () => {
    const sourceId = await sourceIn("payments");
    const next = { scheme: "bearer", secret: "the-next-secret-of-the-system" };
    const change = (verification: object) =>
      ask("update-source", { params: { sourceId }, body: { verification } });
    const stateWith = async (secret: string) =>
      (await sendTo(sourceId, firing(), { authorization: `Bearer ${secret}` })).status;
    await change(next);
    expect([await stateWith(SOURCE_SECRET), await stateWith(next.secret)]).toEqual([202, 202]);
    await change({ ...next, keepPreviousHours: 0 });
    expect([await stateWith(SOURCE_SECRET), await stateWith(next.secret)]).toEqual([401, 202]);
    queued("source-messages");
  });

  it("a message that comes again does nothing, by the system's id or by what it says", async () => {
    const sourceId = await sourceIn("payments");
    const states = [];
    for (const message of [firing("f-2"), firing("f-2"), firing("f-3")])
      states.push(takenOf(await sendTo(sourceId, message)).state);
    expect(states).toEqual(["accepted", "repeated", "accepted"]);
    expect(queued("source-messages")).toHaveLength(2);
  });

  it("says that a source is disabled, or that its filter leaves the message out", async () => {
    const disabled = await sourceIn("payments", { enabled: false });
    const filtered = await sourceIn("payments", { filter: { receiver: [{ "anything-but": "runbooks" }] } });
    const states = [takenOf(await sendTo(disabled, firing())), takenOf(await sendTo(filtered, firing()))];
    expect(states.map(({ state }) => state)).toEqual(["disabled", "ignored"]);
    expect(queued("source-messages")).toEqual([]);
  });

  it("takes up to 256 KiB, and a thousand alerts in one message", async () => {
    const sourceId = await sourceIn("payments");
    const long = { ...firing(), padding: "x".repeat(256 * 1024) };
    expect((await sendTo(sourceId, long)).problem?.code).toBe("payload_too_large");
    const thousand = alertsOf(1000, { annotations: {}, labels: { alertname: "A" } });
    expect(JSON.stringify(thousand).length).toBeLessThan(256 * 1024);
    expect(takenOf(await sendTo(sourceId, thousand)).incidents).toBe(1000);
    expect(
      await deliver(
        "on-source-message",
        queued("source-messages").map((body) => ({ body })),
      ),
    ).toEqual([]);
    expect(queued("incidents")).toHaveLength(1000);
  });

  it("a crash at any point loses no message, and the message that is sent again does nothing twice", async () => {
    const runbookId = await approvedRunbook("payments");
    await automation(runbookId, {
      pattern: { detail: { incident: { id: [{ wildcard: "*crash*" }] } } },
      parameters: { service: "api" },
    });
    const points = await atEveryCrashPoint(async (point) => {
      const sourceId = await sourceIn("payments");
      const message = firing(fresh("crash"));
      const crashed = await crashingAt(point, async () => void takenOf(await sendTo(sourceId, message)));
      takenOf(await sendTo(sourceId, message));
      const events = await passOn();
      expect(new Set(events.map(({ id }) => id)).size).toBe(1);
      expect(await runsFor(String(Object(Object(events[0]?.["detail"]).incident).id))).toBe(1);
      return crashed;
    });
    expect(points).toBeGreaterThan(0);
  });
});

describe("a message of a source", () => {
  it("half a group: what can be read is reported, and the rest is kept with its pointers", async () => {
    const sourceId = await sourceIn("payments");
    const message = alertsOf(3);
    Object.assign(Object(message.alerts[1]), { startsAt: "yesterday" });
    expect(takenOf(await sendTo(sourceId, message))).toMatchObject({ incidents: 2, refused: 1 });
    expect(await passOn()).toHaveLength(2);
    const [dead] = deadLettersOf(host, "source-messages");
    expect(JSON.stringify(dead?.attributes)).toMatch(/unmapped.*alerts\/1\/startsAt/);
    const { items } = await listRejections({ limit: 5 });
    const told = { rule: "source-messages", reason: "unmapped", sourceId, kind: "alertmanager" };
    expect(items[0]).toMatchObject(told);
  });

  it("a team that nobody knows is kept; redriven when the map has it, only what was missing is done", async () => {
    const map = { payments: "payments" };
    const sourceId = await sourceIn(null, { team: { from: "/labels/team", map } });
    const message = alertsOf(2);
    Object.assign(Object(message.alerts[1]), { labels: { alertname: "A", team: "search" } });
    const runbookId = await approvedRunbook("search");
    await automation(runbookId, { pattern: { "detail-type": ["Incident Created"] } });
    await sendTo(sourceId, message);
    const first = await passOn();
    expect(first).toHaveLength(1);
    const [dead] = deadLettersOf(host, "source-messages");
    expect(JSON.stringify(dead?.attributes)).toContain("team_unknown");
    const team = { from: "/labels/team", map: { ...map, search: "search" } };
    await ask("update-source", { params: { sourceId }, body: { team } });
    for (let times = 0; times < 2; times++) {
      await deliver("on-source-message", [{ body: dead?.body ?? "", redriven: true }]);
      const incidents = queued("incidents");
      expect(incidents.map((body) => JSON.parse(body).id)).toContain(first[0]?.["id"]);
      await deliver(
        "on-incident",
        incidents.map((body) => ({ body })),
      );
    }
    expect(await runsFor(`${sourceId}:f1.20260301T093000000Z`)).toBe(1);
  });

  it("is kept, with a name, if its source was deleted meanwhile", async () => {
    const sourceId = await sourceIn("payments");
    await sendTo(sourceId, firing());
    await ask("delete-source", { params: { sourceId } });
    expect(await passOn()).toEqual([]);
    const [dead] = deadLettersOf(host, "source-messages");
    expect(JSON.stringify(dead?.attributes)).toContain("source_unknown");
  });

  it("of more than a thousand alerts is kept, with a name", async () => {
    const sourceId = await sourceIn("payments");
    const many = alertsOf(1001, { annotations: {}, labels: { alertname: "A" } });
    expect(takenOf(await sendTo(sourceId, many))).toMatchObject({ incidents: 0, refused: 1 });
    expect(await passOn()).toEqual([]);
    expect(JSON.stringify(deadLettersOf(host, "source-messages")[0]?.attributes)).toContain("too_many");
  });

  it("the same alert in another message is the same event", async () => {
    const sourceId = await sourceIn("payments");
    await sendTo(sourceId, alertsOf(1));
    await sendTo(sourceId, alertsOf(2));
    const events = await passOn();
    const ids = events.map(({ id }) => id);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(2);
  });

  it("what a message does not tell stays as it is known", async () => {
    const verification = { scheme: "bearer", secret: SOURCE_SECRET };
    const { body } = await ask("create-source", {
      body: { name: "Datadog", kind: "datadog", teamId: "payments", verification },
    });
    const sourceId = String(Object(body).id);
    const now = Date.now();
    const alert = { id: "1", alert_id: "7", alert_cycle_key: "c", title: "Disk", priority: "P2" };
    await sendTo(sourceId, { ...alert, alert_transition: "Triggered", date: now - 60_000 });
    await passOn();
    const { title: _none, priority: _neither, ...rest } = alert;
    await sendTo(sourceId, { ...rest, id: "2", alert_transition: "Recovered", date: now });
    await passOn();
    expect(await getIncident(`${sourceId}:7.c`)).toMatchObject({
      status: "Recovered",
      title: "Disk",
      priority: "P2",
      createdAt: new Date(now - 60_000).toISOString(),
    });
  });

  it("of AWS that no source takes does nothing", async () => {
    const event = { ...incidentEvent(), source: "aws.ssm-incidents", detail: {} };
    expect(await deliver("on-source-message", [event])).toEqual([]);
    expect([queued("incidents"), deadLettersOf(host, "source-messages")]).toEqual([[], []]);
  });
});

describe("the incidents of one source are not another's", () => {
  it("two sources with the same alert have two incidents", async () => {
    const [one, other] = [await sourceIn("payments"), await sourceIn("search")];
    await sendTo(one, firing("same"));
    await sendTo(other, firing("same"));
    await passOn();
    const id = "same.20260301T093000000Z";
    const teams = [await getIncident(`${one}:${id}`), await getIncident(`${other}:${id}`)];
    expect(teams.map((incident) => incident?.teamId)).toEqual(["payments", "search"]);
  });

  it("[J3] a system on the bus takes over neither an incident of a source nor one of another system", async () => {
    const sourceId = await sourceIn("payments");
    const known = incidentEvent({ source: "oncall.incidents" });
    const incidentId = String(Object(Object(known["detail"]).incident).id);
    await deliver("on-incident", [known]);
    process.env["INCIDENT_SOURCES"] = "oncall.incidents,other.incidents";
    const stolen = incidentEvent({ incidentId, teamId: "search", source: "other.incidents" });
    const squatted = incidentEvent({ incidentId: `${sourceId}:1`, source: "oncall.incidents" });
    expect(await deliver("on-incident", [stolen, squatted])).toEqual([]);
    const reasons = deadLettersOf(host, "incidents").map(({ attributes }) => JSON.stringify(attributes));
    expect(reasons.map((text) => text.includes("incident_of_another_source"))).toEqual([true, true]);
    expect((await getIncident(incidentId))?.teamId).toBe("payments");
    expect(await getIncident(`${sourceId}:1`)).toBeNull();
  });
});
