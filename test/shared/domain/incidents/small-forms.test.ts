// Times and levels as systems write them.
import { describe, expect, it } from "vitest";
import { readText, readTime } from "../../../../shared/domain/incidents/small-forms.ts";

const AT = "2026-03-01T09:30:00.000Z";

describe("a time is understood", () => {
  it.each([
    ["with Z", "2026-03-01T09:30:00Z"],
    ["without seconds", "2026-03-01T09:30Z"],
    ["with a zone", "2026-03-01T11:30:00+02:00"],
    ["with a zone without its colon, as CloudWatch writes", "2026-03-01T09:30:00.000+0000"],
    ["with a zone of hours", "2026-03-01T11:30:00+02"],
    ["with a blank instead of T", "2026-03-01 09:30:00 +0000"],
    ["with nanoseconds, as Alertmanager writes", "2026-03-01T09:30:00.000739876Z"],
    ["of HTTP, as AWS Health writes", "Sun, 01 Mar 2026 09:30:00 GMT"],
    ["in seconds", 1772357400],
    ["in milliseconds", 1772357400000],
    ["in milliseconds as text, as Datadog writes", "1772357400000"],
    ["in microseconds", 1772357400000000],
    ["in nanoseconds, as Opsgenie writes", 1772357400000000000],
  ])("%s", (_, value) => {
    expect(readTime(value)).toBe(AT);
  });
});

it.each([
  "",
  "yesterday",
  "2026-03-01",
  "2026-03-01T09:30:00",
  "2026-13-01T09:30:00Z",
  0,
  -1,
  12,
  true,
  null,
  {},
  "1e12",
])("%j is no time", (value) => {
  expect(readTime(value)).toBeNull();
});

it("a level is text, a number or a flag; nothing and empty text are none", () => {
  expect([2, "2", " P1 ", true, "", "  ", null, undefined, {}].map(readText)).toEqual([
    "2",
    "2",
    "P1",
    "true",
    null,
    null,
    null,
    null,
    null,
  ]);
});
