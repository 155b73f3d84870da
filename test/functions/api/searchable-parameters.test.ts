// Searchable parameters: what an author may mark, and who finds which executions by their values.
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { ask, person, startApi, type TestApi } from "../../support/api.ts";
import { approvedIn, GIVEN, start } from "../../support/library.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});

const Page = z.looseObject({
  items: z.array(z.looseObject({ id: z.string() })),
  nextCursor: z.string().nullable(),
});
type Query = Record<string, string>;
async function find(query: Query, as = person("platform-admin")): Promise<string[]> {
  const { body } = await ask("find-executions", { query, as });
  return Page.parse(body).items.map(({ id }) => id);
}

const property = (type: string, more: object = {}) => ({ type, searchable: true, ...more });
const schemaOf = (properties: object) => ({ parameters: { type: "object", properties } });
const SCHEMA = schemaOf({
  service: property("string"),
  replicas: property("integer"),
  dry: property("boolean", { default: false }),
  note: { type: "string" },
});

describe("GET /executions by parameters", () => {
  const ana = person("team:payments:responder");
  const sam = person("team:search:observer");
  let checkout: string;
  let two: string;
  let other: string;
  let forSearch: string;

  beforeAll(async () => {
    const [payments, everyone] = [await approvedIn("payments", SCHEMA), await approvedIn(null, SCHEMA)];
    const run = (runbookId: string, parameters: object, more = {}) =>
      start(runbookId, { parameters, ...more });
    checkout = await run(payments, { service: "checkout", replicas: 2, note: "checkout" });
    two = await run(payments, { service: "checkout", replicas: 3, dry: true });
    other = await run(payments, { service: "Checkout" });
    forSearch = await run(everyone, { service: "checkout", replicas: 2 }, { teamId: "search" });
  });

  it("finds the value as it was sent, defaults applied, newest first", async () => {
    expect(await find({ "parameter.service": "checkout" })).toEqual([forSearch, two, checkout]);
    expect(await find({ "parameter.service": "Checkout" })).toEqual([other]);
    expect(await find({ "parameter.replicas": "2" })).toEqual([forSearch, checkout]);
    expect(await find({ "parameter.dry": "false" })).toEqual([forSearch, other, checkout]);
    expect(await find({ "parameter.service": "check" })).toEqual([]);
  });

  it("combines several parameters and other filters", async () => {
    const both = { "parameter.service": "checkout", "parameter.replicas": "2" };
    expect(await find(both)).toEqual([forSearch, checkout]);
    expect(await find({ ...both, "parameter.dry": "true" })).toEqual([]);
    expect(await find({ ...both, teamId: "payments" })).toEqual([checkout]);
    expect(await find({ ...both, status: "SUCCESS" })).toEqual([]);
    expect(await find({ ...both, to: "2020-01-01T00:00:00Z" })).toEqual([]);
  });

  it("[F7] shows each caller what it may see", async () => {
    expect(await find({ "parameter.service": "checkout" }, ana)).toEqual([two, checkout]);
    expect(await find({ "parameter.service": "checkout" }, sam)).toEqual([forSearch]);
    expect(await find({ "parameter.service": "checkout", teamId: "payments" }, sam)).toEqual([]);
    expect(await find({ "parameter.service": "checkout" }, person("platform-auditor"))).toHaveLength(3);
  });

  it("finds nothing by a parameter that is not searchable", async () => {
    expect(await find({ "parameter.note": "checkout" })).toEqual([]);
  });

  it("comes in pages, with a cursor of these values alone", async () => {
    const query = { "parameter.service": "checkout", limit: "1" };
    const { body } = await ask("find-executions", { query, as: ana });
    const { items, nextCursor } = Page.parse(body);
    const cursor = String(nextCursor);
    expect(items.map(({ id }) => id)).toEqual([two]);
    expect(await find({ ...query, cursor }, ana)).toEqual([checkout]);
    const { problem } = await ask("find-executions", {
      query: { ...query, "parameter.service": "Checkout", cursor },
      as: ana,
    });
    expect(problem).toMatchObject({ errors: [{ pointer: "/query/cursor" }] });
  });

  it("finds a repetition, and hides how it is found", async () => {
    const { body } = await ask("rerun-execution", { params: { executionId: other } });
    const { id } = z.looseObject({ id: z.string() }).parse(body);
    expect(await find({ "parameter.service": "Checkout" })).toEqual([id, other]);
    expect(body).not.toHaveProperty("searchable");
  });

  it.each<[Query, string, string]>([
    [{ "parameter.": "x" }, "/query/parameter.", "is not a known field"],
    [{ "parameter.1a": "x" }, "/query/parameter.1a", "is not a known field"],
    [{ parameter: "x" }, "/query/parameter", "is not a known field"],
    [{ "parameter.a": "x".repeat(8193) }, "/query/parameter.a", "must be at most 8192 characters"],
    [
      { "parameter.a": "1", "parameter.b": "1", "parameter.c": "1", "parameter.d": "1" },
      "/query/parameter.d",
      "is one too many: at most 3 parameters",
    ],
  ])("refuses %o", async (query, pointer, message) => {
    const { problem } = await ask("find-executions", { query });
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer, message }] });
  });

  it("tells of an unknown field beside a wrong one", async () => {
    const { problem } = await ask("find-executions", { query: { status: "x", bogus: "1" } });
    expect(problem?.errors?.map(({ pointer }) => pointer)).toEqual(["/query/status", "/query/bogus"]);
  });
});

describe("searchable", () => {
  it.each<[string, object, string, string]>([
    [
      "a fourth parameter",
      Object.fromEntries(["a", "b", "c", "d"].map((name) => [name, property("string")])),
      "/parameters/properties/d/searchable",
      "must not be true for more than 3 parameters",
    ],
    [
      "a secret",
      { token: property("string", { writeOnly: true }) },
      "/parameters/properties/token/searchable",
      "is not allowed with writeOnly: a secret is not found by its value",
    ],
    [
      "a list",
      { hosts: { type: "array", items: { type: "string" }, searchable: true } },
      "/parameters/properties/hosts/searchable",
      "is allowed only with the type string",
    ],
    [
      "a text",
      { service: { type: "string", searchable: "yes" } },
      "/parameters/properties/service/searchable",
      "must be true or false",
    ],
  ])("is refused for %s, and says where", async (_, properties, pointer, message) => {
    const body = { ...GIVEN, payloadTemplate: "{}", teamId: "payments", ...schemaOf(properties) };
    const { problem } = await ask("create-runbook", { body });
    const found = problem?.errors?.filter((issue) => issue.pointer === pointer) ?? [];
    expect(found.map((issue) => issue.message)).toEqual([expect.stringContaining(message)]);
  });
});
