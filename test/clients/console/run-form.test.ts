// What is typed into the form of a run becomes JSON of the parameter's type; links, runs and incidents fill it in.
import { describe, expect, it } from "vitest";
import { ProblemError } from "../../../clients/api-client/errors.ts";
import { readParameters } from "../../../clients/console/data/parameter-schema.ts";
import { listSecretsOf, prefillParameters } from "../../../clients/console/pages/run/prefill.ts";
import { buildStart, sortIssues } from "../../../clients/console/pages/run/request.ts";
import { createStartKeys } from "../../../clients/console/pages/run/start-keys.ts";
import { readValues, type Typed } from "../../../clients/console/pages/run/values.ts";

const SCHEMA = {
  type: "object",
  properties: {
    service: { type: "string" },
    count: { type: "integer" },
    share: { type: "number" },
    force: { type: "boolean" },
    level: { type: "integer", enum: [1, 2] },
    region: {
      type: "string",
      oneOf: [
        { const: "eu", title: "Europe" },
        { const: "us", title: "America" },
      ],
    },
    hosts: { type: "array", items: { type: "string" } },
    ports: { type: "array", items: { type: "integer" } },
    token: { type: "string", writeOnly: true },
  },
};
const PARAMETERS = readParameters(SCHEMA);
const read = (typed: Typed) => readValues(typed, PARAMETERS);

describe("what is typed", () => {
  it.each<[string, string[], unknown]>([
    ["service", ["checkout"], "checkout"],
    ["service", [" 7 "], " 7 "],
    ["count", ["-3"], -3],
    ["count", ["9007199254740991"], Number.MAX_SAFE_INTEGER],
    ["share", [" .5e1 "], 5],
    ["force", ["false"], false],
    ["level", ["2"], 2],
    ["region", ['"us"'], "us"],
    ["hosts", ["a", "", "b"], ["a", "b"]],
    ["ports", ["80", "443"], [80, 443]],
  ])("in %s as %j is %j", (name, texts, value) => {
    expect(read({ [name]: texts })).toEqual({ values: { [name]: value }, faults: {} });
  });

  it.each<[string, string[]]>([
    ["service", []],
    ["hosts", ["", ""]],
    ["count", [""]],
  ])("in %s as %j is not given", (name, texts) => {
    expect(read({ [name]: texts })).toEqual({ values: {}, faults: {} });
  });

  it.each<[string, string[], string]>([
    ["count", ["many"], "must be a number, such as 3 or 2.5"],
    ["share", ["0x10"], "must be a number, such as 3 or 2.5"],
    ["count", ["9007199254740993"], "is too large to be sent exactly"],
    ["ports", ["80", "http"], "must be a number, such as 3 or 2.5"],
  ])("in %s as %j %s", (name, texts, fault) => {
    expect(read({ [name]: texts })).toEqual({ values: {}, faults: { [name]: fault } });
  });

  it("is needed where the schema says so and has no default", () => {
    const required = {
      type: "object",
      properties: { a: { type: "string" }, b: { type: "string", default: "x" } },
    };
    const parameters = readParameters({ ...required, required: ["a", "b"] });
    expect(readValues({}, parameters)).toEqual({ values: {}, faults: { a: "is needed" } });
  });
});

describe("what fills the form in", () => {
  const nothing = { query: new URLSearchParams(), earlier: null, incident: null };
  const runOf = (parameters: object) => ({ parameters }) as Parameters<typeof listSecretsOf>[1];
  const incidentOf = (metadata: object) =>
    ({ metadata }) as Parameters<typeof prefillParameters>[1]["incident"];

  it("is the link, then the earlier run, then the incident, and the form says which", () => {
    const { typed, from } = prefillParameters(PARAMETERS, {
      query: new URLSearchParams(
        "parameter.service=a&parameter.region=us&parameter.hosts=x&parameter.hosts=y",
      ),
      earlier: runOf({ service: "b", count: 3, level: 2, ports: [80] }),
      incident: incidentOf({ count: 4, force: true, share: { of: 1 } }),
    });
    expect(typed).toEqual({
      ...{ service: ["a"], region: ['"us"'], hosts: ["x", "y"], count: ["3"], level: ["2"], ports: ["80"] },
      force: ["true"],
    });
    expect(from).toMatchObject({ service: "the link", count: "the earlier run", force: "the incident" });
  });

  it("is never a secret: the form says which must be typed again", () => {
    const sources = {
      ...nothing,
      query: new URLSearchParams("parameter.token=t"),
      earlier: runOf({ token: "********" }),
    };
    expect(prefillParameters(PARAMETERS, sources).typed).toEqual({});
    expect(listSecretsOf(PARAMETERS, sources.earlier)).toEqual(["token"]);
  });

  it("is no value that the parameter cannot have", () => {
    const query = new URLSearchParams(
      "parameter.region=mars&parameter.unknown=1&parameter.service=a&parameter.service=b",
    );
    const { typed } = prefillParameters(PARAMETERS, { ...nothing, query, earlier: runOf({ level: 3 }) });
    expect(typed).toEqual({ service: ["a"] });
    expect(
      prefillParameters(PARAMETERS, { ...nothing, incident: incidentOf({ toString: 1 }) }).typed,
    ).toEqual({});
  });
});

describe("the request", () => {
  it("names the version that was shown, and what was chosen", () => {
    const choices = { incidentId: " INC-1 ", teamId: "", breakGlass: " down " };
    expect(buildStart({ a: 1 }, choices, 4)).toEqual({
      ...{ parameters: { a: 1 }, version: 4, incidentId: "INC-1", breakGlass: { reason: "down" } },
    });
  });

  it("has one key however often it is sent, and another request has another", () => {
    const keyOf = createStartKeys();
    expect(keyOf({ a: 1 })).toBe(keyOf({ a: 1 }));
    expect(keyOf({ a: 2 })).not.toBe(keyOf({ a: 1 }));
    expect(createStartKeys()({ a: 1 })).not.toBe(keyOf({ a: 1 }));
  });

  it("has each of its problems at the field that it belongs to", () => {
    const issue = (pointer: string, message: string) => ({ pointer, message, code: "out_of_range" });
    const errors = [
      issue("/parameters/a~1b", "is too long"),
      issue("/parameters/a~1b/0", "is no number"),
      issue("/incidentId", "is unknown"),
    ];
    const details = {
      status: 400,
      code: "invalid_parameters",
      title: "",
      detail: "",
      requestId: null,
    } as const;
    const sorted = sortIssues(new ProblemError({ ...details, errors, retryAfterSeconds: null }));
    expect(sorted).toEqual({ ofParameters: { "a/b": "is too long; is no number" }, others: ["is unknown"] });
  });
});
