// `runbooks rotate-credential` against a local stack: where the secret comes from, and that nobody sees it on the way.
import "../support/quiet.ts";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RunbooksClient } from "../../clients/api-client/client.ts";
import { signToken } from "../../infra/local/oidc/identity.ts";
import { type Ended, runCli, runOnTerminal } from "../support/command-line.ts";
import { startLocalHost, type TestHost } from "../support/local-host.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";

let host: TestHost;
let receiver: Receiver;
let ana: RunbooksClient;
let boss: RunbooksClient;
let env: NodeJS.ProcessEnv;
const folder = mkdtempSync(join(tmpdir(), "rotation-"));
const NEW = "the-new-secret-4711";

beforeAll(async () => {
  host = await startLocalHost();
  receiver = await startReceiver(() => ({ status: 200 }));
  const tokenOf = (user: string, group: string) =>
    signToken(host.identity, { user, groups: [group], expiresInSeconds: 3600 });
  const token = await tokenOf("ana", "team:payments:admin");
  ana = new RunbooksClient({ baseUrl: host.api, token });
  boss = new RunbooksClient({ baseUrl: host.api, token: await tokenOf("boss", "platform-admin") });
  env = { RUNBOOKS_API: host.api, RUNBOOKS_TOKEN: token, RUNBOOKS_CONFIG: folder };
});
afterAll(async () => {
  await receiver.close();
  await host.stop();
  rmSync(folder, { recursive: true });
});

type Auth = NonNullable<Parameters<RunbooksClient["createRunbook"]>[0]["body"]["webhookAuth"]>;
const BEARER: Auth = { type: "bearer", token: "the-old-secret" };
const CUSTOM: Auth = {
  type: "custom",
  customHeaders: { "x-key": "the-old-secret", "x-other": "another-secret" },
};

/** Approved at version 2, and live. */
async function live(webhookAuth: Auth): Promise<string> {
  const { id: runbookId } = await ana.createRunbook({
    body: {
      ...{ teamId: "payments", name: "Restart", description: "Restarts", webhookUrl: receiver.url },
      ...{ payloadTemplate: "{}", webhookAuth },
    },
  });
  await boss.approveRunbook({ runbookId, body: { version: 1 } });
  return runbookId;
}

/** Nothing that it prints holds a secret. */
async function rotate(
  runbookId: string,
  sources: string[],
  given: { input?: string; more?: object } = {},
): Promise<Ended> {
  const words = ["rotate-credential", runbookId, ...sources.flatMap((source) => ["--secret", source])];
  const ended = await runCli(words, { env: { ...env, ...given.more }, input: given.input ?? "" });
  expect(ended.stdout + ended.stderr).not.toMatch(/secret-4711|the-old-secret|another-secret/);
  return ended;
}

/** The headers of the next call. */
async function sentBy(runbookId: string) {
  const { id: executionId } = await ana.startExecution({ runbookId, body: {} });
  await ana.waitForEnd(executionId);
  const call = receiver.requests.find(({ headers }) => headers["webhook-id"] === executionId);
  return call?.headers ?? {};
}

