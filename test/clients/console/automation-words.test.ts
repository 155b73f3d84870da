// An event pattern in words, and the sample event that it is tested with.
import { describe, expect, it } from "vitest";
import { describePattern } from "../../../clients/console/pages/automation/describe-pattern.ts";
import { buildSampleEvent } from "../../../clients/console/pages/automation/sample-event.ts";
import { matchesEventPattern } from "../../../shared/domain/event-pattern/match.ts";
import { IncidentEvent } from "../../../shared/domain/incidents/incident-event.ts";

const NOW = new Date("2026-03-01T03:00:00.000Z");
const linesOf = (pattern: object) => describePattern(pattern).map(({ field, words }) => `${field} ${words}`);

describe("a pattern in words", () => {
  it.each<[unknown[], string]>([
    [["P1", "P2"], "is “P1” or “P2”"],
    [[1, null, true], "is 1 or null or true"],
    [[{ prefix: "Check" }], "begins with “Check”"],
    [[{ suffix: "out" }, "x"], "is “x”, or ends with “out”"],
    [[{ prefix: { "equals-ignore-case": "a" } }], "begins with “a”, in large or small letters"],
    [[{ exists: false }], "is not there"],
    [[{ numeric: [">", 3, "<=", 9] }], "is > 3 <= 9"],
    [[{ "anything-but": ["a", "b"] }], "is not “a” or “b”"],
    [[{ "anything-but": { prefix: "a" } }], "is anything but what begins with “a”"],
    [[{ wildcard: "a*b" }], "is like “a*b”"],
    [[{ cidr: "10.0.0.0/8" }], "is an address in “10.0.0.0/8”"],
    [[{ "of-tomorrow": 1 }], '{"of-tomorrow":1}'],
  ])("%j %s", (values, words) => {
    expect(linesOf({ detail: { incident: { title: values } } })).toEqual([`detail.incident.title ${words}`]);
  });

  it("has a line for each field, and one for a choice between fields", () => {
    const pattern = { source: ["a"], detail: { $or: [{ b: ["1"] }, { c: ["2"], d: ["3"] }] } };
    expect(linesOf(pattern)).toEqual([
      "source is “a”",
      "detail either detail.b is “1”, or detail.c is “2” and detail.d is “3”",
    ]);
  });
});

describe("a sample event", () => {
  const automationOf = (pattern: object, teamId: string | null = "payments") =>
    ({ pattern, teamId }) as Parameters<typeof buildSampleEvent>[0];

  it.each([
    [{ source: ["oncall.incidents"] }],
    [{ detail: { incident: { priority: ["P2", "P1"], title: [{ prefix: "Checkout" }] } } }],
    [{ detail: { incident: { metadata: { service: ["checkout"], tags: { tier: [{ suffix: "1" }] } } } } }],
    [{ "detail-type": ["Incident Resolved"], detail: { incident: { status: [{ "anything-but": "x" }] } } }],
  ])("of %j is an incident's event that matches", (pattern) => {
    const event = JSON.parse(JSON.stringify(buildSampleEvent(automationOf(pattern), NOW)));
    expect(IncidentEvent.safeParse(event).error).toBeUndefined();
    expect(matchesEventPattern(pattern, event)).toBe(true);
  });

  it("is about the automation's team", () => {
    expect(buildSampleEvent(automationOf({}, "search"), NOW)).toMatchObject({
      detail: { incident: { teamId: "search" } },
    });
  });
});
