// On the subset that is supported, the answer is that of a full JSON Schema validator.
import * as fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { applyParameters } from "../../../shared/parameters/apply.ts";
import { checkParameterSchema } from "../../../shared/parameters/check.ts";
import { loadPatternEngine } from "../../../shared/parameters/pattern-engine.ts";
import { ajvVerdicts, parametersArbitrary } from "../../support/parameter-oracle.ts";

beforeAll(() => loadPatternEngine({ properties: { p: { type: "string", pattern: "a" } } }));

test("applying agrees with Ajv, defaults included", () => {
  const seen = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(parametersArbitrary, (drawn) => {
      expect(checkParameterSchema(drawn.schema)).toEqual([]);
      ajvVerdicts(drawn).forEach((oracle, i) => {
        const applied = applyParameters(drawn.schema, drawn.given[i]);
        expect(applied.ok).toBe(oracle.accepted);
        if (applied.ok) expect(applied.parameters).toEqual(oracle.filled);
        seen[applied.ok ? "accepted" : "refused"]++;
      });
    }),
    { numRuns: 300 },
  );
  expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(300);
});

test("a second application changes nothing, and the input is never modified", () => {
  fc.assert(
    fc.property(parametersArbitrary, ({ schema, given }) => {
      const before = structuredClone({ schema, given });
      for (const object of given) {
        const once = applyParameters(schema, object);
        if (once.ok) expect(applyParameters(schema, once.parameters)).toEqual(once);
      }
      expect({ schema, given }).toEqual(before);
    }),
    { numRuns: 200 },
  );
});

test("saving and applying answer any input and never throw", () => {
  const schema = {
    type: "object",
    properties: { a: { type: "string", pattern: "^a" }, b: { type: "integer" } },
  };
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (odd, given) => {
      expect(Array.isArray(checkParameterSchema(odd))).toBe(true);
      expect(Array.isArray(checkParameterSchema({ type: "object", properties: odd, required: given }))).toBe(
        true,
      );
      expect(applyParameters(schema, given).ok).toBeTypeOf("boolean");
      expect(applyParameters(schema, { a: given, b: odd }).ok).toBeTypeOf("boolean");
    }),
    { numRuns: 1000 },
  );
});
