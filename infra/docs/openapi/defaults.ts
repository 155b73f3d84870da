// Moves defaults of requests into descriptions, because client generators make fields with `default` required.
import type { JsonObject, JsonValue } from "../../../shared/domain/json.ts";

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `named`: the schemas that references name. A field may have its description only there. */
export function defaultsInWords(schema: JsonObject, named: Record<string, JsonObject>): JsonObject {
  const inner = (value: JsonValue): JsonValue => (isObject(value) ? defaultsInWords(value, named) : value);
  const { default: fallback, ...rest } = schema;
  const deeper = Object.entries(rest).map(([keyword, value]) => {
    if (keyword === "properties" && isObject(value)) return [keyword, mapValues(value, inner)];
    if (["anyOf", "oneOf", "allOf"].includes(keyword) && Array.isArray(value))
      return [keyword, value.map(inner)];
    return [keyword, keyword === "items" ? inner(value) : value];
  });
  const plain = Object.fromEntries(deeper) as JsonObject;
  if (fallback === undefined) return plain;
  return {
    ...plain,
    description: `${meaning(schema, named)} Default: \`${JSON.stringify(fallback)}\`.`.trim(),
  };
}

/** Returns the schema's description, or that of the schema that it references. */
export function meaning({ description, $ref }: JsonObject, named: Record<string, JsonObject>): string {
  const referred = named[String($ref).split("/").at(-1) ?? ""]?.["description"];
  return String(description ?? referred ?? "");
}

const mapValues = (object: JsonObject, change: (value: JsonValue) => JsonValue): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
