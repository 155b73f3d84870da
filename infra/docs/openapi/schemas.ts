// Converts the contract's zod schemas to JSON Schema 2020-12 with references between named schemas.
import * as z from "zod";
import { isSameJson, Json, type JsonObject, type JsonValue } from "../../../shared/domain/json.ts";
import { COMPONENTS, type Direction, EXTENDS } from "./components.ts";
import { writtenSchemas } from "./written-schemas.ts";

/** Parts of operations with a schema, like bodies and queries. The caller chooses the keys. */
type Parts = ReadonlyMap<string, z.ZodType>;

export const refTo = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

/** Converts each part to JSON Schema. A part with a named schema becomes a reference. */
export function partSchemas(parts: Parts, io: Direction): Map<string, JsonObject> {
  const names = new Map(Object.entries(COMPONENTS[io]).map(([name, schema]) => [schema, name]));
  const own = [...parts].filter(([, schema]) => !names.has(schema));
  const generated = generate({ ...COMPONENTS[io], ...Object.fromEntries(own) }, io);
  return new Map(
    [...parts].map(([key, schema]) => {
      const name = names.get(schema);
      return [key, name === undefined ? (generated[key] ?? {}) : refTo(name)];
    }),
  );
}

/** Returns every named schema, including handwritten ones. */
export function namedSchemas(): Record<string, JsonObject> {
  const input = generate(COMPONENTS.input, "input");
  const output = withBases(generate(COMPONENTS.output, "output"));
  for (const name of Object.keys(input)) {
    if (name in output && JSON.stringify(input[name]) !== JSON.stringify(output[name]))
      throw new Error(`${name} is another shape in requests than in answers: give it two names`);
  }
  return { ...output, ...input, ...writtenSchemas() };
}

/** Extending schemas reference their base, and list only their own fields. */
function withBases(schemas: Record<string, JsonObject>): Record<string, JsonObject> {
  const extending = Object.entries(EXTENDS).map(([name, base]) => {
    const { description = "", ...whole } = schemas[name] ?? {};
    const own = difference(Shape.parse(whole), Shape.parse(schemas[base]), `${name} is no ${base}`);
    return [name, { description, allOf: [refTo(base), own] }];
  });
  return { ...schemas, ...Object.fromEntries(extending) };
}

const Shape = z.object({
  properties: z.record(z.string(), z.json()),
  required: z.array(z.string()).default([]),
});
type Shape = z.output<typeof Shape>;

function difference(whole: Shape, base: Shape, otherwise: string): JsonObject {
  for (const [field, schema] of Object.entries(base.properties)) {
    if (!isSameJson(whole.properties[field], schema)) throw new Error(`${otherwise}: ${field} differs`);
  }
  const isOwn = (field: string) => !(field in base.properties);
  const properties = Object.entries(whole.properties).filter(([field]) => isOwn(field)) as [
    string,
    JsonValue,
  ][];
  return {
    type: "object",
    required: whole.required.filter(isOwn),
    properties: Object.fromEntries(properties),
  };
}

function generate(schemas: Record<string, z.ZodType>, io: Direction): Record<string, JsonObject> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const generated = z.toJSONSchema(registry, {
    io,
    uri: (id) => `#/components/schemas/${id}`,
    unrepresentable: ({ zodSchema, message }) => {
      if (isJson(zodSchema)) return "any";
      throw new Error(message);
    },
    override: ({ zodSchema, jsonSchema }) => tidy(zodSchema, jsonSchema, io),
  });
  const plain = JSON.parse(JSON.stringify(generated.schemas)) as Record<string, JsonObject>;
  return Object.fromEntries(
    Object.entries(plain).map(([name, { $schema: _dialect, $id: _id, ...schema }]) => [name, schema]),
  );
}

/** Whether the schema is `Json`, also refined or described. */
function isJson(schema: z.core.$ZodType): boolean {
  const { parent } = schema._zod;
  return schema === Json || (parent !== undefined && isJson(parent));
}

type Tidied = z.core.JSONSchema.BaseSchema;

function tidy(zodSchema: z.core.$ZodTypes, schema: Tidied, io: Direction): void {
  // Answers may get new fields.
  if (io === "output" && schema.additionalProperties === false) delete schema.additionalProperties;
  // zod omits the default of a schema with a text input. Answers need no defaults, because no field is omitted.
  const { def } = zodSchema._zod;
  if (def.type === "default") schema.default = def.defaultValue;
  if (io === "output") delete schema.default;
  if (JSON.stringify(schema.propertyNames) === '{"type":"string"}') delete schema.propertyNames;
  // Redundant: the format or the referenced schema already has it.
  if (schema.format === "date-time" || schema.$ref !== undefined) delete schema.pattern;
  if (schema.format === "starts_with") delete schema.format;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}

/** Returns the names of all components that the value references. */
export function referencesIn(value: JsonValue | undefined, section: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  const start = `#/components/${section}/`;
  return Object.entries(value).flatMap(([key, member]) =>
    key === "$ref" && typeof member === "string" && member.startsWith(start)
      ? [member.slice(start.length)]
      : referencesIn(member, section),
  );
}

/** Returns the schemas that the document references, directly or indirectly, sorted by name. */
export function usedSchemas(
  document: JsonObject,
  all: Record<string, JsonObject>,
): Record<string, JsonObject> {
  const used = new Set<string>();
  const open = referencesIn(document, "schemas");
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (used.has(name)) continue;
    used.add(name);
    open.push(...referencesIn(all[name], "schemas"));
  }
  return Object.fromEntries([...used].sort().map((name) => [name, all[name] ?? {}]));
}
