// Changes that nobody has saved: checked as a save checks them, rendered with masks, and stored nowhere.
import "../../support/quiet.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { ask, person, startApi, type TestApi } from "../../support/api.ts";
import { draftIn } from "../../support/library.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return () => api.stop();
});

const SECRET = "a-secret-that-nobody-sees";
const OTHER = "another-secret-of-nobody";
const DEFINITION = {
  webhookUrl: "http://127.0.0.1:9/restart",
  webhookAuth: { type: "bearer", token: SECRET },
  secrets: { key: SECRET },
  parameters: { type: "object", properties: { service: { type: "string" } }, required: ["service"] },
  payloadTemplate: '{"service": {{params.service}}}',
};
const ANA = person("team:payments:admin");
const PARAMETERS = { service: "checkout" };

async function preview(body: object, as = ANA) {
  const params = { runbookId: await draftIn("payments", DEFINITION) };
  return {
    params,
    ...(await ask("preview-runbook", { params, as, body: { parameters: PARAMETERS, ...body } })),
  };
}

const errorsOf = ({ problem }: { problem: Awaited<ReturnType<typeof ask>>["problem"] }) =>
  problem?.errors?.map(({ pointer, code }) => `${pointer} ${code}`).sort();

describe("a preview of changes", () => {
  it("renders what the changed version would send, and stores nothing", async () => {
    const { params, status, body } = await preview({
      changes: {
        webhookUrl: "http://127.0.0.1:9/v2/{{params.service}}",
        payloadTemplate: '{"service": {{params.service}}, "key": {{secrets.key}}, "new": {{secrets.fresh}}}',
        secrets: { key: "********", fresh: OTHER },
      },
    });
    expect([status, body]).toMatchObject([
      200,
      {
        url: "http://127.0.0.1:9/v2/checkout",
        body: '{"service": "checkout", "key": "********", "new": "********"}',
        headers: { authorization: "********" },
        runbookVersion: 1,
      },
    ]);
    const { body: stored } = await ask("get-runbook", { params });
    expect(stored).toMatchObject({
      version: 1,
      webhookUrl: DEFINITION.webhookUrl,
      secrets: { key: "********" },
    });
    expect(stored).not.toHaveProperty("secrets.fresh");
  });

  it("shows no secret that is given, in no part of its answer", async () => {
    const { status, text } = await preview({
      changes: { webhookAuth: { type: "basic", username: "ana", password: OTHER }, secrets: { key: OTHER } },
    });
    expect([status, text.includes(OTHER), text.includes(SECRET)]).toEqual([200, false, false]);
  });

  it("has the warnings of the changed definition", async () => {
    const { body } = await preview({
      changes: { retryPolicy: { safeToRepeat: true }, payloadTemplate: null },
    });
    expect(body).toMatchObject({
      warnings: [{ pointer: "/payloadTemplate", code: "empty_body" }],
    });
  });

  it("refuses what a save would refuse, all at once, each at its place in the request", async () => {
    const { params, ...answer } = await preview({
      changes: {
        webhookUrl: "http://10.0.0.1/",
        payloadTemplate: '{"service": {{params.servce}}}',
        parameters: { type: "object", properties: { service: { type: "strin" } } },
      },
    });
    expect([answer.status, errorsOf(answer)]).toEqual([
      400,
      [
        "/changes/parameters/properties/service/type invalid_parameters",
        "/changes/webhookAuth/token invalid_value",
        "/changes/secrets/key invalid_value",
        "/changes/webhookUrl egress_denied",
      ].sort(),
    ]);
    const known = await ask("preview-runbook", {
      params,
      as: ANA,
      body: { parameters: PARAMETERS, changes: { payloadTemplate: '{"service": {{params.servce}}}' } },
    });
    expect(errorsOf(known)).toEqual(["/changes/payloadTemplate invalid_template"]);
    expect(known.problem?.errors?.[0]?.message).toMatch(/^Line 1, column \d+: /);
  });

  it("names the places of a wrong shape and of a wrong template together", async () => {
    const answer = await preview({ changes: { timeoutSeconds: 5, payloadTemplate: "{{" } });
    expect([answer.status, errorsOf(answer)]).toEqual([
      400,
      ["/changes/payloadTemplate invalid_template", "/changes/timeoutSeconds out_of_range"],
    ]);
  });

  it("takes the parameters of the changed schema", async () => {
    const changes = {
      parameters: { type: "object", properties: { count: { type: "integer" } }, required: ["count"] },
      payloadTemplate: '{"count": {{params.count}}}',
    };
    const wrong = await preview({ changes });
    expect([wrong.status, errorsOf(wrong)]).toEqual([
      400,
      ["/parameters/count invalid_parameters", "/parameters/service invalid_parameters"],
    ]);
    expect((await preview({ changes, parameters: { count: 2 } })).body).toMatchObject({
      body: '{"count": 2}',
    });
  });

  it("needs who may edit, and changes the current version alone", async () => {
    const refused = await preview({ changes: { timeoutSeconds: 60 } }, person("team:payments:responder"));
    expect([refused.status, refused.problem?.code]).toEqual([403, "not_permitted"]);
    const both = await preview({ changes: { timeoutSeconds: 60 }, version: 1 });
    expect([both.status, errorsOf(both)]).toEqual([400, ["/version invalid_value"]]);
  });
});
