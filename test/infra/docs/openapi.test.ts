// docs/openapi.json has all information for a reader, or a generator of clients.
import { describe, expect, it } from "vitest";
import { operationId } from "../../../infra/docs/openapi/operations.ts";
import { referencesIn } from "../../../infra/docs/openapi/schemas.ts";
import { listDocumentedErrors } from "../../../shared/contract/route.ts";
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";
import { ERROR_CODES } from "../../../shared/domain/errors.ts";
import type { JsonValue } from "../../../shared/domain/json.ts";
import {
  DOCUMENT_TEXT,
  document,
  operationOf,
  operations,
  RAW_DOCUMENT,
  resolved,
  type Schema,
} from "../../support/openapi.ts";

const { schemas, parameters, responses, securitySchemes } = document.components;
const bodies = operations.flatMap(({ requestBody }) => Object.values(requestBody?.content ?? {}));
const answers = [
  ...operations.flatMap((operation) => Object.values(operation.responses)),
  ...Object.values(responses),
].flatMap(({ content = {} }) => Object.values(content));

describe("the OpenAPI document", () => {
  it("is under 380 KB", () => {
    expect(Buffer.byteLength(DOCUMENT_TEXT)).toBeLessThan(380_000);
  });

  it.each(["schemas", "parameters", "responses", "headers"] as const)(
    "refers to each of its %s, and to none that is missing",
    (section) => {
      const referred = new Set(referencesIn(RAW_DOCUMENT, section));
      expect([...referred].sort()).toEqual(Object.keys(document.components[section]).sort());
    },
  );

  it("refers to nothing but its components", () => {
    expect(DOCUMENT_TEXT).not.toContain("$defs");
    const targets = [...DOCUMENT_TEXT.matchAll(/"\$ref":\s?"([^"]+)"/g)].map(([, target = ""]) => target);
    expect(targets.filter((target) => !/^#\/components\/[a-zA-Z]+\/[\w-]+$/.test(target))).toEqual([]);
  });

  it("describes every shape, property and parameter", () => {
    const inline = [...bodies, ...answers].map(({ schema }, index) => [`body ${index}`, schema] as const);
    const named = Object.entries(schemas);
    expect([...named, ...inline].flatMap(([place, schema]) => undescribed(schema, place))).toEqual([]);
    expect(named.filter(([, { description }]) => !description).map(([name]) => name)).toEqual([]);
    const asked = [...Object.values(parameters), ...operations.flatMap((o) => o.parameters)];
    expect(asked.filter(({ $ref, description }) => !$ref && !description)).toEqual([]);
  });

  it("puts each operation under one of its tags", () => {
    const used = new Set(operations.flatMap(({ tags }) => tags));
    expect([...used].sort()).toEqual(document.tags.map(({ name }) => name).sort());
  });

  it("names the fields that may change", () => {
    expect(document.info.description).toContain("**What may change without notice.**");
  });

  it("has numbers as numbers, in paths and queries too", () => {
    const limit = { type: "integer", minimum: 1, maximum: 100, default: 20 };
    expect(parameters["Limit"]?.schema).toEqual(limit);
    expect(parameters["Version"]?.schema).toEqual({ type: "integer", minimum: 1, maximum: 999_999_999 });
    expect(resolved({ $ref: "#/components/schemas/RetryPolicyInput" })["properties"]).toMatchObject({
      maxAttempts: { type: "integer", minimum: 1, maximum: 10 },
    });
  });

  it("has a callback's token as a security scheme, and not as a parameter", () => {
    const name = "x-runbook-callback-token";
    expect(securitySchemes["callbackToken"]).toMatchObject({ type: "apiKey", in: "header", name });
    const { operation } = operationOf("callback-execution");
    expect(operation.security).toEqual([{ callbackToken: [] }]);
    expect(operation.parameters.map((one) => one.$ref)).toEqual(["#/components/parameters/ExecutionId"]);
  });

  it("leaves answers open for new fields, and says that requests are closed", () => {
    const inAnswers = answers.flatMap(({ schema }) => [schema, ...reachable(schema)]);
    expect(inAnswers.filter(isClosed)).toEqual([]);
    // A message of a system is as the system has it.
    const ours = bodies.filter(
      ({ schema }) => !String(schema.description).startsWith("The message, as its system sends it"),
    );
    const inRequests = ours.map(({ schema }) => resolved(schema)).flatMap(alternatives);
    expect(inRequests.filter((schema) => !isClosed(schema))).toEqual([]);
  });

  it("says defaults of requests in words: with the keyword, generated clients would have to send the field", () => {
    const inRequests = bodies.flatMap(({ schema }) => reachable(schema)).flatMap(children);
    expect(inRequests.filter(([, schema]) => "default" in schema)).toEqual([]);
    const { properties } = schemas["RunbookInput"] ?? {};
    expect(properties).toMatchObject({
      timeoutSeconds: { description: expect.stringMatching(/ Default: `300`.$/) },
    });
  });

  it("names the headers that help a refused caller", () => {
    const named = Object.entries(responses).flatMap(([name, { headers }]) =>
      headers ? [[name, ...Object.keys(headers)].join(" ")] : [],
    );
    expect(named).toEqual([
      "Unauthorized WWW-Authenticate",
      "Conflict Retry-After",
      "TooManyRequests Retry-After",
      "ServiceUnavailable Retry-After",
    ]);
  });
});

describe.each(ALL_ROUTES)("the operation of %s", (name, route) => {
  const { operation } = operationOf(name);

  it("is named as a method of a client would be", () => {
    expect(operation.operationId).toBe(operationId(name));
    expect(operation.operationId).toMatch(/^[a-z][A-Za-z]+$/);
  });

  it("has each status that the route or the gateway can answer, and no other", () => {
    const ours = listDocumentedErrors(route).map((code) => ERROR_CODES[code].status);
    const statuses = new Set([route.answer.status, ...ours, 429, 431]);
    expect(Object.keys(operation.responses)).toEqual([...statuses].sort((a, b) => a - b).map(String));
  });
});

const children = (schema: Schema): [string, Schema][] => {
  const groups = ["properties", "items", "additionalProperties", "anyOf", "oneOf", "allOf"];
  return groups.flatMap((keyword) => {
    const value = schema[keyword];
    if (keyword === "items" || keyword === "additionalProperties")
      return isSchema(value) ? [["*", value]] : [];
    return Object.entries(value ?? {}).filter((entry): entry is [string, Schema] => isSchema(entry[1]));
  });
};

const isSchema = (value: JsonValue | undefined): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isClosed = (schema: Schema) => schema["additionalProperties"] === false;

/** A union is closed where each alternative is. */
const alternatives = (schema: Schema): Schema[] => {
  const { oneOf } = schema;
  return Array.isArray(oneOf) ? oneOf.filter(isSchema) : [schema];
};

/** Properties without a description, here or at the shape that they refer to. */
function undescribed(schema: Schema, place: string): string[] {
  const properties = Object.entries(schema["properties"] ?? {}).filter(
    ([, property]) => !isSchema(property) || !(property["description"] ?? resolved(property)["description"]),
  );
  return [
    ...properties.map(([field]) => `${place}/${field}`),
    ...children(schema).flatMap(([step, inner]) => undescribed(inner, `${place}/${step}`)),
  ];
}

/** Every schema within this one, through references too. */
function reachable(schema: Schema, seen = new Set<Schema>()): Schema[] {
  const whole = resolved(schema);
  if (seen.has(whole)) return [];
  seen.add(whole);
  return [whole, ...children(whole).flatMap(([, inner]) => reachable(inner, seen))];
}
