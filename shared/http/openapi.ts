// The API as an OpenAPI 3.1 document, written from the contract: what a route does is said there, once.
import * as z from "zod";
import { COMMON_ERRORS, type Route } from "../contract/route.ts";
import { ALL_ROUTES } from "../contract/routes.ts";
import { ERROR_CODES, type ErrorCode, ISSUE_CODES } from "../domain/errors.ts";
import type { JsonObject, JsonValue } from "../domain/json.ts";

const API_VERSION = "1.0.0";

export function openApiDocument(): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const [name, route] of ALL_ROUTES) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(name, route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Runbook automation", version: API_VERSION, license: { name: "MIT", identifier: "MIT" } },
    paths,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
      schemas: { Problem: PROBLEM },
    },
  };
}

function operation(name: string, route: Route): JsonObject {
  return {
    operationId: name,
    summary: route.summary,
    security: route.access === "public" ? [] : [{ token: [] }],
    parameters: [
      ...parametersIn("path", route.params),
      ...parametersIn("query", route.query),
      ...parametersIn("header", route.headers),
    ],
    ...(route.body && {
      requestBody: { required: !route.bodyOptional, content: json(schemaOf(route.body, "input")) },
    }),
    responses: { [route.answer.status]: goodAnswer(route), ...problems(documentedErrors(route)) },
  };
}

/** Every code that a route can answer: its own, those of its kind, and those that any of them can come to. */
export function documentedErrors(route: Route): ErrorCode[] {
  return [
    ...(route.access === "public" ? (["malformed_request"] as const) : COMMON_ERRORS),
    "payload_too_large",
    ...(route.body ? (["unsupported_media_type"] as const) : []),
    ...(route.errors ?? []),
    "internal_error",
    "unavailable",
  ];
}

function goodAnswer({ answer }: Route): JsonObject {
  const headers = Object.fromEntries((answer.headers ?? []).map((h) => [h, { schema: { type: "string" } }]));
  return {
    description: answer.body ? "Done" : "Done, nothing to tell",
    ...(answer.headers && { headers }),
    ...(answer.body && { content: json(schemaOf(answer.body, "output")) }),
  };
}

/** One answer for each status, naming the codes that come with it. */
function problems(codes: readonly ErrorCode[]): JsonObject {
  const byStatus = Map.groupBy(new Set(codes), (code) => String(ERROR_CODES[code].status));
  const answers = [...byStatus].map(([status, all]) => {
    const content = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
    return [status, { description: `code: ${all.join(", ")}`, content }] as const;
  });
  return Object.fromEntries(answers);
}

function parametersIn(place: "path" | "query" | "header", schema: z.ZodObject | undefined): JsonValue[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, "input") as {
    properties?: JsonObject;
    required?: string[];
  };
  return Object.entries(properties).map(([name, one]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: one,
  }));
}

const json = (schema: JsonObject) => ({ "application/json": { schema } });

function schemaOf(schema: z.ZodType, io: "input" | "output"): JsonObject {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return JSON.parse(JSON.stringify(rest)) as JsonObject;
}

const PROBLEM: JsonObject = {
  type: "object",
  description: "RFC 9457 problem details",
  required: ["type", "title", "status", "detail", "code", "requestId"],
  properties: {
    type: { type: "string", description: "urn:runbooks:problem:<code>" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { enum: Object.keys(ERROR_CODES) },
    requestId: { type: "string" },
    errors: {
      type: "array",
      description: "Everything that is wrong with the input, at once",
      items: {
        type: "object",
        required: ["pointer", "message", "code"],
        properties: {
          pointer: {
            type: "string",
            description: "JSON Pointer into the body; /query/… and /headers/… elsewhere",
          },
          message: { type: "string" },
          code: { enum: Object.keys(ISSUE_CODES) },
        },
      },
    },
  },
};
