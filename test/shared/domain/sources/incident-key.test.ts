// Ids of incidents that sources report: whatever their system calls an incident, the id is of the source, and of it alone.
import fc from "fast-check";
import { expect, it } from "vitest";
import { IncidentId } from "../../../../shared/domain/ids.ts";
import { incidentIdOf } from "../../../../shared/domain/sources/incident-key.ts";

const ONE = "source_01h455vb4pex5vsknk084sn02q";
const OTHER = "source_01h455vb4pex5vsknk084sn02r";

/** What systems call incidents, and what somebody calls one who wants another's. */
const part = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 300 }),
  fc.constantFrom(
    `${OTHER}:1`,
    ":",
    "%3A",
    "/",
    "../1",
    "a.b",
    "a:b",
    "a%3Ab",
    "a/b",
    "a-b",
    "x".repeat(256),
  ),
);
const parts = fc.array(part, { minLength: 1, maxLength: 3 });

it("an id is valid, and begins with its source", () => {
  fc.assert(
    fc.property(parts, (given) => {
      const id = incidentIdOf(ONE, given);
      expect(IncidentId.safeParse(id).success).toBe(true);
      expect(id.startsWith(`${ONE}:`)).toBe(true);
    }),
  );
});

it("different names give different ids, also of two sources", () => {
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      expect(incidentIdOf(ONE, a) === incidentIdOf(ONE, b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      expect(incidentIdOf(ONE, a)).not.toBe(incidentIdOf(OTHER, b));
    }),
  );
});

it("a name that is written as another one's id is not the other one", () => {
  fc.assert(
    fc.property(parts, (given) => {
      const written = incidentIdOf(ONE, given).slice(`${ONE}:`.length);
      const isItself = given.length === 1 && given[0] === written;
      expect(incidentIdOf(ONE, [written]) === incidentIdOf(ONE, given)).toBe(
        isItself || isJoined(given, written),
      );
    }),
  );
});

/** Parts without a dot in any but the first are told apart by nothing but the dots between them. */
const isJoined = (given: readonly string[], written: string) => given.join(".") === written;
