// Sources by the command line: changed by files, given new secrets, deleted; and what doctor says of refused messages.
import "../support/quiet.ts";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signToken } from "../../infra/local/oidc/identity.ts";
import { runCli } from "../support/command-line.ts";
import { startLocalHost, type TestHost } from "../support/local-host.ts";
import { readSample } from "../support/source-samples.ts";

const folder = mkdtempSync(join(tmpdir(), "cli-sources-"));
const SECRET = String(Object(readSample("opsgenie", "source")["verification"]).secret);
let host: TestHost;
let rob: NodeJS.ProcessEnv;
let boss: NodeJS.ProcessEnv;

beforeAll(async () => {
  host = await startLocalHost();
  const envOf = async (user: string, group: string) => ({
    RUNBOOKS_API: host.api,
    RUNBOOKS_TOKEN: await signToken(host.identity, { user, groups: [group], expiresInSeconds: 3600 }),
    RUNBOOKS_CONFIG: folder,
  });
  rob = await envOf("rob", "team:payments:responder");
  boss = await envOf("boss", "platform-admin");
});
afterAll(async () => {
  await host.stop();
  rmSync(folder, { recursive: true });
});

const runbooks = (env: NodeJS.ProcessEnv, ...words: string[]) => runCli(words, { env });

async function shown(env: NodeJS.ProcessEnv, ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await runbooks(env, ...words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function create(name: string): Promise<string> {
  const path = file("source.json", JSON.stringify({ ...readSample("opsgenie", "source"), name }));
  return JSON.parse(await shown(boss, "sources", "create", path, "--json")).id;
}

it("a source is changed by a file, given a new secret, and deleted", async () => {
  const id = await create("Opsgenie of the shop");
  const changed = await shown(boss, "sources", "update", id, file("off.json", '{"enabled": false}'));
  expect(changed).toContain("kind: opsgenie; team: payments; disabled");
  const secret = file("secret", "another-secret-of-opsgenie\n");
  const rotated = await shown(boss, "sources", "rotate", id, secret);
  expect(rotated).toMatch(/the secret before is valid until \S+Z/);
  expect(rotated).not.toContain("another-secret");
  expect((await runbooks(rob, "sources", "rotate", id, secret)).code).toBe(3);
  expect(await shown(boss, "sources", "delete", "Opsgenie of the shop")).toBe(`deleted: ${id}\n`);
  expect((await runbooks(boss, "sources", "show", id)).code).toBe(3);
});

it("a source over EventBridge has no secret to rotate", async () => {
  const path = file("alarms.json", JSON.stringify(readSample("cloudwatch_alarm", "source")));
  const { id } = JSON.parse(await shown(boss, "sources", "create", path, "--json"));
  const refused = await runbooks(boss, "sources", "rotate", id, file("secret", "a-secret-that-is-not-used"));
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("it has no secret") });
});

it("doctor names the messages that sources could not read, with what to do", async () => {
  const name = "Opsgenie that says too little";
  const id = await create(name);
  expect(await shown(rob, "doctor")).toContain("all messages since yesterday could be read");
  const sent = await fetch(`${host.api}/intake/${id}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${SECRET}` },
    body: '{"action": "Create", "alert": {"message": "no id"}}',
  });
  expect(sent.status).toBe(202);
  for (const who of [boss, rob]) {
    const doctor = async () => runbooks(who, "doctor");
    await expect.poll(async () => (await doctor()).code, { timeout: 20_000, interval: 500 }).toBe(1);
    const { stdout } = await doctor();
    expect(stdout).toContain(
      `FAIL sources: ${name} (opsgenie, ${id}) could not read 1 message since yesterday`,
    );
    expect(stdout).toMatch(/unmapped.*alert\/alertId is required/);
    expect(stdout).toContain("runbooks sources test SOURCE FILE");
    expect(stdout).toContain("redrive the dead letters of source-messages");
  }
});
