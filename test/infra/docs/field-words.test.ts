// How the field reference of docs/api.md words a schema.
import { describe, expect, it } from "vitest";
import { boundsOf, defaultOf, type Schema, typeOf } from "../../../infra/docs/field-words.ts";

const team = { $ref: "#/components/schemas/TeamId" };
const FIELDS: readonly [Schema, type: string, bounds: string][] = [
  [{ type: "string", minLength: 1, maxLength: 100 }, "string", "1 to 100 characters"],
  [{ type: "string", maxLength: 4096 }, "string", "at most 4,096 characters"],
  [{ type: "string", minLength: 64, maxLength: 64 }, "string", "64 characters"],
  [{ type: "integer", minimum: 0, maximum: 604_800 }, "integer", "0 to 604,800"],
  [{ type: "integer", minimum: 1 }, "integer", "at least 1"],
  [{ type: ["string", "null"], enum: ["a", "b", null] }, "string or null", "one of `a`, `b`, `null`"],
  [{ type: "string", const: "none" }, "string", '`"none"`'],
  [{ type: "string", format: "date-time" }, "string", "date-time"],
  [{ type: "string", pattern: "^a|b$" }, "string", "`^a|b$`"],
  [team, "[TeamId](#teamid)", ""],
  [{ anyOf: [team, { type: "null" }] }, "[TeamId](#teamid) or null", ""],
  [{ anyOf: [{ type: "integer", minimum: 0 }, { type: "null" }] }, "integer or null", "at least 0"],
  [{ type: "array", items: team, maxItems: 5 }, "list of [TeamId](#teamid)", "at most 5 items"],
  [{ type: "array", items: { type: "string", maxLength: 3 } }, "list of string", "each at most 3 characters"],
  [{ type: "object", additionalProperties: { type: "string" } }, "object of string", ""],
  [{ type: "object", additionalProperties: {} }, "object", ""],
  [{ description: "Whatever." }, "any JSON", ""],
];

describe("a field", () => {
  it.each(FIELDS)("%j is worded by its type and its bounds", (schema, type, bounds) => {
    expect(typeOf(schema)).toBe(type);
    expect(boundsOf(schema)).toBe(bounds);
  });

  it("names its default", () => {
    expect(defaultOf({ default: 300 }, false)).toBe("`300`");
    expect(defaultOf({ default: null }, true)).toBe("`null`");
    expect(defaultOf({}, true)).toBe("required");
    expect(defaultOf({}, false)).toBe("");
  });
});
