// Two systems report a new incident under the same id, at every border of each: one of them owns it, and the other is told.
import "../../support/quiet.ts";
import { beforeAll, expect, it } from "vitest";
import { getIncident, getReport } from "../../../shared/store/incidents.ts";
import { ask } from "../../support/api.ts";
import { atEveryBorder } from "../../support/borders.ts";
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

let host: EventsHost;
beforeAll(async () => {
  host = await startEvents();
  process.env["INCIDENT_SOURCES"] = "oncall.incidents,other.incidents";
  return host.stop;
});

const runsOf = async (teamId: string) =>
  Object((await ask("find-executions", { query: { teamId } })).body).items.length;

it("exactly one owns it: its team has the incident and the run, the other's event is kept with its reason", async () => {
  const owners: string[] = [];
  const borders = await atEveryBorder(async (hold) => {
    const [one, other] = [fresh("team"), fresh("team")];
    for (const teamId of [one, other])
      await automation(await approvedRunbook(teamId), {
        pattern: { "detail-type": ["Incident Created"] },
        teamId,
      });
    const incidentId = fresh("INC");
    const events = {
      "oncall.incidents": incidentEvent({ incidentId, teamId: one, source: "oncall.incidents" }),
      "other.incidents": incidentEvent({ incidentId, teamId: other, source: "other.incidents" }),
    };
    const report = (source: keyof typeof events) => deliver("on-incident", [events[source]]);
    let met = false;
    await hold(
      () => report("oncall.incidents"),
      async () => {
        met = true;
        await report("other.incidents");
      },
    );
    // The last round is over before anything is held.
    if (!met) return;
    const owner = (await getReport(incidentId))?.reportedBy ?? "nobody";
    owners.push(owner);
    const teams = owner === "oncall.incidents" ? [one, other] : [other, one];
    expect((await getIncident(incidentId))?.teamId).toBe(teams[0]);
    expect([await runsOf(teams[0] ?? ""), await runsOf(teams[1] ?? "")]).toEqual([1, 0]);
    const dead = deadLettersOf(host, "incidents").map(({ attributes }) => JSON.stringify(attributes));
    expect(dead.map((text) => text.includes("incident_of_another_source"))).toEqual([true]);
  });
  expect(borders).toBeGreaterThan(3);
  expect(new Set(owners)).toEqual(new Set(["oncall.incidents", "other.incidents"]));
});
