// The pages for browsers: which path answers what, what a browser may do with it, and what caches may keep.
import "../../support/quiet.ts";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { Context } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { handler } from "../../../functions/console/serve-console.ts";
import type { BuiltFile } from "../../../infra/console/build.ts";
import { compress } from "../../../infra/console/compress.ts";
import { writePages } from "../../../infra/console/write.ts";
import { gatewayEvent } from "../../../infra/local/api-gateway/gateway-event.ts";

const folder = mkdtempSync(join(tmpdir(), "pages-"));
afterAll(() => rmSync(folder, { recursive: true }));

const CODE = `console.log(${JSON.stringify("runbook ".repeat(1000))})`;
const PAGE = "<!doctype html><title>Runbooks</title>";
const REFERENCE = "<!doctype html><title>API reference</title>";
const SIGN_IN = {
  issuer: "https://id.example.com/pool",
  clientId: "console-client",
  scope: "openid email runbooks/call",
  token: "access",
  signOutUrl: "https://login.example.com/logout",
  origins: ["https://id.example.com", "https://login.example.com"],
};

async function builtFile(contentType: string, text: string): Promise<BuiltFile> {
  const bytes = Buffer.from(text);
  return { contentType, etag: `"${text.length}"`, bytes, encoded: await compress(bytes, contentType) };
}

beforeAll(async () => {
  const files = new Map([
    ["documents/console.html", await builtFile("text/html; charset=utf-8", PAGE)],
    ["documents/reference.html", await builtFile("text/html; charset=utf-8", REFERENCE)],
    ["assets/main-A1.js", await builtFile("text/javascript; charset=utf-8", CODE)],
    ["assets/icon-A1.svg", await builtFile("image/svg+xml", "<svg/>")],
  ]);
  await writePages(files, folder);
});

beforeEach(() => {
  process.env["CONSOLE_ASSETS"] = folder;
  process.env["CONSOLE_SIGN_IN"] = JSON.stringify(SIGN_IN);
});

type Got = { statusCode: number; headers: Record<string, string>; body: string; isBase64Encoded?: boolean };

async function get(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Got> {
  const requestId = randomUUID();
  const url = new URL(`https://api.example.com${path}`);
  const request = {
    method,
    url,
    headers,
    body: Buffer.alloc(0),
    sourceIp: "::1",
    requestId,
    receivedAt: new Date(),
  };
  const event = gatewayEvent(request, { routeKey: "GET /console", pathParameters: {} }, null);
  const context = { functionName: "serve-console", awsRequestId: requestId } as Context;
  // What the gateway sends is what API Gateway sends: its type alone differs.
  return (await handler(
    event as Parameters<typeof handler>[0],
    context as Parameters<typeof handler>[1],
  )) as Got;
}
const bytesOf = ({ body, isBase64Encoded }: Got) => Buffer.from(body, isBase64Encoded ? "base64" : "utf8");

describe("the page of the console", () => {
  it.each([
    "/console",
    "/console/runbooks/runbook_01h455vb4pex5vsknk084sn02q/review",
    "/console/incidents/INC.1041:a",
    "/console/signed-in?code=x&state=y",
    "/console/config.json/x",
  ])("answers %s", async (path) => {
    const got = await get(path);
    expect(got.statusCode).toBe(200);
    expect(bytesOf(got).toString()).toBe(PAGE);
    expect(got.headers["content-type"]).toBe("text/html; charset=utf-8");
  });

  it("runs its own code alone, calls itself and the issuer, and is in no frame", async () => {
    const { headers } = await get("/console");
    expect(headers["content-security-policy"]?.split("; ").sort()).toEqual([
      "base-uri 'none'",
      "connect-src 'self' https://id.example.com https://login.example.com",
      "default-src 'none'",
      "font-src 'self'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "img-src 'self'",
      "script-src 'self'",
      "style-src 'self'",
    ]);
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
    });
  });

  it("is asked for again each time, and sent again only if it has changed", async () => {
    const { headers } = await get("/console");
    expect(headers["cache-control"]).toBe("no-cache");
    const etag = headers["etag"] ?? "";
    expect(etag).toMatch(/^W\/"[^"]+"$/);
    for (const tag of [etag, etag.slice(2), `"other", ${etag}`, "*"]) {
      const again = await get("/console", { "if-none-match": tag });
      expect(again).toMatchObject({ statusCode: 304, headers: { etag } });
      expect(again.headers).toHaveProperty("content-security-policy");
      expect(again.body ?? "").toBe("");
    }
    expect((await get("/console", { "if-none-match": '"other"' })).statusCode).toBe(200);
  });

  it("answers HEAD with the same headers and no body", async () => {
    const { headers } = await get("/console");
    expect(await get("/console", {}, "HEAD")).toMatchObject({ statusCode: 200, headers, body: "" });
  });
});

