// Runbooks and automations in files, against a local stack: from an export over a plan to what the service holds.
import "../support/quiet.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { RunbooksClient } from "../../clients/api-client/client.ts";
import { fileSchemas } from "../../infra/docs/file-schemas.ts";
import { signToken } from "../../infra/local/oidc/identity.ts";
import { makeFolder } from "../support/as-code-folder.ts";
import { runCli, runOnTerminal } from "../support/command-line.ts";
import { startLocalHost, type TestHost } from "../support/local-host.ts";

let host: TestHost;
let ana: NodeJS.ProcessEnv;
let boss: NodeJS.ProcessEnv;
const settings = mkdtempSync(join(tmpdir(), "cli-"));

beforeAll(async () => {
  host = await startLocalHost();
  const envOf = async (user: string, ...groups: string[]) => ({
    RUNBOOKS_API: host.api,
    RUNBOOKS_TOKEN: await signToken(host.identity, { user, groups, expiresInSeconds: 3600 }),
    RUNBOOKS_CONFIG: settings,
  });
  ana = await envOf("ana", "team:payments:admin");
  boss = await envOf("boss", "platform-admin");
});
afterAll(async () => {
  await host.stop();
  rmSync(settings, { recursive: true });
});

const RUNBOOK = {
  path: "runbooks/restart.yaml",
  text: `# yaml-language-server: $schema=../schemas/runbook.schema.json
name: Restart a service
description: Restarts one service
teamId: payments
webhookUrl: https://127.0.0.1:9/restart
parameters:
  type: object
  properties:
    service: {type: string}
  required: [service]
payloadTemplate: |
  {"service": "{{params.service}}"}
`,
};
const AUTOMATION = {
  path: "automations/restart.yaml",
  text: `name: Restart on a P1
teamId: payments
runbook: Restart a service
pattern:
  detail-type: [Incident Created]
parameters: {service: "{{detail.incident.metadata.service}}"}
mode: shadow
`,
};

const asCode = (words: readonly string[], env = ana) => runCli(words, { env });
const clientOf = ({ RUNBOOKS_TOKEN = "" }: NodeJS.ProcessEnv) =>
  new RunbooksClient({ baseUrl: host.api, token: RUNBOOKS_TOKEN });

