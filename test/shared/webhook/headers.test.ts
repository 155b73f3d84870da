// Promises about the headers that an author may set.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkContentType,
  checkHeaders,
  checkSentHeaders,
  HEADER_LIMITS,
} from "../../../shared/webhook/headers.ts";
import { findPastedSecret } from "../../../shared/webhook/pasted-secrets.ts";

const RESERVED = [
  "Host",
  "Content-Length",
  "Transfer-Encoding",
  "Connection",
  "Keep-Alive",
  "TE",
  "Trailer",
  "Upgrade",
  "Expect",
  "Proxy-Authorization",
  "Proxy-Connection",
  "X-Amz-Date",
  "X-Amzn-Trace-Id",
  "X-Forwarded-For",
  "X-Forwarded-Host",
  "Forwarded",
  "Via",
  "Cookie",
  "Webhook-Id",
  "Webhook-Signature",
  "Webhook-Timestamp",
  "Idempotency-Key",
  "User-Agent",
  "Accept-Encoding",
  "Content-Encoding",
  "X-Runbook-Attempt",
  "HTTP2-Settings",
  "Authorization",
];

const TOKENS = [
  "AKIAIOSFODNN7EXAMPLE",
  `ghp_${"a1B2".repeat(9)}`,
  `github_pat_${"a1B2".repeat(9)}`,
  `glpat-${"x1y2".repeat(5)}`,
  "xoxb-1234567890-abcdefghij",
  `https://hooks.slack.com/services/T00000/B00000/${"X1".repeat(12)}`,
  `sk_live_${"a1".repeat(12)}`,
  `rk_test_${"a1".repeat(12)}`,
  `whsec_${"a1B2".repeat(8)}`,
  `AIza${"a1B2c".repeat(7)}`,
  `ya29.${"a1B2".repeat(8)}`,
  `sk-proj-${"a1B2".repeat(8)}`,
  `SG.${"a1B2".repeat(5)}.${"a1B2".repeat(10)}`,
  `SK${"0a".repeat(16)}`,
  `npm_${"a1B2".repeat(9)}`,
  `hf_${"a1B2".repeat(9)}`,
  `dop_v1_${"0a".repeat(32)}`,
  `hvs.${"a1B2".repeat(6)}`,
  `shpat_${"0a".repeat(16)}`,
  `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${"a1".repeat(20)}`,
  "-----BEGIN RSA PRIVATE KEY-----",
  "-----BEGIN PRIVATE KEY-----",
  "Bearer a1b2c3d4e5f6g7h8",
  "Basic dXNlcjpwYXNzd29yZA==",
];

const NAMES = [
  "X-Team",
  "X-Request-Source",
  "Accept",
  "Accept-Language",
  "X-Environment",
  "X-Trace",
  "Prefer",
  "X-Region",
  "If-Match",
  "X-Version",
];
const VALUES = [
  "payments",
  "eu-central-1",
  "application/json",
  "en-GB,en;q=0.8",
  "production",
  "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  "return=minimal",
  '"33a64df551425fcc55e4d42a148795d9f25f89d4"',
  "2026-11-23T12:00:00Z",
  "execution_01h455vb4pex5vsknk084sn02q",
  "Basic authentication",
  "Bearer authentication required",
  "{{incident.id}}",
  '{{default params.region "eu"}}',
  "sk-team",
  "https://example.com/a/b?c=d",
  "v1.2.3-rc.1+build.5",
  "550e8400-e29b-41d4-a716-446655440000",
  "Runs on AKIA hardware",
  "0",
];

