// Small definitions that once succeeded and did something else, or that could not be written, from save to receiver.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ask, startApi, type TestApi } from "../../support/api.ts";
import { carryOut } from "../../support/carry-out.ts";
import { approvedIn, GIVEN, start } from "../../support/library.ts";
import {
  type Answering,
  type ReceivedRequest,
  type Receiver,
  startReceiver,
} from "../../support/receiver.ts";

let api: TestApi;
let receiver: Receiver;
let answer: Answering = () => ({});
beforeAll(async () => {
  api = await startApi();
  receiver = await startReceiver((request, response) => answer(request, response));
});
afterAll(async () => {
  await receiver.close();
  await api.stop();
});
beforeEach(() => {
  answer = () => ({});
  receiver.requests.length = 0;
});

const object = (properties: object, more = {}) => ({ type: "object", properties, ...more });
const refusedAt = async (changes: object) => {
  const { problem, status } = await ask("create-runbook", {
    body: { ...GIVEN, parameters: object({}), ...changes },
  });
  return {
    status,
    errors: problem?.errors?.map(({ pointer, message }) => `${pointer} ${message}`).join("\n"),
  };
};

/** The run of an approved runbook to its end, as the API shows it, and what the receiver got. */
async function run(changes: object, parameters: object = {}) {
  const runbookId = await approvedIn("payments", {
    webhookUrl: `${receiver.url}/`,
    parameters: object({}),
    payloadTemplate: "{}",
    ...changes,
  });
  const executionId = await start(runbookId, { parameters });
  await carryOut(executionId);
  const { body, text } = await ask("get-execution", { params: { executionId } });
  const isJson = ({ headers, body }: ReceivedRequest) =>
    body !== "" && /json/.test(`${headers["content-type"]}`);
  const bodies: unknown[] = receiver.requests.filter(isJson).map((request) => JSON.parse(request.body));
  return { body, text, requests: [...receiver.requests], bodies };
}

describe("a time", () => {
  it("with letters that mean nothing is refused, and the letters are named", async () => {
    const { status, errors } = await refusedAt({
      payloadTemplate: '{"t":"{{dateFormat execution.createdAt "YYYY-MM-DD"}}"}',
    });
    expect(status).toBe(400);
    expect(errors).toMatch(/^\/payloadTemplate Line 1, column \d+: .*YYYY/);
  });

  it("of another zone carries its offset: a literal Z is refused, XXX is the same instant", async () => {
    const at = (pattern: string) => `{"t":"{{dateFormat execution.createdAt "${pattern}" "Europe/Berlin"}}"}`;
    const { status, errors } = await refusedAt({ payloadTemplate: at("yyyy-MM-ddTHH:mm:ssZ") });
    expect([status, errors]).toEqual([400, expect.stringMatching(/XXX/)]);
    const { bodies, body } = await run({ payloadTemplate: at("yyyy-MM-ddTHH:mm:ss.SSSXXX") });
    const [{ t } = { t: "" }] = bodies as { t: string }[];
    expect(t).toMatch(/\+0[12]:00$/);
    expect(new Date(t).toISOString()).toBe((body as { createdAt: string }).createdAt);
  });
});

describe("an optional member", () => {
  const a = { a: { type: "integer" }, b: { type: "integer" } };
  it("that #if would leave out for 0 is refused, and isSet sends the 0", async () => {
    const write = (condition: string) => `{"spec":{ {{#if ${condition}}}"a":{{params.a}}{{/if}} }}`;
    const { status, errors } = await refusedAt({ parameters: object(a), payloadTemplate: write("params.a") });
    expect([status, errors]).toEqual([400, expect.stringMatching(/isSet/)]);
    const { bodies } = await run(
      { parameters: object(a), payloadTemplate: write("(isSet params.a)") },
      { a: 0 },
    );
    expect(bodies).toEqual([{ spec: { a: 0 } }]);
  });

  it.each([
    [{}, {}],
    [{ a: 1 }, { a: 1 }],
    [{ b: 2 }, { b: 2 }],
    [
      { a: 1, b: 2 },
      { a: 1, b: 2 },
    ],
  ])("takes its comma along: %j", async (parameters, expected) => {
    const payloadTemplate =
      '{ {{#if (isSet params.a)}}"a":{{params.a}}{{/if}}{{#if (isSet params.b)}}"b":{{params.b}}{{/if}} }';
    const { bodies } = await run({ parameters: object(a), payloadTemplate }, parameters);
    expect(bodies).toEqual([expected]);
  });

  it("that is given as null is as if it were not given", async () => {
    const { bodies } = await run(
      { parameters: object(a), payloadTemplate: '{"a":{{params.a}}}' },
      { a: null },
    );
    expect(bodies).toEqual([{ a: null }]);
  });
});