describe("the API reference", () => {
  it("is a page of its own, whose viewer may make styles and draw what is in them, and no more", async () => {
    const [reference, console] = [await get("/docs"), await get("/console")];
    expect(bytesOf(reference).toString()).toBe(REFERENCE);
    const policyOf = ({ headers }: Got) => new Set(headers["content-security-policy"]?.split("; "));
    const strict = policyOf(console);
    expect([...policyOf(reference)].filter((directive) => !strict.has(directive))).toEqual([
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
    ]);
  });

  it.each(["/docs/", "/docs/x"])("has nothing at %s", async (path) => {
    expect((await get(path)).statusCode).toBe(404);
  });
});

describe("a file of the console", () => {
  it("is kept for good, because its name changes with it", async () => {
    const got = await get("/console/assets/main-A1.js");
    expect(got.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect(bytesOf(got).toString()).toBe(CODE);
  });

  it.each([
    ["br", "br", (bytes: Buffer) => brotliDecompressSync(bytes)],
    ["gzip, deflate, br, zstd", "br", (bytes: Buffer) => brotliDecompressSync(bytes)],
    ["gzip, br;q=0", "gzip", (bytes: Buffer) => gunzipSync(bytes)],
    ["GZIP;q=0.5", "gzip", (bytes: Buffer) => gunzipSync(bytes)],
    ["identity", undefined, (bytes: Buffer) => bytes],
    ["br;q=0.0, zstd", undefined, (bytes: Buffer) => bytes],
  ])("for a browser that takes %s comes as %s", async (accepted, encoding, open) => {
    const got = await get("/console/assets/main-A1.js", { "accept-encoding": accepted });
    expect(got.headers["content-encoding"]).toBe(encoding);
    expect(got.headers["vary"]).toBe("accept-encoding");
    expect(open(bytesOf(got)).toString()).toBe(CODE);
  });

  it("that is small comes as it is", async () => {
    const { headers } = await get("/console/assets/icon-A1.svg", { "accept-encoding": "br" });
    expect(headers["content-encoding"]).toBeUndefined();
    expect(headers["content-type"]).toBe("image/svg+xml");
  });

  it.each([
    "/console/assets/main-B2.js",
    "/console/assets/",
    "/console/assets/../manifest.json",
    "/console/assets/..%2fmanifest.json",
    "/console/assets/__proto__",
    "/console/assets/constructor",
    "/console/assets/main-A1.js.br",
  ])("that does not exist is 404, and never the page: %s", async (path) => {
    // What a URL parser resolves never reaches the function.
    if (new URL(path, "https://api.example.com").pathname !== path) return;
    const got = await get(path);
    expect(got.statusCode).toBe(404);
    expect(got.headers["content-type"]).toBe("application/problem+json");
    expect(got.headers["cache-control"]).toBe("no-store");
  });
});

describe("the configuration", () => {
  it("says how to sign in, and is never kept", async () => {
    const { headers, body } = await get("/console/config.json");
    expect(headers).toMatchObject({ "cache-control": "no-store", "content-type": "application/json" });
    const { origins: _, ...told } = SIGN_IN;
    expect(JSON.parse(body)).toEqual({
      ...told,
      groupsClaim: "cognito:groups",
      redirectPath: "/console/signed-in",
      signedOutPath: "/console/signed-out",
    });
  });

  it("says that nobody can sign in, where the deployment has no client for it", async () => {
    process.env["CONSOLE_SIGN_IN"] = "";
    expect(JSON.parse((await get("/console/config.json")).body)).toEqual({
      issuer: null,
      groupsClaim: "cognito:groups",
    });
    expect((await get("/console")).headers["content-security-policy"]).toContain("connect-src 'self';");
  });

  it.each(["{", '{"issuer":"x"}', JSON.stringify({ ...SIGN_IN, origins: ["https://a; script-src *"] })])(
    "that is wrong, %s, is a failure of the service, and not a looser page",
    async (text) => {
      process.env["CONSOLE_SIGN_IN"] = text;
      const got = await get("/console");
      expect(got.statusCode).toBe(500);
      expect(got.body).not.toContain("script-src");
    },
  );
});