describe("the new secret", () => {
  it.each([
    ["a variable", "env:NEW_SECRET", { more: { NEW_SECRET: NEW } }],
    ["a file, without its last line break", `file:${join(folder, "secret.txt")}`, {}],
    ["standard input, without its last line break", "-", { input: `${NEW}\r\n` }],
  ])("comes from %s, is live at once, and the approval holds", async (_what, source, given) => {
    writeFileSync(join(folder, "secret.txt"), `${NEW}\n`);
    const runbookId = await live(BEARER);
    expect(await rotate(runbookId, [source], given)).toEqual({
      code: 0,
      stdout: "Restart: version 3 is live with the new credential. The approval of version 2 holds.\n",
      stderr: "",
    });
    expect((await sentBy(runbookId))["authorization"]).toBe(`Bearer ${NEW}`);
    expect(await ana.getRunbook({ runbookId })).toMatchObject({
      approvalStatus: "APPROVED",
      approvedBy: "boss",
    });
  });

  it("is that of one header of several, by its name; the others stay", async () => {
    const runbookId = await live(CUSTOM);
    expect((await rotate(runbookId, ["X-Key=env:NEW_SECRET"], { more: { NEW_SECRET: NEW } })).code).toBe(0);
    expect(await sentBy(runbookId)).toMatchObject({ "x-key": NEW, "x-other": "another-secret" });
  });

  it("is a reference, with one member of the secret; the same one again makes no version", async () => {
    const runbookId = await live(BEARER);
    const secretArn = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:token";
    expect((await rotate(runbookId, [`${secretArn}#token`])).code).toBe(0);
    const { webhookAuth } = await ana.getRunbook({ runbookId });
    expect(webhookAuth).toEqual({ type: "bearer", token: { secretArn, secretKey: "token" } });
    expect((await rotate(runbookId, [`${secretArn}#token`])).stdout).toBe(
      "Restart: version 3 refers to this secret already.\n",
    );
  });

  it("is asked for on a terminal, and not shown", async () => {
    const runbookId = await live(BEARER);
    const terminal = runOnTerminal(["rotate-credential", runbookId], env);
    await expect.poll(terminal.screen).toContain("New token: ");
    terminal.type(`${NEW}\r`);
    expect(await terminal.code).toBe(0);
    expect(terminal.screen()).toContain("version 3 is live");
    expect(terminal.screen()).not.toContain(NEW);
    expect((await sentBy(runbookId))["authorization"]).toBe(`Bearer ${NEW}`);
  });
});

describe("nothing is changed", () => {
  const refused = async (runbookId: string, sources: string[], given: Parameters<typeof rotate>[2] = {}) => {
    const { code, stdout, stderr } = await rotate(runbookId, sources, given);
    expect([code, stdout]).toEqual([2, ""]);
    expect((await ana.getRunbook({ runbookId })).version).toBe(2);
    return stderr;
  };

  it("by a secret on the command line, which is not repeated", async () => {
    const runbookId = await live(BEARER);
    for (const source of [NEW, `token=${NEW}`, ""])
      expect(await refused(runbookId, [source])).toMatch(
        /^A secret is not written on the command line.*env:/,
      );
  });

  it("by a source without a secret", async () => {
    const runbookId = await live(BEARER);
    expect(await refused(runbookId, ["env:NOT_SET"])).toBe("There is no secret in env:NOT_SET.\n");
    expect(await refused(runbookId, ["-"], { input: "\n" })).toBe("There is no secret in standard input.\n");
    const missing = join(folder, "missing.txt");
    expect(await refused(runbookId, [`file:${missing}`])).toBe(`${missing} cannot be read (ENOENT).\n`);
    expect(await refused(runbookId, [])).toMatch(/^Say where the secret is: --secret takes env:/);
  });

  it("where it is not clear which secret it is", async () => {
    const [bearer, custom] = [await live(BEARER), await live(CUSTOM)];
    const more = { NEW_SECRET: NEW };
    expect(await refused(custom, ["env:NEW_SECRET"], { more })).toContain("x-key, x-other");
    expect(await refused(bearer, ["password=env:NEW_SECRET"], { more })).toContain("NAME=SOURCE: token.");
    expect(await refused(custom, ["x-key=-", "x-other=-"])).toContain("Standard input holds one secret");
  });

  it("of a runbook without a credential", async () => {
    const runbookId = await live({ type: "none" });
    expect(await refused(runbookId, ["env:NEW_SECRET"], { more: { NEW_SECRET: NEW } })).toContain(
      "The runbook sends no credential.",
    );
  });

  it("by somebody who does not manage the runbook", async () => {
    const runbookId = await live(BEARER);
    const RUNBOOKS_TOKEN = await signToken(host.identity, {
      user: "rob",
      groups: ["team:payments:responder"],
      expiresInSeconds: 3600,
    });
    const more = { NEW_SECRET: NEW, RUNBOOKS_TOKEN };
    expect((await rotate(runbookId, ["env:NEW_SECRET"], { more })).code).toBe(3);
  });
});
