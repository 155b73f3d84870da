// A start that cannot be: one line that says what to do, exit code 1, never `ready`, nothing left behind.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SETTABLE } from "../../../infra/local/host/environment.ts";
import { startHost } from "../../../infra/local/host/host.ts";
import { SETTINGS } from "../../../infra/local/host/settings.ts";
import { copyTree } from "../../defects/tree.ts";
import { LOCAL_REGION } from "../../support/dynamodb.ts";
import { dataFolder, runMain } from "../../support/local-host.ts";

let folder: ReturnType<typeof dataFolder>;
beforeEach(() => {
  folder = dataFolder();
});
afterEach(() => folder.remove());

const FIRST_LINE = `${readFileSync(new URL("../../../functions/events/sweep.ts", import.meta.url), "utf8").split("\n")[0]}\n`;
const FREE = { PORT: "0", AWS_PORT: "0", DYNAMODB_PORT: "0" };

async function refused(env: Record<string, string>, main?: string): Promise<string> {
  const { code, stdout, stderr } = await runMain({ ...FREE, DATA_DIR: folder.path, ...env }, main);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^[^\n]{20,600}\n$/);
  expect(stderr).not.toMatch(/\n\s+at |Error:/);
  const left = execFileSync("ps", ["-eo", "args"], { encoding: "utf8" });
  expect(left.split("\n").filter((line) => line.includes(folder.path))).toEqual([]);
  return stderr;
}

describe("a bad value of", () => {
  /** Each variable that can be set → a value that it cannot have. */
  const BAD: Record<string, string> = {
    PORT: "http",
    AWS_PORT: "70000",
    DYNAMODB_PORT: "-1",
    DYNAMODB_TABLE: "a table",
    DATA_DIR: "/proc/x",
    AWS_REGION: "here",
    API_KIND: "soap",
    LOG_FORMAT: "loud",
    GROUPS_CLAIM: "",
    TOKEN_TYPE: "id",
    INCIDENT_EVENT_DAYS: "30",
    REJECTION_DAYS: "0",
    FOUR_EYES: "maybe",
    APPROVALS_REQUIRED: "high=9",
    APPROVAL_VALID_DAYS: "high=3651",
    APPROVER_OF_ANOTHER_TEAM: "maybe",
    APPROVE_AUTOMATIONS: "yes",
    WEBHOOK_EGRESS_ALLOW: "300.0.0.0/8",
    WEBHOOK_HOST_ALLOW: "https://example.com",
    WEBHOOK_ALLOW_HTTP: "1",
    WEBHOOK_PORTS: "99999",
    WEBHOOK_CA_BUNDLE: "package.json",
    RATE_LIMIT_STARTS_PER_MINUTE: "-1",
    DELIVERIES_PER_TEAM: "1000",
    TEAM_METRICS: "payments and shop",
    RUNBOOK_METRICS: "runbook_1",
    PUBLIC_API_URL: "example.com",
    CONSOLE_URL: "http://console.example.com/",
    INCIDENT_SOURCES: "on call",
    WORKFLOW_SOURCES: "a=b=c",
    KNOWN_TEAMS: "payments and shop",
    POWERTOOLS_LOG_LEVEL: "loud",
    POWERTOOLS_METRICS_DISABLED: "maybe",
  };

  test("every variable that can be set is tried", () => {
    expect(Object.keys(BAD).sort()).toEqual([...SETTINGS, ...SETTABLE].sort());
  });

  test.each(Object.entries(BAD))("%s=%s is named", async (name, value) => {
    expect(await refused({ [name]: value })).toMatch(new RegExp(`\\b${name}\\b`));
  });

  test("two ports that are the same is reported, before anything is opened", async () => {
    expect(await refused({ AWS_PORT: "24999", DYNAMODB_PORT: "24999" })).toBe(
      "AWS_PORT and DYNAMODB_PORT must be different ports, or 0.\n",
    );
  });
});

