// An automation fires on what is true now: not for what a newer report has overtaken, for what changed while it waited,
// nor for what is too old; and a pause makes events wait.
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { ask } from "../../support/api.ts";
import { beforeEvery } from "../../support/borders.ts";
import {
  approvedRunbook,
  automation,
  deadLettersOf,
  deliver,
  type EventsHost,
  incidentEvent,
  type Report,
  startEvents,
  storedRuns,
} from "../../support/events.ts";
import { reasonsOf, setPause } from "../../support/missed.ts";

let host: EventsHost;
beforeAll(async () => {
  host = await startEvents({ RATE_LIMIT_STARTS_PER_MINUTE: "0" });
});
afterAll(() => host.stop());
afterEach(() => vi.useRealTimers());

let team: string;
let incidentId: string;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  began = Date.now();
  team = `team-${randomUUID()}`;
  incidentId = `INC-${randomUUID()}`;
});

const OPEN = { pattern: { detail: { incident: { status: ["open"] } } } };
const CREATED = { pattern: { "detail-type": ["Incident Created"], ...OPEN.pattern } };
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
const report = (given: Report = {}) => incidentEvent({ teamId: team, incidentId, ...given });
const at = (seconds: number, status: string, type = "Incident Updated") =>
  report({ type, incident: { status, updatedAt: inSeconds(seconds) } });
const created = (seconds = 0) => at(seconds, "open", "Incident Created");
const make = async (given: JsonObject = OPEN) => (await automation(await approvedRunbook(team), given)).id;
const take = async (...events: Parameters<typeof deliver>[1]) =>
  expect(await deliver("on-incident", events)).toEqual([]);
const waiting = (event: JsonObject, minutes: number) => ({
  body: JSON.stringify(event),
  waitingSince: inSeconds(-60 * minutes),
});
/** It is so many seconds later than when the test began. */
let began = 0;
const later = (seconds: number) => vi.setSystemTime(began + seconds * 1000);
const runsOf = async (id: string) =>
  (await storedRuns(host.table)).filter((run) => run.trigger.automationId === id);

describe("an event that a newer report has overtaken", () => {
  it("case 34: is skipped as superseded, if by that report its pattern does not match", async () => {
    const id = await make();
    await take(at(60, "resolved", "Incident Resolved"));
    await take(created());
    expect(await reasonsOf(id)).toEqual(["superseded"]);
    expect(await runsOf(id)).toEqual([]);
  });

  it("leaves it to the newer one, if that matches too: one of them fires", async () => {
    const id = await make({ ...OPEN, oncePerIncident: false });
    const [older, newer] = [created(), at(60, "open")];
    Object.assign(Object(newer["detail"])["incident"], { title: "Disk is full again" });
    await take(newer);
    await take(older);
    expect(await reasonsOf(id)).toEqual(["fired", "superseded"]);
  });

  it("fires all the same, if its incident still matches and the newer one alone does not", async () => {
    const id = await make(CREATED);
    const newer = at(60, "open");
    Object.assign(Object(newer["detail"])["incident"], { title: "Disk is full, really" });
    await take(newer);
    await take(created());
    expect(await reasonsOf(id)).toEqual(["fired"]);
  });

  it("is not overtaken by a repetition of the same state", async () => {
    const id = await make({ ...OPEN, oncePerIncident: false });
    await take(at(60, "open"));
    await take(created());
    expect(await reasonsOf(id)).toEqual(["fired", "fired"]);
  });

  it("is noticed if the newer one comes between its decision and its write", async () => {
    const id = await make(CREATED);
    let resolved = false;
    const rest = beforeEvery(
      (command, items) => command.startsWith("TransactWrite") && items.includes("execution"),
      async () => {
        if (resolved) return;
        resolved = true;
        await take(at(60, "resolved", "Incident Resolved"));
      },
    );
    await take(created());
    rest();
    expect(resolved).toBe(true);
    expect(await reasonsOf(id)).toEqual(["superseded"]);
    expect(await runsOf(id)).toEqual([]);
  });

  it("comes again from the queue if reports never end, and nothing is lost", async () => {
    const id = await make(CREATED);
    let turn = 0;
    const rest = beforeEvery(
      (command, items) => command.startsWith("TransactWrite") && items.includes("execution"),
      () => take(at(++turn, "open")),
    );
    const event = created();
    expect(await deliver("on-incident", [event])).toEqual([0]);
    rest();
    expect(turn).toBe(5);
    expect(await reasonsOf(id)).toEqual([]);
    await take(event);
    expect(await reasonsOf(id)).toEqual(["fired"]);
  });
});

