// Parameters in paths, queries and headers, with values from the recorded request. Shared parameters become components.
import * as z from "zod";
import type { Route } from "../../../shared/contract/route.ts";
import { Json, type JsonObject } from "../../../shared/domain/json.ts";
import type { Exchange } from "../examples.ts";
import { meaning } from "./defaults.ts";

/** OpenAPI's parameter locations, and the route's property with their schemas. */
export const PLACES = [
  { place: "path", part: "params" },
  { place: "query", part: "query" },
  { place: "header", part: "headers" },
] as const;
type Place = (typeof PLACES)[number]["place"];

const Part = z.object({
  properties: z.record(z.string(), z.record(z.string(), Json)).default({}),
  required: z.array(z.string()).default([]),
  additionalProperties: z.union([z.boolean(), z.looseObject({ description: z.string() })]).optional(),
});

/** `part` is the JSON Schema of that part of the route. */
export function buildParameters(
  place: Place,
  part: JsonObject,
  route: Route,
  example: Exchange,
  named: Record<string, JsonObject>,
): JsonObject[] {
  const { properties, required, additionalProperties } = Part.parse(part);
  const given = givenIn(place, route, example);
  const declared = Object.entries(properties)
    .filter(([name]) => name !== route.tokenHeader)
    .map(([name, { description: _, ...schema }]) => {
      const value = given[name];
      return {
        name,
        in: place,
        description: meaning(properties[name] ?? {}, named),
        ...((place === "path" || required.includes(name)) && { required: true }),
        schema,
        // Several values stand in one field, separated by commas.
        ...(schema["type"] === "array" && { style: "form", explode: false }),
        ...(value !== undefined && { example: toExample(value, schema["type"]) }),
      };
    });
  return [...declared, ...openFields(place, additionalProperties)];
}

/** The fields whose names a caller chooses, as one object that is written field by field. */
function openFields(place: Place, rest: z.output<typeof Part>["additionalProperties"]): JsonObject[] {
  if (typeof rest !== "object" || place === "header") return [];
  const schema = { type: "object", additionalProperties: { type: "string" } };
  return [
    { name: OPEN_FIELDS, in: place, description: rest.description, schema, style: "form", explode: true },
  ];
}

/** The name is for people and generated clients: the members of the object are the fields. */
const OPEN_FIELDS = "parameters";

function toExample(value: string, type: unknown): string | number | string[] {
  if (type === "integer") return Number(value);
  return type === "array" ? value.split(",") : value;
}

/** Returns the recorded request's values in a location. */
function givenIn(place: Place, route: Route, { path, headers }: Exchange): Record<string, string> {
  if (place === "header") return headers;
  const { pathname, searchParams } = new URL(path, "http://any.example");
  if (place === "query") return Object.fromEntries(searchParams);
  const parts = pathname.split("/");
  return Object.fromEntries(
    route.path.split("/").flatMap((segment, index) => {
      const name = /^\{(\w+)\}$/.exec(segment)?.[1];
      return name ? [[name, parts[index] ?? ""]] : [];
    }),
  );
}

export type Operation = JsonObject & { parameters?: JsonObject[] };
export type Paths = Record<string, Record<string, Operation>>;

/** Moves parameters that several operations share to components, with the first example found. */
export function shareParameters(paths: Paths): { paths: Paths; parameters: JsonObject } {
  const all = Object.values(paths)
    .flatMap((path) => Object.values(path))
    .flatMap(({ parameters = [] }) => parameters);
  const groups = [...Map.groupBy(all, keyOf)].filter(([, same]) => same.length > 1);
  const named = groups.map(([key, same]) => {
    const parameter = same.find((one) => "example" in one) ?? same[0] ?? {};
    return { key, name: componentName(String(parameter["name"])), parameter };
  });
  if (new Set(named.map(({ name }) => name)).size < named.length)
    throw new Error("Two parameters of one name differ from route to route: describe them alike");
  return {
    paths: withReferences(paths, new Map(named.map(({ key, name }) => [key, name]))),
    parameters: Object.fromEntries(named.map(({ name, parameter }) => [name, parameter])),
  };
}

function withReferences(paths: Paths, names: ReadonlyMap<string, string>): Paths {
  const referred = (one: JsonObject): JsonObject => {
    const name = names.get(keyOf(one));
    return name === undefined ? one : { $ref: `#/components/parameters/${name}` };
  };
  return mapValues(paths, (operations) =>
    mapValues(operations, (operation) => {
      const { parameters } = operation;
      return parameters ? { ...operation, parameters: parameters.map(referred) } : operation;
    }),
  );
}

const mapValues = <T, R>(record: Record<string, T>, change: (value: T) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

const keyOf = ({ example: _example, ...parameter }: JsonObject) => JSON.stringify(parameter);

/** `if-match` → `IfMatch`. */
const componentName = (name: string) =>
  name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