describe("webhookHeaders", () => {
  it("ordinary headers pass", () => {
    const headers = {
      "X-Team": "payments",
      Accept: "text/plain",
      "X-Empty": "",
      "X-Tab": "a\tb",
      "Content-Type": "application/json",
    };
    expect(checkHeaders(headers)).toEqual([]);
  });

  it.each(RESERVED)("[B2][B3] %s is refused in every letter case", (name) => {
    for (const spelled of [name, name.toLowerCase(), name.toUpperCase()]) {
      const issues = checkHeaders({ [spelled]: "x" });
      expect(issues).toMatchObject([
        { pointer: `/${spelled}`, message: expect.stringContaining("cannot be set") },
      ]);
    }
  });

  it("[B2] Authorization is refused with the way to do it right", () => {
    expect(checkHeaders({ authorization: "x" })[0]?.message).toContain("webhookAuth");
  });

  it.each([" host", "host ", "ho st", "host:", "", "é", "a\r\nb", "x\u0000"])(
    "[B1][B2] %j is not a header name",
    (name) => {
      expect(checkHeaders({ [name]: "x" })).toMatchObject([{ message: "is not a header name" }]);
    },
  );

  it("[B1][B5] a value holds visible ASCII, blanks and tabs, and nothing else", () => {
    const property = fc.property(fc.integer({ min: 0, max: 0x2ff }), (code) => {
      const value = `a${String.fromCharCode(code)}b`;
      const isAllowed = code === 9 || (code >= 0x20 && code <= 0x7e);
      expect([code, checkHeaders({ "X-A": value }).length]).toEqual([code, isAllowed ? 0 : 1]);
    });
    fc.assert(property, { numRuns: 2000 });
  });

  it.each([" a", "a ", "\ta", "a\t", " "])("[B5] %j has blanks at an end and is refused", (value) => {
    expect(checkHeaders({ "X-A": value })).toHaveLength(1);
  });

  it("[B4] names that differ in letter case only are duplicates", () => {
    const issues = checkHeaders({ "X-Team": "a", "x-team": "b", "X-TEAM": "c", "X-Other": "d" });
    expect(issues.map((i) => i.pointer)).toEqual(["/x-team", "/X-TEAM"]);
  });

  it("[B5] 30 headers pass, 31 do not", () => {
    const many = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`X-${i}`, "v"]));
    expect(checkHeaders(many(HEADER_LIMITS.count))).toEqual([]);
    expect(checkHeaders(many(HEADER_LIMITS.count + 1))).toMatchObject([{ pointer: "" }]);
  });

  it("[B5] 4,096 characters pass as a value, 16 KB as all of them, and one more does not", () => {
    const value = "v".repeat(4096);
    expect(checkHeaders({ "X-A": value })).toEqual([]);
    expect(checkHeaders({ "X-A": `${value}v` })).toHaveLength(1);
    const all = { A: value, B: value, C: value, D: value.slice(4) };
    expect(checkHeaders(all)).toEqual([]);
    expect(checkHeaders({ ...all, D: value.slice(3) })).toMatchObject([{ pointer: "" }]);
  });

  it.each([
    ["json", "application/json"],
    ["json", "application/JSON; charset=utf-8"],
    ["json", "application/json; domain-model=launchdarkly.semanticpatch"],
    ["json", "application/vnd.api+json"],
    ["json", 'application/cloudevents+json; charset="UTF-8"'],
    ["json", "application/apply-patch+yaml"],
    ["json", "application/x-amz-json-1.1"],
    ["form", "application/x-www-form-urlencoded; charset=utf-8"],
    ["text", "text/plain"],
    ["text", "application/xml"],
    ["text", "application/yaml; charset=utf-8"],
  ] as const)("[B7] the content type of %s can be %s", (format, type) => {
    expect(checkContentType({ "content-type": type, "x-a": "b" }, format)).toEqual([]);
  });

  it.each([
    ["json", "text/plain"],
    ["json", "application/xml"],
    ["json", "application/x-www-form-urlencoded"],
    ["json", "application/json; charset=latin1"],
    ["json", "application/jsonx"],
    ["json", "{{params.type}}"],
    ["json", ""],
    ["form", "application/json"],
    ["form", "multipart/form-data; boundary=x"],
    ["text", "application/json"],
    ["text", "application/vnd.api+json"],
    ["text", "application/x-www-form-urlencoded"],
    ["text", "text/plain; charset=latin1"],
    ["text", "text"],
  ] as const)("[B7] the content type of %s cannot be %j", (format, type) => {
    expect(checkContentType({ "Content-Type": type }, format)).toMatchObject([{ pointer: "/Content-Type" }]);
  });

  it.each(TOKENS)("[F2] %s is recognized as a credential", (token) => {
    expect(findPastedSecret(`before ${token} after`)).toBeDefined();
    expect(checkHeaders({ "X-Key": token })).toMatchObject([
      { message: expect.stringContaining("webhookAuth") },
    ]);
    expect(checkHeaders({ "X-Key": token })[0]?.message).not.toContain(token);
  });

  it.each([
    "https://x.example/invoke?api-version=1&sig=Ab3dEf9hIj",
    "https://x.example/?token=abcdef123456",
    '{"routing_key": "0123456789abcdef0123456789abcdef"}',
    '{"DD-API-KEY":"0123456789abcdef"}',
    "api_key=0123456789abcdef&n=1",
    "https://prod.webhook.office.com/webhookb2/0f3c1a2b-aaaa-bbbb@0f3c/IncomingWebhook/x/y",
    "https://hooks.slack.com/triggers/T0123/456789/abcdef0123456789",
  ])("[F2] %s holds a credential by its name or address", (text) => {
    expect(findPastedSecret(text)).toBeDefined();
  });

  it.each([
    "https://x.example/invoke?sig={{secrets.sig}}",
    "https://x.example/?token={{params.token}}&n=1",
    '{"routing_key": "{{secrets.key}}"}',
    '{"token": "********", "nextToken": "abcdef123456", "tokens": "abcdef123456"}',
    '{"text": "The api key: ask the security team", "password": "to be rotated today"}',
    "https://x.example/?page_token=abcdef123456&design=abcdef",
    '{"key":"service","signal":"SIGTERM-now"}',
  ])("[F2] %s holds none", (text) => {
    expect(findPastedSecret(text)).toBeUndefined();
  });

  it("[F2] a plain header with the name of a credential gets the same verdict, and the way that works", () => {
    for (const name of ["DD-API-KEY", "X-Vault-Token", "X-Api-Key", "PRIVATE-TOKEN"]) {
      expect(checkHeaders({ [name]: "0123456789abcdef" })).toMatchObject([
        { pointer: `/${name}`, message: expect.stringContaining("{{secrets.name}}") },
      ]);
      expect(checkHeaders({ [name]: "{{secrets.key}}" })).toEqual([]);
    }
  });

  it("[F2] none of 200 ordinary headers is treated as a credential", () => {
    const taken = NAMES.flatMap((name) => VALUES.filter((value) => findPastedSecret(`${name}: ${value}`)));
    expect(NAMES.length * VALUES.length).toBe(200);
    expect(taken).toEqual([]);
  });

  it("a request about to be sent may hold a credential: a secret parameter", () => {
    expect(checkSentHeaders({ "x-key": "AKIAIOSFODNN7EXAMPLE" })).toEqual([]);
  });
});
