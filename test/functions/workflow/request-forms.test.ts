// The request in other forms: methods without a body, forms and text, content types, and headers that are left out.
import "../../support/quiet.ts";
import { Webhook } from "standardwebhooks";
import { beforeAll, describe, expect, it } from "vitest";
import { ask, startApi } from "../../support/api.ts";
import { carryOut } from "../../support/carry-out.ts";
import { approvedIn, GIVEN, start } from "../../support/library.ts";
import { type ReceivedRequest, type Receiver, startReceiver } from "../../support/receiver.ts";

let receiver: Receiver;
beforeAll(async () => {
  const api = await startApi();
  receiver = await startReceiver();
  return async () => {
    await receiver.close();
    await api.stop();
  };
});

const { payloadTemplate: _template, ...NO_BODY } = GIVEN;

async function run(changes: object, parameters: object = {}): Promise<ReceivedRequest> {
  const runbookId = await approvedIn("payments", { webhookUrl: `${receiver.url}/`, ...changes });
  const executionId = await start(runbookId, { parameters });
  await carryOut(executionId);
  const request = receiver.requests.at(-1);
  if (request?.headers["webhook-id"] !== executionId) throw new Error("Nothing was received");
  return request;
}

const refusal = async (changes: object) =>
  (await ask("create-runbook", { body: { ...NO_BODY, ...changes } })).problem?.errors?.map(
    ({ pointer }) => pointer,
  );

describe("a request without a body", () => {
  it.each(["GET", "DELETE", "POST"])(
    "is sent as %s, without a content type, and signed",
    async (webhookMethod) => {
      const body = { ...NO_BODY, teamId: "payments", webhookMethod, webhookUrl: `${receiver.url}/jobs/7` };
      const runbookId = Object((await ask("create-runbook", { body })).body).id;
      const params = { runbookId };
      await ask("approve-runbook", { params, body: { version: 1 } });
      const { body: key } = await ask("get-signing-secret", { params });
      await carryOut(await start(runbookId));
      const { method, path, headers, body: received } = receiver.requests.at(-1) ?? {};
      expect({ method, path, received }).toEqual({ method: webhookMethod, path: "/jobs/7", received: "" });
      expect(headers).not.toHaveProperty("content-type");
      expect(headers).not.toHaveProperty("transfer-encoding");
      const names = ["webhook-id", "webhook-timestamp", "webhook-signature"] as const;
      const signed = Object.fromEntries(names.map((name) => [name, String(headers?.[name])]));
      expect(() => new Webhook(Object(key).secret).verify("", signed)).not.toThrow();
      expect(() => new Webhook(Object(key).secret).verify(" ", signed)).toThrow();
    },
  );

  it("is told of where a POST has none, and refused a body where it is a GET", async () => {
    const { body } = await ask("create-runbook", { body: NO_BODY });
    expect(Object(body).warnings).toContainEqual(expect.objectContaining({ code: "empty_body" }));
    expect(await refusal({ webhookMethod: "GET", payloadTemplate: "{}" })).toEqual(["/payloadTemplate"]);
  });

  it("a DELETE may have one, and a change to null takes it away", async () => {
    const deleted = await run({ webhookMethod: "DELETE" });
    expect(deleted).toMatchObject({ method: "DELETE", body: '{"service":"checkout"}' });
    const runbookId = await approvedIn("payments");
    const asked = { params: { runbookId }, body: { webhookMethod: "GET", payloadTemplate: null } };
    expect((await ask("update-runbook", asked)).body).toMatchObject({
      payloadTemplate: "",
      webhookMethod: "GET",
    });
  });
});

describe("the format of a payload", () => {
  const service = 'a&b=c "d" ü';

  it("form is encoded by its rules", async () => {
    const payloadTemplate = "service={{params.service}}&n=1";
    const { headers, body } = await run({ payloadFormat: "form", payloadTemplate }, { service });
    expect(headers["content-type"]).toBe("application/x-www-form-urlencoded");
    expect([...new URLSearchParams(body)]).toEqual([
      ["service", service],
      ["n", "1"],
    ]);
  });

  it("text is written as it is, with a type of the author's or our own", async () => {
    const text = { payloadFormat: "text", payloadTemplate: "restart {{params.service}}\n" };
    const plain = await run(text, { service });
    expect(plain.body).toBe(`restart ${service}\n`);
    expect(plain.headers["content-type"]).toBe("text/plain; charset=utf-8");
    const yaml = await run({ ...text, webhookHeaders: { "Content-Type": "application/yaml" } });
    expect(yaml.headers["content-type"]).toBe("application/yaml");
  });

  it("json takes any parameter of a JSON type, and YAML", async () => {
    for (const type of [
      "application/json; domain-model=launchdarkly.semanticpatch",
      "application/apply-patch+yaml",
      "application/x-amz-json-1.1",
    ]) {
      const { headers } = await run({ webhookHeaders: { "content-type": type } });
      expect(headers["content-type"]).toBe(type);
    }
  });

  it.each([
    [{ payloadFormat: "xml" }, ["/payloadFormat"]],
    [{ payloadFormat: "form", payloadTemplate: "a={{params.nope}}" }, ["/payloadTemplate"]],
    [
      { payloadFormat: "text", webhookHeaders: { "content-type": "application/json" } },
      ["/webhookHeaders/content-type"],
    ],
    [{ webhookHeaders: { "content-type": "text/plain" } }, ["/webhookHeaders/content-type"]],
    [{ webhookMethod: "HEAD" }, ["/webhookMethod"]],
  ])("%j is refused at its place", async (changes, pointers) => {
    expect(await refusal(changes)).toEqual(pointers);
  });
});

describe("a header", () => {
  it("whose value renders empty is left out", async () => {
    const webhookHeaders = { "x-service": '{{default params.who ""}}', "x-b": "1" };
    const parameters = { type: "object", properties: { who: { type: "string" } } };
    const payloadTemplate = "{}";
    const without = await run({ webhookHeaders, parameters, payloadTemplate });
    expect(without.headers).toMatchObject({ "x-b": "1" });
    expect(without.headers).not.toHaveProperty("x-service");
    const { headers } = await run({ webhookHeaders, parameters, payloadTemplate }, { who: "ana" });
    expect(headers["x-service"]).toBe("ana");
  });
});

describe("null for an optional field", () => {
  it("is as if it were not given, at any depth, of creation and of a start", async () => {
    const retryPolicy = { maxAttempts: 2, backoffRate: null, safeToRepeat: null };
    const webhookAuth = {
      type: "oauth2",
      tokenUrl: "http://127.0.0.1:9/",
      clientId: "c",
      clientSecret: "secret",
      scope: null,
    };
    const given = {
      ...GIVEN,
      teamId: "payments",
      completion: null,
      timeoutSeconds: null,
      retryPolicy,
      webhookAuth,
    };
    const { body } = await ask("create-runbook", { body: given });
    expect(body).toMatchObject({ timeoutSeconds: 300, retryPolicy: { maxAttempts: 2, backoffRate: 2 } });
    expect(body).not.toHaveProperty("completion");
    const runbookId = await approvedIn("payments");
    const started = await ask("start-execution", {
      params: { runbookId },
      body: { incidentId: null, parameters: null },
    });
    expect(started.status).toBe(202);
  });

  it("of a required one is refused as before, with all other issues", async () => {
    const { problem } = await ask("create-runbook", {
      body: { ...GIVEN, name: null, concurrency: null, nope: null },
    });
    expect(problem?.errors?.map(({ pointer }) => pointer).sort()).toEqual(["/name", "/nope"]);
  });
});
