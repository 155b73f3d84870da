// Reports of incidents that are known already: an update is no beginning, and what a message does not tell stays.
import "../../support/quiet.ts";
import { beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { getIncident } from "../../../shared/store/incidents.ts";
import { ask } from "../../support/api.ts";
import { approvedRunbook, automation, deliver, type EventsHost, startEvents } from "../../support/events.ts";
import { fresh, idOf } from "../../support/library.ts";
import { handOn, takeQueued } from "../../support/source-queues.ts";
import { asOfYesterday, readSample } from "../../support/source-samples.ts";
import { firing, SOURCE_SECRET, sendTo, sourceIn } from "../../support/sources.ts";

let host: EventsHost;
beforeAll(async () => {
  host = await startEvents();
  return host.stop;
});

const summed = (summary: string, more: object = {}) => firing("f", { annotations: { summary }, ...more });
const typesOf = (events: readonly JsonObject[]) => events.map((event) => event["detail-type"]);
const runsOf = async (incidentId: string) =>
  Object((await ask("list-incident-executions", { params: { incidentId } })).body).items.length;
const send = async (sourceId: string, message: object) => {
  await sendTo(sourceId, message);
  return handOn(host);
};

const INCIDENT = "f.20260301T093000000Z";

describe("an alert that goes on", () => {
  it("begins once; what changes is an update, and what repeats is the same event", async () => {
    const sourceId = await sourceIn("payments");
    const begun = await send(sourceId, summed("The disk is full"));
    const repeated = await send(sourceId, { ...summed("The disk is full"), groupKey: "another" });
    const changed = await send(sourceId, summed("The disk is full, and the queue grows"));
    const over = await send(sourceId, summed("Over", { status: "resolved", endsAt: "2026-03-01T10:00:00Z" }));
    expect([begun, repeated, changed, over].map(typesOf)).toEqual([
      ["Incident Created"],
      ["Incident Created"],
      ["Incident Updated"],
      ["Incident Resolved"],
    ]);
    expect(repeated[0]?.["id"]).toBe(begun[0]?.["id"]);
    expect(changed[0]?.["id"]).not.toBe(begun[0]?.["id"]);
    expect((await getIncident(`${sourceId}:${INCIDENT}`))?.status).toBe("resolved");
  });

  it("runs an automation for its beginning once, also one that runs for each event", async () => {
    const team = fresh("team");
    const sourceId = await sourceIn(team);
    const pattern = { "detail-type": ["Incident Created"] };
    await automation(await approvedRunbook(team), { pattern, teamId: team, oncePerIncident: false });
    for (const summary of ["one", "one", "two", "one", "two", "three"]) await send(sourceId, summed(summary));
    expect(await runsOf(`${sourceId}:${INCIDENT}`)).toBe(1);
  });

  it("a message that is delivered again late makes the event that it made before", async () => {
    const sourceId = await sourceIn("payments");
    await sendTo(sourceId, summed("one"));
    const [late = ""] = takeQueued(host, "source-messages");
    await deliver("on-source-message", [{ body: late }]);
    const first = await handOn(host);
    await send(sourceId, summed("two"));
    await deliver("on-source-message", [{ body: late }]);
    const [again] = await handOn(host);
    expect(again?.["id"]).toBe(first[0]?.["id"]);
    expect((await getIncident(`${sourceId}:${INCIDENT}`))?.title).toBe("two");
  });
});

describe("an incident that somebody has acknowledged", () => {
  const opsgenie = async () => {
    const verification = { scheme: "bearer", secret: SOURCE_SECRET };
    const body = { name: fresh("Opsgenie"), kind: "opsgenie", teamId: "payments", verification };
    return idOf(await ask("create-source", { body }));
  };
  const sample = (name: string) => JSON.parse(asOfYesterday(readSample("opsgenie", name))) as object;
  const afterEach = async (names: readonly string[]) => {
    const sourceId = await opsgenie();
    const seen = [];
    for (const name of names) {
      await send(sourceId, sample(name));
      const incident = await getIncident(`${sourceId}:052652ac-5d1c-464a-812a-7dd18bbfba8c`);
      seen.push([incident?.status, incident?.priority, incident?.acknowledgedAt !== null]);
    }
    return seen;
  };

  it("stays so after a note and a change of its priority, and is over in the end", async () => {
    expect(await afterEach(["create", "acknowledge", "add-note", "update-priority", "close"])).toEqual([
      ["open", "P2", false],
      ["acknowledged", "P2", true],
      ["acknowledged", "P2", true],
      ["acknowledged", "P1", true],
      ["closed", "P2", true],
    ]);
  });

  it("is open again when that is taken back", async () => {
    expect((await afterEach(["create", "acknowledge", "unacknowledge"])).at(-1)).toEqual([
      "open",
      "P2",
      false,
    ]);
  });
});