describe("files of a team", () => {
  const folder = makeFolder([RUNBOOK, AUTOMATION]);
  afterAll(() => folder[Symbol.dispose]());

  it("plan shows what would be made, and makes nothing", async () => {
    const { code, stdout } = await asCode(["plan", folder.path]);
    expect(code).toBe(0);
    expect(stdout).toContain('+ create runbook "Restart a service" of payments\n    runbooks/restart.yaml');
    expect(stdout).toContain("It waits until its runbook is approved");
    expect(await clientOf(ana).listRunbooks()).toMatchObject({ items: [] });
  });

  it("apply asks on a terminal, and needs --yes elsewhere", async () => {
    expect(await asCode(["apply", folder.path])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--yes"),
    });
    const asked = runOnTerminal(["apply", folder.path], ana);
    await expect.poll(asked.screen, { timeout: 20_000 }).toContain("Apply this? [y/N]");
    asked.type("n\r");
    expect(await asked.code).toBe(3);
    expect(asked.screen()).toContain("Nothing was done.");
    expect(await clientOf(ana).listRunbooks()).toMatchObject({ items: [] });
  });

  it("apply makes the runbook, CI approves what was reviewed by its hash, and apply goes on", async () => {
    const first = await asCode(["apply", folder.path, "--yes"]);
    expect([first.code, first.stdout]).toEqual([
      3,
      expect.stringContaining("Waiting for approval; apply again then"),
    ]);
    const [, ...approve] =
      /runbooks (approve) (runbook_\w+) (--version) (1) (--hash) ([0-9a-f]{64})/.exec(first.stdout) ?? [];
    expect((await asCode(approve, boss)).code).toBe(0);
    const second = await asCode(["apply", folder.path, "--yes", "--json"]);
    expect([second.code, JSON.parse(second.stdout)]).toEqual([
      0,
      {
        done: [expect.objectContaining({ action: "create", kind: "automation" })],
        left: [],
        waitingForApproval: [],
        waitingAutomations: [],
      },
    ]);
    const third = await asCode(["apply", folder.path, "--yes", "--prune"]);
    expect(third).toMatchObject({ code: 0, stdout: "Nothing to do: 2 as in the files.\n" });
  });

  it("export writes files that change nothing, fit their schema, and are not written over", async () => {
    using copy = makeFolder();
    expect((await asCode(["export", copy.path, "--team", "payments"])).code).toBe(0);
    const files = copy.read();
    expect(Object.keys(files)).toEqual([
      "automations/payments.restart-on-a-p1.yaml",
      "runbooks/payments.restart-a-service.yaml",
    ]);
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const [automation = "", runbook = ""] = Object.values(files);
    expect(ajv.validate(fileSchemas()["runbook.schema.json"] ?? false, parse(runbook))).toBe(true);
    expect(ajv.validate(fileSchemas()["automation.schema.json"] ?? false, parse(automation))).toBe(true);
    expect(runbook).toMatch(/^# yaml-language-server: \$schema=\.\.\/schemas\/runbook\.schema\.json\nname: /);
    expect(await asCode(["apply", copy.path, "--yes", "--prune"])).toMatchObject({
      code: 0,
      stdout: "Nothing to do: 2 as in the files.\n",
    });
    expect(await asCode(["export", copy.path])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--force"),
    });
    expect((await asCode(["export", copy.path, "--team", "payments", "--force"])).code).toBe(0);
    expect(copy.read()).toEqual(files);
  });

  it("what only the service can check is told where it stands in the file", async () => {
    folder.write([{ ...RUNBOOK, text: RUNBOOK.text.replace("{{params.service}}", "{{params.servce}}") }]);
    const { code, stderr } = await asCode(["apply", folder.path, "--yes"]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/runbooks\/restart\.yaml:11:18: \/payloadTemplate .*servce/),
    ]);
    expect(stderr).toContain('failed: ~ update runbook "Restart a service" of payments');
    folder.write([RUNBOOK]);
  });

  it("wrong files: all of it with 2, on standard error or as JSON", async () => {
    folder.write([{ path: "runbooks/wrong.yaml", text: "name: Wrong\ntimeoutSeconds: 1\n" }]);
    const { code, stdout, stderr } = await asCode(["plan", folder.path]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(
      "runbooks/wrong.yaml:1:1: The file needs description, needs webhookUrl\n" +
        "runbooks/wrong.yaml:2:17: /timeoutSeconds must be >= 30\n" +
        "The files are wrong. Nothing was done.\n",
    );
    const json = await asCode(["apply", folder.path, "--yes", "--json"]);
    expect([json.code, JSON.parse(json.stdout).problems]).toMatchObject([
      2,
      [{ line: 1 }, { line: 2, column: 17 }],
    ]);
    expect(await asCode(["plan", join(folder.path, "none")])).toMatchObject({ code: 2, stdout: "" });
  });

  it("a responder may plan, and is refused to apply", async () => {
    using other = makeFolder([{ ...RUNBOOK, text: RUNBOOK.text.replace("Restart a service", "Another") }]);
    const RUNBOOKS_TOKEN = await signToken(host.identity, {
      user: "rob",
      groups: ["team:payments:responder"],
      expiresInSeconds: 600,
    });
    const rob = { ...ana, RUNBOOKS_TOKEN };
    expect((await asCode(["plan", other.path], rob)).code).toBe(0);
    const { code, stderr } = await asCode(["apply", other.path, "--yes"], rob);
    expect([code, stderr]).toEqual([3, expect.stringContaining("runbooks whoami")]);
  });

  it("--prune deletes what no file names", async () => {
    using empty = makeFolder([{ path: "runbooks/.gitkeep", text: "" }]);
    const args = ["apply", empty.path, "--prune", "--team", "payments", "--yes"];
    expect(await asCode(args)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("0 to create, 0 to change, 2 to delete"),
    });
    expect(await clientOf(ana).listRunbooks()).toMatchObject({ items: [] });
  });
});