describe("a credential", () => {
  const literal = "AbCdEf0123456789AbCdEf0123456789";
  it.each([
    ["the URL", { webhookUrl: `https://x.example/invoke?sig=${literal}` }],
    ["the body", { payloadTemplate: `{"routing_key":"${literal}"}` }],
    ["a header", { webhookHeaders: { "DD-API-KEY": literal } }],
  ])("as plain text in %s is refused, and the message names the way", async (_, changes) => {
    const { status, errors } = await refusedAt(changes);
    expect([status, errors]).toEqual([400, expect.stringMatching(/secrets/)]);
  });

  it("by its name arrives in URL and body, and is shown nowhere", async () => {
    const { requests, text } = await run({
      webhookUrl: `${receiver.url}/invoke?sig={{secrets.sig}}`,
      payloadTemplate: '{"routing_key":{{secrets.sig}}}',
      secrets: { sig: literal },
    });
    expect(requests).toMatchObject([
      { path: `/invoke?sig=${literal}`, body: `{"routing_key":"${literal}"}` },
    ]);
    expect(text).not.toContain(literal);
  });
});

describe("an answer", () => {
  it("keeps its Location", async () => {
    answer = () => ({ status: 201, headers: { location: "https://x.example/7" } });
    expect((await run({})).body).toMatchObject({ result: { headers: { location: "https://x.example/7" } } });
  });

  it("200 with ok:false is no success where the body must say ok", async () => {
    answer = () => ({ body: '{"ok":false,"error":"channel_not_found"}' });
    const { body } = await run({ successCondition: { body: { pointer: "/ok", equals: true } } });
    expect(body).toMatchObject({ status: "FAILED", error: { code: "success_condition_failed" } });
  });

  it("403 with Retry-After is tried again", async () => {
    let calls = 0;
    answer = () => (++calls === 1 ? { status: 403, headers: { "retry-after": "1" } } : {});
    const { body, requests } = await run({});
    expect(body).toMatchObject({ status: "SUCCESS" });
    expect(requests).toHaveLength(2);
  });
});

describe("a request", () => {
  it("sends a list as a list", async () => {
    const { bodies } = await run(
      {
        parameters: object({ hosts: { type: "array", items: { type: "string" } } }),
        payloadTemplate: '{"hosts":{{params.hosts}}}',
      },
      { hosts: ["a", "b"] },
    );
    expect(bodies).toEqual([{ hosts: ["a", "b"] }]);
  });

  it("carries a parameter of its content type", async () => {
    const type = "application/json; domain-model=launchdarkly.semanticpatch";
    const { requests } = await run({ webhookHeaders: { "Content-Type": type } });
    expect(requests[0]?.headers["content-type"]).toBe(type);
  });

  it("by DELETE needs no body", async () => {
    const { requests } = await run({ webhookMethod: "DELETE", payloadTemplate: null });
    expect(requests).toMatchObject([{ method: "DELETE", body: "" }]);
    expect(requests[0]?.headers["content-type"]).toBeUndefined();
  });

  it("gets its token from an endpoint that reads the client from the body", async () => {
    answer = ({ path, body, headers }) => {
      if (path !== "/token") return { status: headers["authorization"] === "Bearer granted-1" ? 200 : 401 };
      const right = new URLSearchParams(body).get("client_secret") === "s3cr3t-of-client";
      return right ? { body: '{"access_token":"granted-1","token_type":"BEARER"}' } : { status: 401 };
    };
    const { body } = await run({
      webhookAuth: {
        type: "oauth2",
        tokenUrl: `${receiver.url}/token`,
        clientId: "shop",
        clientSecret: "s3cr3t-of-client",
        clientAuthentication: "body",
      },
    });
    expect(body).toMatchObject({ status: "SUCCESS" });
  });
});
