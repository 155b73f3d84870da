// A bundle holds everything that a function needs, CommonJS packages included, and runs as ES modules on its own.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { bundle } from "../../../infra/aws/bundle/bundle.ts";
import { ENTRIES } from "../../../infra/aws/bundle/entries.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "bundle-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** Bytes of a function's zip, about: Lambda fetches it at each cold start. */
const MOST_ZIPPED = 490_000;
/** The share of source maps in it. */
const MOST_MAPS = 0.34;

/** Runs a program among the bundles, with no packages around it. */
function run(out: string, program: string): unknown {
  const env = { PATH: process.env["PATH"], POWERTOOLS_LOG_LEVEL: "SILENT" };
  const options = { cwd: join(directory, out), encoding: "utf8", env } as const;
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", program], options));
}

const filesOf = (name: string) =>
  readdirSync(join(directory, "out", name)).map((file) => join(directory, "out", name, file));
const zipped = (files: readonly string[]) =>
  files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).byteLength, 0);

it("runs alone, though it holds packages that are CommonJS and ask for Node's modules", async () => {
  const source = join(directory, "sample.ts");
  const from = (name: string) => JSON.stringify(join(root, "node_modules", name));
  writeFileSync(
    source,
    `import Handlebars from ${from("handlebars/lib/index.js")};
     export const handler = async (): Promise<unknown> =>
       ({ text: Handlebars.create().compile("{{a}}")({ a: 1 }) });`,
  );
  const code = `export { handler } from ${JSON.stringify(source)};`;
  const sizes = await bundle([{ name: "sample", code }], root, join(directory, "sample"));
  const answer = run(
    "sample",
    `import { handler } from "./sample/index.mjs"; console.log(JSON.stringify(await handler()));`,
  );
  expect(answer).toEqual({ text: "1" });
  const files = ["index.mjs", "index.mjs.map"].map((file) => join(directory, "sample/sample", file));
  expect(sizes.get("sample")).toBe(files.reduce((sum, file) => sum + statSync(file).size, 0));
});

it("is not made if a file is missing", async () => {
  const missing = { name: "missing", code: `export { handler } from "./functions/api/missing.ts";` };
  await expect(bundle([missing], root, join(directory, "none"))).rejects.toThrow(/missing/);
});

describe("the bundles of the contract", () => {
  beforeAll(async () => {
    await bundle(ENTRIES, root, join(directory, "out"));
  }, 180_000);

  it("load alone, each of their chunks too, and have a handler", () => {
    const files = ENTRIES.flatMap(({ name }) => filesOf(name).filter((file) => file.endsWith(".mjs")));
    const loads = `for (const file of ${JSON.stringify(files)}) await import(file); console.log(true);`;
    expect(run("out", loads)).toBe(true);
    const types = run(
      "out",
      `const names = ${JSON.stringify(ENTRIES.map(({ name }) => name))};
       const loaded = await Promise.all(names.map((name) => import(\`./\${name}/index.mjs\`)));
       console.log(JSON.stringify(loaded.map(({ handler }) => typeof handler)));`,
    );
    expect(types).toEqual(ENTRIES.map(() => "function"));
  });

  it.each(ENTRIES)("$name answers each of its routes, and refuses all others", ({ name, routes }) => {
    // This one asks the table before it answers.
    const keys = routes.map(({ routeKey }) => routeKey).filter((key) => !/callback/.test(key));
    const answers = run(
      "out",
      `import { handler } from "./${name}/index.mjs";
       const event = (routeKey) => ({ routeKey, rawPath: "/", headers: {}, requestContext: { requestId: "1", http: { method: "GET" } } });
       const answers = ${JSON.stringify(keys)}.map(async (key) => (await handler(event(key), {})).statusCode);
       const other = await handler(event("GET /other"), {}).catch(({ message }) => message);
       console.log(JSON.stringify([await Promise.all(answers), other]));`,
    );
    const expected = routes.length > 0 ? "This function has no route GET /other" : expect.anything();
    expect(answers).toEqual([keys.map((key) => STATUS_WITHOUT_TOKEN[key] ?? 401), expected]);
  });

  it("sign requests with the environment's credentials, though other ways to sign in are left out", () => {
    const program = `
      import { createServer } from "node:http";
      const seen = [];
      const aws = createServer(({ headers }, response) => {
        seen.push(headers.authorization.includes("Credential=AKID/"));
        response.setHeader("content-type", "application/x-amz-json-1.0").end("{}");
      });
      await new Promise((listening) => aws.listen(0, "127.0.0.1", listening));
      const endpoint = "http://127.0.0.1:" + aws.address().port;
      Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "secret" });
      Object.assign(process.env, { AWS_REGION: "eu-central-1", AWS_ENDPOINT_URL: endpoint, TABLE_NAME: "t" });
      const { handler } = await import("./api-public/index.mjs");
      const requestContext = { requestId: "1", http: { method: "GET" } };
      const event = {
        routeKey: "POST /executions/{executionId}/callback",
        rawPath: "/",
        pathParameters: { executionId: "execution_01k00000000000000000000001" },
        headers: { "x-runbook-callback-token": "x".repeat(43) },
        requestContext,
      };
      const { statusCode } = await handler(event, {});
      aws.close();
      aws.closeAllConnections();
      console.log(JSON.stringify([statusCode, ...seen]));`;
    expect(run("out", program)).toEqual([403, true]);
  });

  it.each(ENTRIES)("$name is small, and its source maps tell of our own code only", ({ name }) => {
    const files = filesOf(name);
    const maps = files.filter((file) => file.endsWith(".map"));
    expect(zipped(files)).toBeLessThan(MOST_ZIPPED);
    expect(zipped(maps) / zipped(files)).toBeLessThan(MOST_MAPS);
    const sources = maps.flatMap((file) => SourceMap.parse(JSON.parse(readFileSync(file, "utf8"))).sources);
    expect(sources.filter((source) => source.includes("node_modules"))).toEqual([]);
    expect(sources.some((source) => source.endsWith("shared/logging/logger.ts"))).toBe(true);
  });

  it("show in a stack trace where in our own code an error was thrown", () => {
    const program = `
      process.setSourceMapsEnabled(true);
      const { handler } = await import("./api-read/index.mjs");
      const error = await handler({ routeKey: "GET /other" }, {}).catch((thrown) => thrown);
      console.log(JSON.stringify(error.stack));`;
    const line = readFileSync(join(root, "shared/handlers/class-handler.ts"), "utf8")
      .split("\n")
      .findIndex((text) => text.includes("This function has no route"));
    expect(run("out", program)).toMatch(new RegExp(`shared/handlers/class-handler\\.ts:${line + 1}:`));
  });
});

const SourceMap = z.object({ sources: z.array(z.string()) });
const STATUS_WITHOUT_TOKEN: Record<string, number> = {
  "GET /health": 200,
  "GET /openapi.json": 200,
  // Without an id in the path, which the gateway always gives.
  "POST /intake/{sourceId}": 404,
  $default: 404,
};
