// npm run verify:aws against a whole local stack: what it plays, what it says of what is wrong, and what it leaves behind.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../../support/command.ts";
import { dataFolder, type HostProcess, spawnLocalHost, tokenOf } from "../../support/local-host.ts";

const folder = dataFolder();
let host: HostProcess;
let token = "";
const ADMIN = { user: "ana", groups: ["platform-admin"] };
beforeAll(async () => {
  host = await spawnLocalHost(folder.path, { APPROVALS_REQUIRED: "high=2", FOUR_EYES: "true" });
  token = await tokenOf(host.identity, ADMIN);
});
afterAll(async () => {
  await host.end("SIGTERM");
  folder.remove();
});

const people = (...names: string[]) =>
  Promise.all(names.map((user) => tokenOf(host.identity, { ...ADMIN, user })));

/** The environment of the command: two people who approve, unless others are named. */
async function environment(approvers: string[] = ["boss", "chief"]): Promise<NodeJS.ProcessEnv> {
  const tokens = (await people(...approvers)).join(",");
  return { ...process.env, RUNBOOKS_TOKEN: token, RUNBOOKS_APPROVER_TOKENS: tokens };
}
const local = (team: string) => ["--endpoint-url", host.aws, "--api", host.api, "--team", team];

async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return String(port);
}

async function verify(team: string, args: string[] = [], approvers?: string[]) {
  const env = await environment(approvers);
  const { code, stdout, stderr } = await runCommand("tools/verify-aws", [...local(team), ...args], { env });
  const rowsOf = (outcome: string) =>
    stdout.split("\n").flatMap((line) => (line.startsWith(outcome) ? line.slice(10) : []));
  return { code, stderr, ok: rowsOf("ok"), failed: rowsOf("FAILED"), notShown: rowsOf("not shown") };
}

/** What is left of a team: runbooks, automations, active runs, and whether it is paused. */
async function leftOf(team: string) {
  const ask = async (path: string) => Object((await host.ask("GET", path, { as: ADMIN })).body);
  const { items: runbooks } = await ask(`/runbooks?teamId=${team}`);
  const { items: automations } = await ask(`/automations?teamId=${team}`);
  const { items: active } = await ask(`/executions?teamId=${team}&status=PENDING,RUNNING`);
  const { teams } = await ask("/controls");
  const paused = teams.some((t: { scope: string; paused: boolean }) => t.scope === team && t.paused);
  return { runbooks, automations, active, paused };
}
const NOTHING = { runbooks: [], automations: [], active: [], paused: false };

/** Each plays the whole story, whose runs and events take their time on a busy machine. */
const LONG = { timeout: 240_000 };

describe("npm run verify:aws", LONG, () => {
  it("plays the whole story, with a receiver of its own, and leaves nothing that could run", async () => {
    const port = await freePort();
    const saw = await verify("whole", ["--receiver", `http://127.0.0.1:${port}`, "--listen", port]);
    expect(saw).toMatchObject({ code: 0, failed: [], stderr: "" });
    expect(saw.ok.map((row) => row.split(": ")[0])).toEqual([
      "the API answers",
      "a runbook is created",
      "a draft does not run",
      "it is approved",
      "it runs",
      "Step Functions shows the run under the same name",
      "each step is in the audit",
      "the webhook is signed",
      "a runbook that ends by a callback is approved",
      "a callback during the call ends the run",
      "a callback while Step Functions waits ends the run",
      "a run that is stopped in Step Functions is CANCELLED in the API",
      "a runbook is approved for an automation",
      "an automation is live",
      "an event on the bus starts a run by itself",
      "the same event again starts nothing",
      "a pause refuses new runs, and its end lets them start",
      "dead letters of others are counted",
      "a request for a draft becomes a dead letter with its reason",
      "sent back after the approval, it starts its run",
      "what was made is removed",
    ]);
    expect(saw.notShown.map((row) => row.split(": ")[0])).toEqual([
      "grants",
      "archive replay",
      "alarms",
      "throttles",
      "cold starts",
    ]);
    expect(await leftOf("whole")).toEqual(NOTHING);
  });

  it("calls the deployment itself without a receiver, and says what that does not show", async () => {
    const saw = await verify("alone");
    expect(saw).toMatchObject({ code: 0, failed: [] });
    expect(saw.notShown.slice(0, 3)).toEqual([
      expect.stringMatching(/^the webhook is signed: .*--receiver/),
      expect.stringMatching(/^a callback during the call .*--receiver/),
      expect.stringMatching(/^a callback while Step Functions waits .*--receiver/),
    ]);
  });

  it("says what is not as expected, plays what does not depend on it, and cleans up", async () => {
    const saw = await verify("untrusted", ["--incident-source", "nobody.knows", "--wait", "6"]);
    expect(saw.code).toBe(1);
    expect(saw.failed).toEqual([
      "an event on the bus starts a run by itself: a run for the incident: not within 6 seconds",
    ]);
    expect(saw.ok).toContainEqual(expect.stringMatching(/^sent back after the approval/));
    expect(await leftOf("untrusted")).toEqual(NOTHING);
  });

  it("names the tokens that four eyes, or a second approval, ask for", async () => {
    const alone = await verify("author", ["--wait", "5"], ["ana"]);
    expect(alone.code).toBe(1);
    expect(alone.failed[0]).toMatch(/^it is approved: .*RUNBOOKS_APPROVER_TOKENS/);
    const one = await verify("one", ["--wait", "5"], ["boss"]);
    expect(one.failed[0]).toMatch(/^it is approved: .*more people.*RUNBOOKS_APPROVER_TOKENS/);
    expect(await leftOf("one")).toEqual(NOTHING);
    expect((await verify("none-left")).notShown).not.toContainEqual(expect.stringContaining("dead letters"));
  });

  it("does not send back the dead letters of others", async () => {
    const sqs = new SQSClient({
      endpoint: host.aws,
      region: "eu-central-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    const QueueUrl = `${host.aws}/000000000000/execution-requests-dead-letters`;
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "{}" }));
    const saw = await verify("others");
    expect(saw).toMatchObject({ code: 0, failed: [] });
    expect(saw.notShown).toContainEqual(
      "sent back after the approval, it starts its run: 1 dead letters of others wait there: handle them first, then verify again",
    );
    sqs.destroy();
  });

  it("cleans up after Ctrl-C", async () => {
    const program = fileURLToPath(new URL("../../../infra/tools/verify-aws.ts", import.meta.url));
    const env = await environment();
    const child = spawn(process.execPath, [program, ...local("stopped")], { env });
    for await (const line of createInterface({ input: child.stdout })) {
      if (/^ok {8}a runbook is created/.test(line)) child.kill("SIGINT");
    }
    expect(child.exitCode ?? (await once(child, "close"))[0]).toBe(1);
    expect(await leftOf("stopped")).toEqual(NOTHING);
  });
});
