// Reports about incidents: their form, whom to believe, and which of two is the newer one.
import { describe, expect, it } from "vitest";
import { INCIDENT_REPORTS, reportSortKey } from "../../../../shared/domain/incidents/incident.ts";
import {
  checkIncidentEvent,
  type EventAllowList,
  IncidentEvent,
  reportOrderOf,
  toIncident,
} from "../../../../shared/domain/incidents/incident-event.ts";

const now = new Date("2026-03-01T10:00:00.000Z");
const incident = {
  id: "INC-1",
  title: "Disk is full",
  status: "open",
  priority: "P1",
  teamId: "payments",
  createdAt: "2026-03-01T10:30:00+01:00",
};
const raw = (envelope: object = {}, more: object = {}) => ({
  id: "e1",
  source: "oncall.incidents",
  "detail-type": "Incident Created",
  time: "2026-03-01T09:59:00Z",
  detail: { incident: { ...incident, ...more } },
  ...envelope,
});
const event = (envelope: object = {}, more: object = {}) => IncidentEvent.parse(raw(envelope, more));
const TRUST: EventAllowList = { sources: ["oncall.incidents"], teams: [] };

describe("a report", () => {
  it("is kept in UTC, with null for missing fields, and without unknown ones", () => {
    expect(toIncident(event({}, { severity: "high" }))).toEqual({
      ...incident,
      createdAt: "2026-03-01T09:30:00.000Z",
      acknowledgedAt: null,
      assignee: null,
      metadata: null,
      reportedAt: "2026-03-01T09:59:00.000Z",
    });
  });

  it("is as new as its updatedAt, if it has one", () => {
    const updatedAt = "2026-03-01T09:59:00.700Z";
    expect(toIncident(event({}, { updatedAt })).reportedAt).toBe(updatedAt);
    expect(toIncident(event({}, { updatedAt }))).not.toHaveProperty("updatedAt");
  });

  it("has its place among all of the incident: by time, kind and id", () => {
    const orders = INCIDENT_REPORTS.map((report) =>
      reportOrderOf(event({ "detail-type": `Incident ${report}` })),
    );
    expect(orders).toEqual(orders.toSorted());
    expect(new Set(orders).size).toBe(INCIDENT_REPORTS.length);
    const updated = event({}, { updatedAt: "2026-03-01T09:59:00Z" });
    expect(reportOrderOf(updated)).toMatch(/^2026-03-01T09:59:00\.000Z#\d#./);
  });

  it.each([
    [{ id: "a#b" }, {}],
    [{ id: "" }, {}],
    [{ "detail-type": "Incident Vanished" }, {}],
    [{ time: "yesterday" }, {}],
    [{ time: "2026-02-30T00:00:00Z" }, {}],
    [{}, { id: "../x" }],
    [{}, { teamId: "a b" }],
    [{}, { title: "" }],
    [{}, { title: "x".repeat(501) }],
    [{}, { createdAt: 7 }],
    [{}, { metadata: [] }],
    [{ detail: {} }, {}],
    [{ detail: { incident, causedBy: "execution_x" } }, {}],
  ])("is refused with %o %o", (envelope, more) => {
    expect(IncidentEvent.safeParse(raw(envelope, more)).success).toBe(false);
  });

  it("is trusted from an allowed source, of a known team, at a time that can be", () => {
    const reasonOf = (envelope: object, more: object = {}, trust = TRUST) => {
      try {
        checkIncidentEvent(event(envelope, more), trust, now);
        return null;
      } catch (error) {
        return (error as { reason?: string }).reason;
      }
    };
    expect(reasonOf({})).toBeNull();
    expect(reasonOf({ source: "oncall.incidents2" })).toBe("source_not_allowed");
    expect(reasonOf({}, {}, { ...TRUST, teams: ["search"] })).toBe("team_unknown");
    expect(reasonOf({ time: "2026-03-01T10:05:00Z" })).toBeNull();
    expect(reasonOf({ time: "2026-03-01T10:05:01Z" })).toBe("time_in_future");
    expect(reasonOf({}, { updatedAt: "2026-03-01T10:05:01Z" })).toBe("time_in_future");
    expect(reasonOf({ time: "2026-01-30T10:00:00Z" })).toBeNull();
    expect(reasonOf({ time: "2026-01-30T09:59:59Z" })).toBe("too_old");
  });
});

describe("the order of reports", () => {
  it("is by time, then by kind, then by id, as text", () => {
    const t = "2026-03-01T09:00:00Z";
    const ordered = [
      reportSortKey("2026-03-01T08:59:59.999Z", "Resolved", "z"),
      reportSortKey(t, "Created", "z"),
      reportSortKey(t, "Updated", "a"),
      reportSortKey(t, "Updated", "b"),
      reportSortKey(t, "Resolved", "a"),
      reportSortKey("2026-03-01T10:00:00.001+01:00", "Created", "a"),
    ];
    expect(ordered.toSorted()).toEqual(ordered);
  });
});
