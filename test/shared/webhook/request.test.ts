// Promises about the request of a run: rendered once, sent as rendered, and shown without its secrets.

import { describe, expect, it } from "vitest";
import { traceIdOf } from "../../../shared/domain/executions/trace.ts";
import {
  buildHeaders,
  type RequestTemplate,
  renderRequest,
  toSentRequest,
} from "../../../shared/webhook/request.ts";
import { Secret } from "../../../shared/webhook/template/secret.ts";
import { ANY } from "../../../shared/webhook/template/shape.ts";

const ID = "execution_01h455vb4pex5vsknk084sn02q";
const DEFINITION: RequestTemplate = {
  webhookMethod: "PUT",
  payloadFormat: "json",
  webhookUrl: "https://api.example.com/hosts/{{params.host}}?by={{params.by}}",
  webhookHeaders: { "X-Host": "h={{params.host}}", "Content-Type": "application/vnd.api+json" },
  payloadTemplate: '{"host":"{{params.host}}","n":{{params.n}}}',
};
const CONTEXT = { params: { host: 'a/b "c"', by: "ana & co", n: 42 } };
const render = (more: Partial<RequestTemplate> = {}, context: typeof CONTEXT = CONTEXT) =>
  renderRequest({ ...DEFINITION, ...more }, context, ANY);
const message = {
  executionId: ID,
  attemptNumber: 2,
  timestamp: new Date(0),
  signingSecrets: ["whsec_c2VjcmV0"],
};

describe("a rendered request", () => {
  it("has every field rendered for its place", () => {
    expect(render()).toEqual({
      method: "PUT",
      url: "https://api.example.com/hosts/a%2Fb%20%22c%22?by=ana%20%26%20co",
      headers: { "x-host": 'h=a/b "c"', "content-type": "application/vnd.api+json" },
      body: '{"host":"a/b \\"c\\"","n":42}',
    });
  });

  it.each([
    ["webhookUrl", { webhookUrl: "https://api.example.com/{{nope}}" }],
    ["webhookHeaders X-A", { webhookHeaders: { "X-A": "{{nope}}" } }],
    ["payloadTemplate", { payloadTemplate: '{"a": {{params.n}' }],
  ])("that cannot be rendered says that it is %s", (field, more) => {
    const context = { params: CONTEXT.params };
    expect(() => render(more, context)).toThrow(
      expect.objectContaining({ code: "invalid_template", message: expect.stringContaining(field) }),
    );
  });

  it("[B1] refuses a parameter that would break a header", () => {
    const context = { params: { ...CONTEXT.params, host: "a\r\nx-admin: 1" } };
    expect(() => render({}, context)).toThrow(expect.objectContaining({ code: "invalid_template" }));
  });

  it("refuses a URL that has grown too long", () => {
    const context = { params: { ...CONTEXT.params, by: "x".repeat(9000) } };
    expect(() => render({}, context)).toThrow("8192");
  });

  it("drops blanks at the ends of header values", () => {
    const context = { params: { ...CONTEXT.params, host: "web-1 " } };
    expect(render({}, context).headers["x-host"]).toBe("h=web-1");
  });
});

describe("the headers on the wire", () => {
  it("are the author's, ours over them, and the credential's last", () => {
    const rendered = {
      ...render(),
      headers: {
        "content-type": "application/json",
        "x-host": "h",
        "user-agent": "evil",
        authorization: "evil",
        "idempotency-key": "evil",
      },
    };
    const headers = buildHeaders(rendered, message, { authorization: "Bearer right" });
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "x-host": "h",
      "user-agent": "Runbooks/1 (+webhook)",
      "idempotency-key": ID,
      "webhook-id": ID,
      "webhook-timestamp": "0",
      "x-runbook-attempt": "2",
      authorization: "Bearer right",
    });
    expect(JSON.stringify(headers)).not.toContain("evil");
  });

  it("[B9] keep the id and the key over all attempts", () => {
    const [first, second] = [1, 2].map((attemptNumber) =>
      buildHeaders(render(), { ...message, attemptNumber }, {}),
    );
    const own = { "x-runbook-attempt": "", traceparent: "" };
    expect({ ...first, ...own }).toEqual({ ...second, ...own });
  });

  it("carry a W3C trace: the same for all attempts, with a parent of each attempt's own", () => {
    const [first, again, second] = [1, 1, 2].map((attemptNumber) =>
      String(buildHeaders(render(), { ...message, attemptNumber }, {})["traceparent"]),
    );
    expect(first).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01$/);
    expect(again).toBe(first);
    expect(second?.split("-")[1]).toBe(first?.split("-")[1]);
    expect(second?.split("-")[2]).not.toBe(first?.split("-")[2]);
  });

  it("name the trace that the log lines and the shown request have", () => {
    const [, sent] = String(buildHeaders(render(), message, {})["traceparent"]).split("-");
    const shown = toSentRequest(render(), { webhookAuth: { type: "none" } }, ID).headers["traceparent"];
    expect([shown?.split("-")[1], traceIdOf(ID)]).toEqual([sent, sent]);
  });

  it("pass on the trace that the author names", () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    const rendered = { ...render(), headers: { traceparent } };
    expect(buildHeaders(rendered, message, {})["traceparent"]).toBe(traceparent);
  });

  it("a JSON type of the author's replaces ours", () => {
    expect(buildHeaders(render(), message, {})["content-type"]).toBe("application/vnd.api+json");
  });
});

describe("a shown request", () => {
  it("is the one that is sent, with credentials and secret parameters masked", () => {
    const auth = { type: "bearer", token: { ciphertext: "AAAA" } } as const;
    const context = { params: { ...CONTEXT.params, host: Secret.mask() } };
    expect(toSentRequest(renderRequest(DEFINITION, context, ANY), { webhookAuth: auth }, ID)).toEqual({
      method: "PUT",
      url: "https://api.example.com/hosts/********?by=ana%20%26%20co",
      headers: {
        "content-type": "application/vnd.api+json",
        "x-host": "h=********",
        traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-\(each attempt's own\)-01$/),
        "user-agent": "Runbooks/1 (+webhook)",
        "idempotency-key": ID,
        "webhook-id": ID,
        "webhook-timestamp": "(set at each attempt)",
        "webhook-signature": "(set at each attempt)",
        "x-runbook-attempt": "(set at each attempt)",
        authorization: "********",
      },
      body: '{"host":"********","n":42}',
    });
  });

  it("names the headers that are sent, and no others", () => {
    const auth = { type: "custom", customHeaders: { "X-Api-Key": { ciphertext: "AAAA" } } } as const;
    const shown = toSentRequest(render(), { webhookAuth: auth }, ID);
    const sent = buildHeaders(render(), message, { "x-api-key": "top-secret-value" });
    expect(Object.keys(shown.headers).sort()).toEqual(Object.keys(sent).sort());
    expect(JSON.stringify(shown)).not.toContain("top-secret-value");
  });

  it("has no id before there is an execution", () => {
    expect(toSentRequest(render(), { webhookAuth: { type: "none" } }).headers["webhook-id"]).toBe(
      "(the id of the execution)",
    );
  });
});
