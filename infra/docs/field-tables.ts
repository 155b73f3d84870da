// The field reference of docs/api.md: each schema of the OpenAPI document as a table.
import * as z from "zod";
import { ALL_ROUTES, type RouteName } from "../../shared/contract/routes.ts";
import type { JsonObject } from "../../shared/domain/json.ts";
import { boundsOf, defaultOf, nameOf, Schema, typeOf } from "./field-words.ts";
import { code, table } from "./markdown.ts";
import { meaning } from "./openapi/defaults.ts";
import { PLACES } from "./openapi/parameters.ts";
import { namedSchemas, partSchemas, refTo, usedSchemas } from "./openapi/schemas.ts";

const Shape = z.looseObject({
  $ref: z.string().optional(),
  description: z.string().default(""),
  properties: z.record(z.string(), Schema).default({}),
  required: z.array(z.string()).default([]),
  additionalProperties: z
    .union([z.boolean(), z.looseObject({ description: z.string().optional() })])
    .optional(),
  oneOf: z.array(Schema).optional(),
  allOf: z.array(Schema).optional(),
});
type Shape = z.output<typeof Shape>;
type Fields = { properties: Record<string, Schema>; required: readonly string[] };
/** Tables of requests show defaults. Tables of answers show which fields may be missing. */
type Kind = "request" | "answer";

const named = namedSchemas();
const bodies = partSchemas(
  new Map(ALL_ROUTES.flatMap(([name, { body }]) => (body ? [[name, body] as const] : []))),
  "input",
);
const answers = partSchemas(
  new Map(ALL_ROUTES.flatMap(([name, { answer }]) => (answer.body ? [[name, answer.body] as const] : []))),
  "output",
);
const inRequests = usedSchemas({ all: [...bodies.values()] }, named);
const inAnswers = usedSchemas(
  { all: [...answers.values(), refTo("Problem"), refTo("GatewayMessage")] },
  named,
);

/** Whether the schema is a named string format. */
const isValue = ({ type }: JsonObject) => type === "string";

export function valueFields(): string {
  const values = Object.entries({ ...inRequests, ...inAnswers }).filter(([, schema]) => isValue(schema));
  const rows = values.map(([name, schema]) => [heading(name), boundsOf(schema), meaning(schema, named)]);
  return table(["value", "form", "meaning"], rows.sort());
}

/** The schemas of requests, and bodies that only one route has. */
export function requestFields(): string {
  const shapes = Object.entries(inRequests).filter(([, schema]) => !isValue(schema));
  const own = [...bodies].filter(([, schema]) => !("$ref" in schema));
  return [
    ...shapes.map(([name, schema]) => section(name, schema, "request")),
    ...own.map(([name, schema]) => section(`Body of ${name}`, schema, "request")),
  ].join("\n\n");
}

export function answerFields(): string {
  const shapes = Object.entries(inAnswers).filter(
    ([name, schema]) => !isValue(schema) && !(name in inRequests),
  );
  return shapes.map(([name, schema]) => section(name, schema, "answer")).join("\n\n");
}

/** Headers with callback tokens. docs/webhooks.md documents them, so the parameter table omits them. */
const TOKENS = ALL_ROUTES.flatMap(([, { tokenHeader }]) => (tokenHeader ? [code(tokenHeader)] : []));

/** Returns the parameters in paths, queries and headers. Shared parameters appear once. */
export function parameterFields(): string {
  const rows = PLACES.flatMap(({ place, part }) => {
    const parts = ALL_ROUTES.flatMap(([name, route]) => {
      const schema = route[part];
      return schema ? [[name, schema] as const] : [];
    });
    const fields = [...partSchemas(new Map(parts), "input").values()].map((schema) => Shape.parse(schema));
    return fields.flatMap((shape) =>
      [...fieldRows(shape, "request"), ...openRows(shape)].map(([name = "", ...cells]) => [
        name,
        place,
        ...cells,
      ]),
    );
  });
  const shown = rows.filter(([name = ""]) => !TOKENS.includes(name));
  const once = new Map(shown.map((cells) => [cells.join("\n"), cells]));
  return table(["name", "in", "type", "bounds", "default", "meaning"], [...once.values()]);
}

/** The fields whose names a caller chooses. Headers are open too, and say nothing of it. */
function openRows({ additionalProperties: rest }: Shape): string[][] {
  const description = typeof rest === "object" ? rest.description : undefined;
  return description === undefined ? [] : [[code("parameter.<name>"), "string", "", "", description]];
}

/** Returns a link to the schema of the route's request body, or "". */
export function takes(name: RouteName): string {
  const body = bodies.get(name);
  if (!body) return "";
  return "$ref" in body ? typeOf(body) : `[body](#body-of-${name})`;
}

export function gives(name: RouteName): string {
  const answer = answers.get(name);
  if (!answer) return "";
  const { items } = Shape.parse(answer).properties;
  if (items) return typeOf(items);
  return "$ref" in answer ? typeOf(answer) : "object";
}

/** An anchor for links from types. One heading per value would be longer than the table. */
const heading = (name: string) => `<a id="${name.toLowerCase()}"></a>${name}`;

function section(name: string, schema: JsonObject, kind: Kind): string {
  const shape = Shape.parse(schema);
  return [`### ${name}`, shape.description, ...contentOf(shape, schema, kind)]
    .filter((text) => text !== "")
    .join("\n\n");
}

function contentOf(shape: Shape, schema: JsonObject, kind: Kind): string[] {
  const { oneOf, allOf } = shape;
  if (oneOf) return oneOf.flatMap((one) => alternative(Shape.parse(one), kind));
  if (allOf) return allOf.flatMap((one) => inherited(Shape.parse(one), kind));
  if (Object.keys(shape.properties).length > 0) return [fieldTable(shape, kind)];
  const bounds = boundsOf(schema);
  return [`Type: ${typeOf(schema)}${bounds === "" ? "" : ` (${bounds})`}.`];
}

/** The field with a constant value identifies the alternative. */
function alternative(shape: Shape, kind: Kind): string[] {
  const [name = "", value = {}] =
    Object.entries(shape.properties).find(([, field]) => "const" in field) ?? [];
  const { [name]: _value, ...properties } = shape.properties;
  const lead = `With ${code(name)} ${boundsOf(value)}: ${meaning(value as JsonObject, named)}`;
  const fields = { properties, required: shape.required };
  return Object.keys(properties).length > 0 ? [lead, fieldTable(fields, kind)] : [lead];
}

function inherited(shape: Shape, kind: Kind): string[] {
  const { $ref } = shape;
  return $ref
    ? [`All fields of [${nameOf($ref)}](#${nameOf($ref).toLowerCase()}), and:`]
    : [fieldTable(shape, kind)];
}

const fieldTable = (fields: Fields, kind: Kind) =>
  table(
    ["field", "type", "bounds", ...(kind === "request" ? ["default"] : []), "meaning"],
    fieldRows(fields, kind),
  );

function fieldRows({ properties, required }: Fields, kind: Kind): string[][] {
  return Object.entries(properties).map(([name, field]) => [
    code(name),
    typeOf(field) + (kind === "answer" && !required.includes(name) ? ", may be missing" : ""),
    boundsOf(field),
    ...(kind === "request" ? [defaultOf(field, required.includes(name))] : []),
    meaning(field as JsonObject, named),
  ]);
}
