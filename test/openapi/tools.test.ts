// What others make of docs/openapi.json with their own tools: it is valid, and a client comes out of it that works.
import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import "../support/quiet.ts";
import SwaggerParser from "@apidevtools/swagger-parser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../infra/docs/documents.ts";
import { Receiver } from "../../infra/local/demo/receiver.ts";
import { startLocalHost, type TestHost, tokenOf } from "../support/local-host.ts";

const DOCUMENT = "docs/openapi.json";
const PROGRAM = "test/openapi/program";
/** Where the program's own configuration looks for the types. */
const TYPES = "node_modules/.cache/openapi/runbooks-api.d.ts";
const TYPEGEN = "test/openapi/typegen/node_modules/openapi-typescript/bin/cli.js";

const run = promisify(execFile);
/** Of a package, or a project file; a program that fails says why on stdout. */
async function node(file: string, args: readonly string[], env: Record<string, string> = {}) {
  const quiet = { REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
  const options = { cwd: ROOT, env: { ...process.env, ...quiet, ...env } };
  return run(process.execPath, [file, ...args], options).catch(
    (failed: { stdout: string; stderr: string }) => {
      throw new Error(`${file} failed\n${failed.stdout}\n${failed.stderr}`);
    },
  );
}

describe("docs/openapi.json", () => {
  it("is valid for swagger-parser", async () => {
    const { paths } = await SwaggerParser.validate(join(ROOT, DOCUMENT));
    expect(Object.keys(paths ?? {})).toContain("/executions/{executionId}");
  });

  it("has nothing that redocly would change, examples included", async () => {
    const { stderr } = await node("node_modules/@redocly/cli/bin/cli.js", ["lint", DOCUMENT]);
    expect(stderr).toContain("Your API description is valid");
  });
});

describe("a client that openapi-typescript makes of docs/openapi.json", () => {
  const receiver = new Receiver();
  let host: TestHost;
  let hook: string;

  beforeAll(async () => {
    mkdirSync(join(ROOT, TYPES, ".."), { recursive: true });
    [host, hook] = await Promise.all([
      startLocalHost({ streamTargets: {} }),
      receiver.start(),
      node(TYPEGEN, [DOCUMENT, "--output", TYPES]),
    ]);
  });
  afterAll(() => Promise.all([host.stop(), receiver.stop()]));

  it("is typed so that a strict program of the main story needs no cast", async () => {
    const { stdout } = await node("node_modules/typescript/bin/tsc", ["--project", PROGRAM]);
    expect(stdout).toBe("");
  });

  it("plays the main story against the service", async () => {
    const ana = { user: "ana", groups: ["platform-admin", "team:payments:admin"] };
    receiver.answers = [
      { status: 200, body: "{}" },
      { status: 503, body: "{}" },
    ];
    const { stdout } = await node(`${PROGRAM}/main-story.ts`, [], {
      API_URL: host.api,
      TOKEN: await tokenOf(host.identity, ana),
      HOOK_URL: `${hook}/restart`,
    });
    expect(stdout.trim().split("\n")).toEqual([
      'created: DRAFT "1"',
      "unapproved: runbook_not_approved",
      "approved: APPROVED 2",
      "finished: 200 delivered",
      "cancelled: CANCELLED",
      "listed: CANCELLED,SUCCESS",
      "automated: shadow 60 204",
    ]);
    expect(receiver.requests.map(({ body }) => body)).toEqual([
      '{"service": "checkout"}',
      '{"service": "billing"}',
    ]);
  });
});
