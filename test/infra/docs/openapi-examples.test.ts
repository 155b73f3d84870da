// What the published schemas describe is the service's requests and answers: examples, schemas, patterns, events.
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { INCOMING_EVENTS, OUTGOING_EVENTS, toJsonSchema } from "../../../shared/contract/event-schemas.ts";
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";
import { checkParameterSchema } from "../../../shared/parameters/check.ts";
import { loadPatternEngine } from "../../../shared/parameters/pattern-engine.ts";
import { patternArbitrary } from "../../support/event-pattern-arbitrary.ts";
import { document, makeAjv, operationOf, problemsAt } from "../../support/openapi.ts";
import { parametersArbitrary } from "../../support/parameter-oracle.ts";

const JSON_SCHEMA = "/content/application~1json/schema";

describe.each(ALL_ROUTES)("the examples of %s", (name, route) => {
  const { operation, place } = operationOf(name);

  it("have the body that the route asks for", () => {
    const body = operation.requestBody?.content["application/json"];
    expect(body === undefined).toBe(route.body === undefined);
    if (route.body && !route.bodyOptional) expect(body?.example).toBeDefined();
    if (body?.example === undefined) return;
    expect(problemsAt(`${place}/requestBody${JSON_SCHEMA}`, body.example)).toEqual([]);
  });

  it("have the answer that the route gives", () => {
    const { status, body } = route.answer;
    const answer = operation.responses[String(status)]?.content?.["application/json"];
    expect(answer === undefined).toBe(body === undefined);
    if (answer) expect(problemsAt(`${place}/responses/${status}${JSON_SCHEMA}`, answer.example)).toEqual([]);
  });

  it("have a value for each parameter of the path", () => {
    const asked = operation.parameters.map(({ $ref, ...own }) =>
      $ref
        ? { name: $ref.split("/").at(-1), ...document.components.parameters[$ref.split("/").at(-1) ?? ""] }
        : own,
    );
    const inPath = asked.filter((parameter) => parameter.in === "path");
    expect(inPath.length).toBe(route.path.split("{").length - 1);
    for (const { schema = {}, example } of inPath) {
      const shape = /\w+$/.exec(String(schema["$ref"]))?.[0] ?? "";
      if ("$ref" in schema) expect(problemsAt(`/components/schemas/${shape}`, example)).toEqual([]);
      else expect(makeAjv().validate(schema, example)).toBe(true);
    }
  });
});

describe("the shapes that are written by hand", () => {
  beforeAll(() => loadPatternEngine({ properties: { p: { type: "string", pattern: "a" } } }));

  it("take every parameter schema that can be saved, and its values", () => {
    fc.assert(
      fc.property(parametersArbitrary, ({ schema }) => {
        fc.pre(checkParameterSchema(schema).length === 0);
        expect(problemsAt("/components/schemas/ParameterSchemaInput", schema)).toEqual([]);
        expect(problemsAt("/components/schemas/ParameterSchema", schema)).toEqual([]);
      }),
    );
  });

  it("refuse a parameter schema with a keyword that the service does not know", () => {
    const schema = { type: "object", properties: { a: { type: "string", anyOf: [] } } };
    expect(checkParameterSchema(schema)).toHaveLength(1);
    expect(problemsAt("/components/schemas/ParameterSchemaInput", schema)).toHaveLength(1);
  });

  it("take every event pattern that can be saved", () => {
    fc.assert(
      fc.property(patternArbitrary, (pattern) => {
        expect(problemsAt("/components/schemas/EventPattern", pattern)).toEqual([]);
      }),
    );
  });

  it("refuse an invalid event pattern", () => {
    for (const pattern of [{}, { source: "aws" }, { source: [] }, { source: [{ prefix: 1 }] }])
      expect(problemsAt("/components/schemas/EventPattern", pattern), JSON.stringify(pattern)).not.toEqual(
        [],
      );
  });
});

describe("the schemas of events", () => {
  it.each(Object.entries(INCOMING_EVENTS))("accept the example of %s", (_, { detail, example }) => {
    const validate = makeAjv().compile(toJsonSchema(detail, "input"));
    expect(validate(example), JSON.stringify(validate.errors)).toBe(true);
  });

  it.each(OUTGOING_EVENTS)("describe each field of $detailType, and leave room for more", ({ detail }) => {
    const schema = toJsonSchema(detail, "output");
    expect(makeAjv().validateSchema(schema)).toBe(true);
    expect(schema["additionalProperties"]).not.toBe(false);
    const properties = Object.entries(schema["properties"] ?? {}) as [string, { description?: string }][];
    expect(properties.filter(([, { description }]) => !description)).toEqual([]);
  });
});
