// Promises about saving a definition: all problems of its outbound call are reported at once, each with its place.
import { describe, expect, it } from "vitest";
import { checkDelivery, type DeliveryFields } from "../../../shared/webhook/check-definition.ts";
import { exchange } from "../../../shared/webhook/egress/client.ts";
import { SCALAR, type Shape } from "../../../shared/webhook/template/shape.ts";
import { PUBLIC_ONLY } from "../../support/receiver.ts";

const SHAPE: Shape = { kind: "object", fields: { params: { kind: "object", fields: { host: SCALAR } } } };
const POLICY = { allowCidrs: [], allowHosts: [], allowHttp: false, ports: [] };
const SOUND: DeliveryFields = {
  webhookMethod: "POST",
  payloadFormat: "json",
  webhookUrl: "https://api.example.com/hosts/{{params.host}}",
  webhookHeaders: { "X-Host": "{{params.host}}" },
  webhookAuth: { type: "none" },
  payloadTemplate: '{"host":"{{params.host}}"}',
};
const check = (more: Partial<DeliveryFields> = {}) => checkDelivery({ ...SOUND, ...more }, POLICY, SHAPE);
const brief = (more: Partial<DeliveryFields>) => check(more).map(({ code, pointer }) => [code, pointer]);

describe("a definition", () => {
  it("that is valid has no issues", () => {
    expect(check()).toEqual([]);
    expect(check({ webhookAuth: { type: "bearer", token: { ciphertext: "AAAA" } } })).toEqual([]);
    expect(check({ webhookAuth: { type: "bearer", token: "********" } })).toEqual([]);
    expect(
      check({ webhookAuth: { type: "custom", customHeaders: { Authorization: "ApiKey abcdef" } } }),
    ).toEqual([]);
  });

  it.each([
    ["http://api.example.com/", "egress_denied"],
    ["ftp://api.example.com/", "egress_denied"],
    ["https://127.0.0.1/{{params.host}}", "egress_denied"],
    ["https://user:pass@api.example.com/{{params.host}}", "egress_denied"],
    ["https://localhost/", "egress_denied"],
    ["https://api.example.com:8443/", "egress_denied"],
    ["https://2130706433/?h={{params.host}}", "egress_denied"],
    ["https://{{params.host}}/", "invalid_template"],
    ["{{params.host}}", "invalid_template"],
    ["https://api.{{params.host}}.example.com/", "invalid_template"],
    ["https://api.example.com:{{params.host}}/", "invalid_template"],
    ["https://api.example.com/{{params.nope}}", "invalid_template"],
    ["nonsense", "malformed_request"],
  ])("[A14] with the URL %s is refused as %s", (webhookUrl, code) => {
    const issues = brief({ webhookUrl });
    expect(issues[0]).toEqual([code, "/webhookUrl"]);
  });

  it.each([
    "https://127.0.0.1/",
    "https://localhost/",
    "https://[::1]/",
    "https://169.254.169.254/",
    "ftp://x.example/",
  ])("[A21] with the URL %s is refused at save in the words of an attempt", async (webhookUrl) => {
    const [issue] = check({ webhookUrl });
    const request = { method: "POST", url: webhookUrl, headers: {}, body: "" };
    const result = await exchange(request, {
      policy: { ...PUBLIC_ONLY, allowHttp: false, ports: [] },
      deadlineMs: 1000,
    });
    expect(result).toMatchObject({ code: issue?.code, message: issue?.message });
  });

  it("[A16] has its tokenUrl checked like its webhookUrl", () => {
    const auth = { type: "oauth2", clientId: "c", clientSecret: "secret" } as const;
    expect(brief({ webhookAuth: { ...auth, tokenUrl: "https://10.0.0.1/token" } })).toEqual([
      ["egress_denied", "/webhookAuth/tokenUrl"],
    ]);
    expect(brief({ webhookAuth: { ...auth, tokenUrl: "https://id.example.com/token" } })).toEqual([]);
  });

  it("cannot give fields of the token request that the service writes, or that hold a credential", () => {
    const tokenUrl = "https://id.example.com/token";
    const auth = { type: "oauth2", clientId: "c", clientSecret: "secret", tokenUrl } as const;
    const tokenParameters = { resource: "r", Scope: "s", grant_type: "password", password: "pass-word-1" };
    expect(brief({ webhookAuth: { ...auth, tokenParameters } })).toEqual([
      ["malformed_request", "/webhookAuth/tokenParameters/Scope"],
      ["malformed_request", "/webhookAuth/tokenParameters/grant_type"],
      ["malformed_request", "/webhookAuth/tokenParameters/password"],
    ]);
  });

  it("[B2] cannot set reserved headers, by either door", () => {
    expect(brief({ webhookHeaders: { Host: "evil" } })).toEqual([
      ["malformed_request", "/webhookHeaders/Host"],
    ]);
    for (const name of ["Host", "Webhook-Id", "Content-Type", "Cookie"]) {
      expect(brief({ webhookAuth: { type: "custom", customHeaders: { [name]: "secret-value" } } })).toEqual([
        ["malformed_request", `/webhookAuth/customHeaders/${name}`],
      ]);
    }
  });

  it("[B4] cannot give a header twice, over both doors", () => {
    const customHeaders = { "x-host": "secret-value", "X-Key": "secret-value", "x-key": "secret-value" };
    expect(brief({ webhookAuth: { type: "custom", customHeaders } })).toEqual([
      ["malformed_request", "/webhookAuth/customHeaders/x-host"],
      ["malformed_request", "/webhookAuth/customHeaders/x-key"],
    ]);
  });

  it("[B1] cannot hold credentials that break a header", () => {
    expect(brief({ webhookAuth: { type: "bearer", token: "abc\r\nx: y" } })).toEqual([
      ["malformed_request", "/webhookAuth/token"],
    ]);
    expect(brief({ webhookAuth: { type: "custom", customHeaders: { "X-Key": "a\u0000bcdef" } } })).toEqual([
      ["malformed_request", "/webhookAuth/customHeaders/X-Key"],
    ]);
    expect(brief({ webhookAuth: { type: "basic", username: "a:b", password: "secret" } })).toEqual([
      ["malformed_request", "/webhookAuth/username"],
    ]);
  });

  it("[F2] cannot hold a pasted credential in its URL, headers or template", () => {
    const token = "ghp_a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2";
    const issues = check({
      webhookUrl: `https://api.example.com/?token=${token}`,
      webhookHeaders: { "X-Key": token },
      payloadTemplate: `{"token":"${token}"}`,
    });
    expect(issues.map((i) => i.pointer)).toEqual([
      "/webhookUrl",
      "/webhookHeaders/X-Key",
      "/payloadTemplate",
    ]);
    expect(JSON.stringify(issues)).not.toContain(token);
  });

  it("hears of all its mistakes at once", () => {
    const issues = brief({
      webhookUrl: "http://127.0.0.1/",
      webhookHeaders: { "X/A": "v", "X-B": "{{nope}}" },
      webhookAuth: { type: "oauth2", tokenUrl: "http://localhost/", clientId: "c", clientSecret: "secret" },
      payloadTemplate: '{"a": {{nope}}',
    });
    const pointers = new Set(issues.map(([, pointer]) => pointer));
    expect([...pointers]).toEqual([
      "/webhookUrl",
      "/webhookHeaders/X~1A",
      "/webhookHeaders/X-B",
      "/webhookAuth/tokenUrl",
      "/payloadTemplate",
    ]);
  });

  it("hears the line and column of a template's mistake", () => {
    expect(check({ payloadTemplate: '{\n  "a": "{{nope}}"\n}' })[0]?.message).toMatch(
      /^Line 2, column \d+: /,
    );
  });
});