describe("an event that waited", () => {
  it("is asked again: what is no longer so starts nothing", async () => {
    const id = await make(CREATED);
    const event = created();
    await take(at(60, "resolved", "Incident Resolved"));
    await take(waiting(event, 10));
    expect(await reasonsOf(id)).toEqual(["no_longer_true"]);
  });

  it("fires only while the incident has a status of onlyWhile", async () => {
    const id = await make({ pattern: { detail: { incident: { priority: ["P1"] } } }, onlyWhile: ["open"] });
    await take(at(0, "acknowledged", "Incident Acknowledged"));
    expect(await reasonsOf(id)).toEqual(["no_longer_true"]);
    await take(at(1, "open"));
    expect(await reasonsOf(id)).toEqual(["no_longer_true", "fired"]);
  });
});

describe("an event that is too old", () => {
  it("is from before the automation fired by its rules: made, switched on, or given its pattern", async () => {
    const old = report({ time: inSeconds(-30) });
    const id = await make();
    await take(old);
    expect(await reasonsOf(id)).toEqual(["older_than_automation"]);
    const params = { automationId: id };
    const before = Object((await ask("get-automation", { params })).body)["firesSince"];
    await ask("update-automation", { params, body: { parameters: { service: "x" }, name: "Other" } });
    expect((await ask("get-automation", { params })).body).toMatchObject({ firesSince: before });
    const { body } = await ask("update-automation", { params, body: CREATED });
    expect(Object(body)["firesSince"]).toBe(Object(body)["updatedAt"]);
  });

  it("is older than maxEventAgeSeconds when it is decided", async () => {
    const id = await make({ ...OPEN, maxEventAgeSeconds: 60, oncePerIncident: false });
    const [event, late] = [created(), created()];
    later(59);
    await take(event);
    later(63);
    await take(late);
    expect(await reasonsOf(id)).toEqual(["fired", "event_too_old"]);
  });

  it("is a replay, unless the automation takes replays, however old they are", async () => {
    const [deaf, open] = [await make(), await make({ ...OPEN, replays: true })];
    await take({ ...report({ time: inSeconds(-86_400) }), "replay-name": "yesterday" });
    expect([await reasonsOf(deaf), await reasonsOf(open)]).toEqual([["replay"], ["fired"]]);
  });
});

describe("a pause", () => {
  it("case 35: makes an event wait in its queue; afterwards it runs, if it is still true", async () => {
    const id = await make();
    const other = `team-${randomUUID()}`;
    const others = (await automation(await approvedRunbook(other), OPEN)).id;
    await setPause(team, true);
    const event = created();
    // In one batch with another team's event, which does not wait.
    await take(event, incidentEvent({ teamId: other }));
    expect([await reasonsOf(id), await reasonsOf(others)]).toEqual([[], ["fired"]]);
    expect(host.queues.count("incidents")).toEqual({ visible: 0, hidden: 1 });
    await take(waiting(event, 30));
    expect(await reasonsOf(id)).toEqual([]);
    await setPause(team, false);
    await take(waiting(event, 31));
    expect(await reasonsOf(id)).toEqual(["fired"]);
    host.queues.purge("incidents");
  });

  it("is the reason of the skip after an hour, or once the event has got too old for the automation", async () => {
    const [patient, hasty] = [await make(), await make({ ...OPEN, maxEventAgeSeconds: 60 })];
    await setPause(team, true);
    const event = created();
    await take(event);
    later(120);
    await take(waiting(event, 2));
    expect([await reasonsOf(patient), await reasonsOf(hasty)]).toEqual([[], ["paused"]]);
    later(3601);
    await take(waiting(event, 60.02));
    expect(await reasonsOf(patient)).toEqual(["paused"]);
    await setPause(team, false);
    expect(deadLettersOf(host, "incidents")).toEqual([]);
    host.queues.purge("incidents");
  });

  it("and a resolution meanwhile: nothing starts", async () => {
    const id = await make();
    await setPause(team, true);
    const event = created();
    await take(event);
    await take(at(60, "resolved", "Incident Resolved"));
    await setPause(team, false);
    await take(waiting(event, 5));
    expect(await reasonsOf(id)).toEqual(["no_longer_true"]);
    host.queues.purge("incidents");
  });
});
