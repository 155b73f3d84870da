// What authors may save, asked through the API: methods, templates, schemas; and that the worst answer can be recorded.
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import { CONTEXT_FIELDS } from "../../shared/contract/context.ts";
import { type Asked, ask, everyItem, startApi, type TestApi } from "../support/api.ts";
import { carryOut } from "../support/carry-out.ts";
import { approvedIn, draftIn, GIVEN, start } from "../support/library.ts";
import { startReceiver, startTcp } from "../support/receiver.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});

const DOORS = [
  ["create-runbook", async (): Promise<Asked> => ({ body: { ...GIVEN, teamId: "payments" } })],
  [
    "update-runbook",
    async (): Promise<Asked> => ({ params: { runbookId: await draftIn("payments") }, body: {} }),
  ],
] as const;

/** Both doors of the library refuse the field, at its place, and nothing is stored. */
async function refusedAtBoth(
  field: string,
  value: unknown,
  code: string,
  pointer = `/${field}`,
): Promise<void> {
  for (const [name, make] of DOORS) {
    const good = await make();
    const before = await everyItem(api.table);
    const { problem } = await ask(name, { ...good, body: { ...Object(good.body), [field]: value } });
    expect(problem?.code, `${name} ${JSON.stringify(value)}`).toBe(code);
    expect(problem?.errors?.map((error) => error.pointer)).toContain(pointer);
    expect(await everyItem(api.table)).toEqual(before);
  }
}

describe("a definition", () => {
  it.each(["HEAD", "OPTIONS", "CONNECT", "TRACE", "post", "POST ", "POST / HTTP/1.1\r\nX: y"])(
    "[B6] has no method %j",
    (method) => refusedAtBoth("webhookMethod", method, "malformed_request"),
  );

  it("[D1] accepts a template as text only: every route refuses a finished syntax tree", async () => {
    for (const tree of [{ type: "Program", body: [] }, [{ type: "Program" }], 1, true]) {
      await refusedAtBoth("payloadTemplate", tree, "malformed_request");
    }
    const tree = { type: "Program", body: [] };
    await refusedAtBoth("webhookHeaders", { "X-A": tree }, "malformed_request", "/webhookHeaders/X-A");
    await refusedAtBoth("webhookUrl", tree, "malformed_request");
  });

  it("[D11] names only variables that there are, in conditions and loops too", async () => {
    for (const expression of [
      "{{params.nothing}}",
      "{{#if params.nothing}}1{{/if}}",
      "{{#each incident.nothing}}1{{/each}}",
    ]) {
      await refusedAtBoth("payloadTemplate", `{"a":"${expression}"}`, "invalid_template");
    }
  });

  it("[D17] sees only the allow-listed fields of an incident", () => {
    expect(Object.fromEntries(Object.entries(CONTEXT_FIELDS).map(([k, v]) => [k, Object.keys(v)]))).toEqual({
      incident: [
        "id",
        "title",
        "status",
        "priority",
        "teamId",
        "createdAt",
        "acknowledgedAt",
        "assignee",
        "metadata",
      ],
      team: ["id"],
      runbook: ["id", "name", "version"],
      execution: ["id", "createdAt", "executedBy", "triggeredBy"],
      automation: ["id", "name"],
    });
  });

  it("[E3] has a schema that refers to nothing: a remote reference is refused, and nobody is asked for it", async () => {
    await using listener = await startTcp();
    const $ref = `${listener.url}/schema.json`;
    const object = (p: object) => ({ type: "object", properties: { p } });
    await refusedAtBoth(
      "parameters",
      object({ $ref }),
      "invalid_parameters",
      "/parameters/properties/p/$ref",
    );
    await refusedAtBoth(
      "parameters",
      { ...object({ type: "string" }), $ref },
      "invalid_parameters",
      "/parameters/$ref",
    );
    expect(listener.connections()).toBe(0);
  });

  it("[E5] has a schema with no list of 100,000 values, and with no keyword that compares all with all", async () => {
    const object = (p: object) => ({ type: "object", properties: { p } });
    const values = Array.from({ length: 19_000 }, (_, i) => `v${i}`);
    const at = "/parameters/properties/p";
    await refusedAtBoth(
      "parameters",
      object({ type: "string", enum: values }),
      "invalid_parameters",
      `${at}/enum`,
    );
    const items = { type: "array", items: { type: "string" } };
    for (const [keyword, value] of Object.entries({ contains: { const: "a" }, prefixItems: [], not: {} })) {
      await refusedAtBoth(
        "parameters",
        object({ ...items, [keyword]: value }),
        "invalid_parameters",
        `${at}/${keyword}`,
      );
    }
    // uniqueItems is allowed: a set of scalars is compared in one pass, and the list is bounded.
    await refusedAtBoth(
      "parameters",
      object({ ...items, uniqueItems: true, maxItems: 100_000 }),
      "invalid_parameters",
      `${at}/maxItems`,
    );
  });
});

describe("parameters of a run", () => {
  const parameters = {
    type: "object",
    properties: { count: { type: "integer", default: 3 }, dry: { type: "boolean" } },
    required: ["dry"],
  };
  const refused = async (given: object, pointer: string) => {
    const params = { runbookId: await approvedIn("payments", { parameters, payloadTemplate: "{}" }) };
    const before = await everyItem(api.table);
    const { problem } = await ask("start-execution", { params, body: { parameters: given } });
    expect(problem).toMatchObject({ code: "invalid_parameters", errors: [{ pointer }] });
    expect(await everyItem(api.table)).toEqual(before);
  };

  it("[E7] are stored as they were checked, defaults filled in; unknown ones are refused", async () => {
    const params = { runbookId: await approvedIn("payments", { parameters, payloadTemplate: "{}" }) };
    const { body } = await ask("start-execution", { params, body: { parameters: { dry: true } } });
    expect(body).toMatchObject({ parameters: { dry: true, count: 3 } });
    await refused({ dry: true, extra: 1 }, "/parameters/extra");
  });

  it.each(["false", 0, 1, null, [true]])("[E8] are not bent into their type: %j is no boolean", (dry) =>
    refused({ dry }, "/parameters/dry"),
  );
});

describe("an answer", () => {
  const WORST = { "nothing but NUL": "\u0000", quotes: '"', "four-byte characters": "😀" };

  it.each(Object.entries(WORST))(
    "[C9] of %s without end still fits into its item",
    async (_what, character) => {
      await using receiver = await startReceiver(() => ({ status: 400, body: character.repeat(100_000) }));
      const executionId = await start(await approvedIn("payments", { webhookUrl: `${receiver.url}/` }));
      await carryOut(executionId);
      const items = (await everyItem(api.table)).filter(
        (item) => item["pk"]?.S === `execution#${executionId}`,
      );
      const attempt = items.find((item) => item["sk"]?.S?.startsWith("attempt#"));
      expect(Buffer.byteLength(JSON.stringify(unmarshall(attempt ?? {})))).toBeLessThan(200 * 1024);
      const { body } = await ask("get-execution", { params: { executionId } });
      expect(body).toMatchObject({ status: "FAILED", result: { statusCode: 400, responseTruncated: true } });
    },
  );
});