describe("a data folder that", () => {
  const inFolder = (name: string) => join(folder.path, name);
  const file = (name: string, text = "") => {
    writeFileSync(inFolder(name), text);
    return inFolder(name);
  };

  test.each([
    ["is a file", () => file("a"), "a file is in its way"],
    ["is under a file", () => join(file("a"), "b", "c"), "a file is in its way"],
    ["is under /proc", () => "/proc/x/y", "no folder can be made there"],
    ["is read-only", () => "/sys/kernel", "this user may not read and write there"],
    ["has too long a name", () => inFolder("n".repeat(300)), "the name is too long"],
  ])("%s is refused with what to set", async (_, dataDir, reason) => {
    const path = dataDir();
    const line = await refused({ DATA_DIR: path });
    expect(line.startsWith(`The data folder ${path} cannot be used: `)).toBe(true);
    expect(line).toContain(reason);
    expect(line).toMatch(/Set DATA_DIR to a folder that this user can write\.\n$/);
  });

  test.each([
    ["issuer.json", /issuer\.json is damaged: .* DATA_DIR/],
    ["kms-key.json", /kms-key\.json is damaged: .* DATA_DIR/],
    ["local-host.db", /^The database of .* cannot be read: file is not a database; .* DATA_DIR/],
  ])("holds a %s that is none says which", async (name, message) => {
    file(name, "no such content, and longer than a header of any kind of file would be".repeat(20));
    expect(await refused({})).toMatch(message);
  });

  test.each(["issuer.json", "kms-key.json", "local-host.db"])(
    "holds a folder in place of %s says so",
    async (name) => {
      mkdirSync(inFolder(name));
      expect(await refused({})).toContain(folder.path);
    },
  );

  test("holds a file in place of the database's folder says so", async () => {
    file("dynamodb");
    expect(await refused({})).toMatch(/a file is in its way \(.*dynamodb\)\. Set DATA_DIR/);
  });
});

describe("a function that cannot be loaded", () => {
  test.each([
    ["holds a syntax error", "const = 1;\n", /sweep\.ts cannot be loaded: .+ \(functions\/events\/sweep\.ts/],
    [
      "imports what is not there",
      'import "./nowhere.ts";\n',
      /sweep\.ts cannot be loaded: Cannot find module .*nowhere/,
    ],
  ])("because it %s stops the start of the host", async (_, fault, message) => {
    const tree = copyTree();
    const start = () => refused({}, join(tree.path, "infra/local/main.ts"));
    const line = await tree
      .changed("functions/events/sweep.ts", FIRST_LINE, `${FIRST_LINE}${fault}`, start)
      .finally(tree.remove);
    expect(line).toMatch(message);
    expect(line).toMatch(/Fix it, then start again\.\n$/);
  });

  test.each([
    ["that throws", new TypeError("Bad thing\nat line 3"), /: Bad thing\. Fix it/],
    ["whose module is missing", new Error("Cannot find module 'x'"), /: Cannot find module 'x'\. Fix it/],
  ])("%s stops the start of the host", async (_, error, message) => {
    const load = async (path: string) => {
      if (path === "events/sweep") throw Object.assign(error, { stack: "" });
      return () => null;
    };
    const settings = { apiPort: 0, awsPort: 0, dynamoDbPort: 0, dataDir: folder.path, region: LOCAL_REGION };
    const started = startHost(settings, { load, log: () => undefined });
    await expect(started).rejects.toThrow(/^functions\/events\/sweep\.ts cannot be loaded/);
    await expect(started).rejects.toThrow(message);
  });
});

describe("Java", () => {
  test.each([
    ["missing", null],
    ["too old", 'openjdk version "11.0.2"'],
    ["broken", "Unrecognized option: -Xwrong"],
  ])("that is %s says what to install", async (_, banner) => {
    const bin = join(folder.path, "bin");
    mkdirSync(bin);
    if (banner !== null)
      writeFileSync(join(bin, "java"), `#!/bin/sh\necho '${banner}' >&2\n`, { mode: 0o755 });
    const line = await refused({ PATH: bin });
    expect(line).toMatch(/^Java 17 or newer is needed for DynamoDB Local: install it/);
    if (banner !== null) expect(line).toContain(`(found: ${banner})`);
    rmSync(bin, { recursive: true });
  });
});
