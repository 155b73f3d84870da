// Builds an OpenAPI operation for each route, with its recorded example.
import type * as z from "zod";
import { maxBodyBytesOf, type Route } from "../../../shared/contract/route.ts";
import { ALL_ROUTES, ROUTE_GROUPS, type RouteName } from "../../../shared/contract/routes.ts";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { who } from "../access.ts";
import type { Examples, Exchange } from "../examples.ts";
import { kibibytes } from "../markdown.ts";
import { defaultsInWords } from "./defaults.ts";
import { buildParameters, type Operation, type Paths, PLACES } from "./parameters.ts";
import { headerRefs, refusalsOf } from "./responses.ts";
import { partSchemas } from "./schemas.ts";

type ByPart = ReadonlyMap<string, JsonObject>;
type Schemas = { input: ByPart; output: ByPart; named: Record<string, JsonObject> };

const STATUS_TEXTS = { 200: "OK", 201: "Created", 202: "Accepted", 204: "No Content" } as const;

/** Path → method → operation. */
export function paths(examples: Examples, named: Record<string, JsonObject>): Paths {
  const schemas = { input: partSchemas(asked(), "input"), output: partSchemas(answered(), "output"), named };
  const found: Paths = {};
  for (const [name, route] of ALL_ROUTES) {
    const made = operation(name, route, schemas, examples[name]);
    found[route.path] = { ...found[route.path], [route.method.toLowerCase()]: made };
  }
  return found;
}

/** `create-runbook` → `createRunbook`: the method name in generated clients. */
export const operationId = (name: string) =>
  name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

const tagOf = (name: RouteName): string =>
  Object.entries(ROUTE_GROUPS).find(([, { routes }]) => name in routes)?.[0] ?? "";

function operation(name: RouteName, route: Route, schemas: Schemas, example: Exchange): Operation {
  const body = schemas.input.get(`${name}:body`);
  const parameters = PLACES.flatMap(({ place, part }) =>
    buildParameters(place, schemas.input.get(`${name}:${part}`) ?? {}, route, example, schemas.named),
  );
  return {
    operationId: operationId(name),
    tags: [tagOf(name)],
    summary: route.summary,
    description: `For ${who(route)}.`,
    ...security(route),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: requestBody(route, defaultsInWords(body, schemas.named), example) }),
    responses: {
      [route.answer.status]: successResponse(name, route, schemas, example),
      ...refusalsOf(route),
    },
  };
}

/** Overrides the document's default, which requires an access token. */
function security({ access, tokenHeader }: Route): JsonObject {
  if (tokenHeader) return { security: [{ callbackToken: [] }] };
  return access === "public" ? { security: [] } : {};
}

function requestBody(route: Route, schema: JsonObject, { body }: Exchange): JsonObject {
  return {
    description: `At most ${kibibytes(maxBodyBytesOf(route))}.${route.bodyOptional ? " Defaults to `{}`." : ""}`,
    required: !route.bodyOptional,
    content: { "application/json": { schema, ...(body !== undefined && { example: body }) } },
  };
}

function successResponse(
  name: RouteName,
  { answer }: Route,
  { output }: Schemas,
  example: Exchange,
): JsonObject {
  const schema = output.get(name);
  return {
    description: answer.body?.description ?? STATUS_TEXTS[answer.status],
    ...((answer.headers || answer.sometimes) && {
      headers: headerRefs([...(answer.headers ?? []), ...(answer.sometimes ?? [])]),
    }),
    ...(schema && { content: { "application/json": { schema, example: example.answer.body } } }),
  };
}

function asked(): Map<string, z.ZodType> {
  return new Map(
    ALL_ROUTES.flatMap(([name, route]) =>
      (["params", "query", "headers", "body"] as const).flatMap((part) => {
        const schema = route[part];
        return schema ? [[`${name}:${part}`, schema] as const] : [];
      }),
    ),
  );
}

function answered(): Map<string, z.ZodType> {
  return new Map(ALL_ROUTES.flatMap(([name, { answer }]) => (answer.body ? [[name, answer.body]] : [])));
}
