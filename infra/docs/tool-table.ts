// Writes the tools that agents may call, from the contract: names, descriptions, input schemas, what they may change.
import type * as z from "zod";
import type { Route } from "../../shared/contract/route.ts";
import { ROUTES, type RouteName } from "../../shared/contract/routes.ts";
import type { JsonObject, JsonValue } from "../../shared/domain/json.ts";
import { defaultsInWords } from "./openapi/defaults.ts";
import { namedSchemas, partSchemas } from "./openapi/schemas.ts";

/** `effect`: what a call changes. None: it reads. `without`: arguments that are for people. */
type Offered = {
  advice?: string;
  without?: readonly string[];
  effect?: { destructiveHint: boolean; openWorldHint: boolean };
};

/** A webhook may do anything, to a system that is not the service's. */
const STARTS = { destructiveHint: true, openWorldHint: true };

/** Every tool. Approving, pausing and editing are for people, so no such route may be added. */
const OFFERED: Partial<Record<RouteName, Offered>> = {
  "list-incidents": {},
  "get-incident": {},
  "list-incident-runbooks": {},
  "list-runbooks": {},
  "get-runbook": { advice: "`parameters` is the schema of what a run takes." },
  "get-review": { advice: "What changed since the last approval, its risk, and who waits for it." },
  "preview-runbook": { advice: "Use it before start-execution." },
  "find-executions": {},
  "get-execution": { advice: "With `waitSeconds` it answers when the execution has ended." },
  "start-execution": {
    advice: "The webhook is really called. Give the `version` that you have read, and the incident.",
    without: ["breakGlass"],
    effect: STARTS,
  },
  "rerun-execution": { advice: "The webhook is really called again.", effect: STARTS },
  "cancel-execution": { effect: { destructiveHint: true, openWorldHint: false } },
};

/** Of the headers, an agent gives the key alone; `wait` stands for those of waiting. */
const KEY_HEADER = "idempotency-key";
const WAIT: JsonObject = {
  description: "Waits for the end of the execution, for at most so many seconds. Default: it does not wait.",
  ...{ type: "integer", minimum: 1, maximum: 50 },
};

const PARTS = ["params", "query", "headers", "body"] as const;
type Part = (typeof PARTS)[number];
const PLACES = { params: "path", query: "query", headers: "key", body: "body" } as const;

/** Returns the content of clients/mcp/tools.json. */
export function toolTable(): JsonObject[] {
  const named = namedSchemas();
  return Object.entries(OFFERED).map(([name, offered]) => toolOf(name as RouteName, offered, named));
}

function toolOf(
  name: RouteName,
  { advice, effect, without = [] }: Offered,
  named: Record<string, JsonObject>,
): JsonObject {
  const route: Route = ROUTES[name];
  const parts = partsOf(route, named);
  const fields = parts
    .flatMap(({ part, schema }) => fieldsOf(part, schema))
    .filter((field) => !without.includes(field.name));
  if (name === "get-execution") fields.push({ name: "waitSeconds", place: "wait", schema: WAIT });
  const open = parts.find(({ part }) => part === "query")?.schema["additionalProperties"];
  const required = parts.flatMap(({ part, schema }) =>
    part === "headers" ? [] : ((schema["required"] ?? []) as string[]),
  );
  if (new Set(fields.map((field) => field.name)).size < fields.length)
    throw new Error(`${name}: two parts of the request have an argument of one name`);
  return {
    name,
    description: `${route.summary}.${advice === undefined ? "" : ` ${advice}`}`,
    annotations: annotationsOf(fields, effect),
    places: Object.fromEntries(fields.map((field) => [field.name, field.place])),
    inputSchema: {
      type: "object",
      properties: Object.fromEntries(fields.map((field) => [field.name, field.schema])),
      ...(required.length > 0 && { required }),
      additionalProperties: open ?? false,
    },
  };
}

/** A start is repeated without effect only with the key of the first. */
function annotationsOf(fields: readonly Field[], effect: Offered["effect"]): JsonObject {
  if (!effect)
    return { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
  return { readOnlyHint: false, ...effect, idempotentHint: !fields.some(({ place }) => place === "key") };
}

type Field = { name: string; place: string; schema: JsonObject };

function fieldsOf(part: Part, schema: JsonObject): Field[] {
  const properties = Object.entries(Object(schema["properties"]) as Record<string, JsonObject>);
  return properties
    .filter(([name]) => part !== "headers" || name === KEY_HEADER)
    .map(([name, field]) => ({
      name: name === KEY_HEADER ? "idempotencyKey" : name,
      place: PLACES[part],
      schema: field,
    }));
}

function partsOf(route: Route, named: Record<string, JsonObject>): { part: Part; schema: JsonObject }[] {
  const given = PARTS.flatMap((part): [Part, z.ZodType][] => {
    const schema = route[part];
    return schema ? [[part, schema]] : [];
  });
  const schemas = partSchemas(new Map<string, z.ZodType>(given), "input");
  return given.map(([part]) => {
    const whole = inlined(schemas.get(part) ?? {}, named) as JsonObject;
    return { part, schema: defaultsInWords(whole, named) };
  });
}

/** Hosts of agents do not all follow references. */
function inlined(value: JsonValue, named: Record<string, JsonObject>): JsonValue {
  if (Array.isArray(value)) return value.map((item) => inlined(item, named));
  if (typeof value !== "object" || value === null) return value;
  const { $ref, ...own } = value;
  const target = typeof $ref === "string" ? named[$ref.split("/").at(-1) ?? ""] : {};
  const all = { ...target, ...own };
  const members = Object.entries(all).map(([key, member]) => [
    key,
    // Referred schemas may refer further.
    inlined(member, named),
  ]);
  return Object.fromEntries(members) as JsonObject;
}
