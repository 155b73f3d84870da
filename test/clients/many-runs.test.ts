// The command line over many runbooks and runs: lists of everything, many executions at once, exit codes by outcome.
import "../support/quiet.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RunbooksClient } from "../../clients/api-client/client.ts";
import { runCommand } from "../support/command.ts";
import { runCli } from "../support/command-line.ts";
import { startLocalHost, type TestHost, tokenOf } from "../support/local-host.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";

let host: TestHost;
let receiver: Receiver;
let admin: RunbooksClient;
let rob: NodeJS.ProcessEnv;
let boss: NodeJS.ProcessEnv;
/** Unknown ids: the service answers that it finds nothing. */
const NO_EXECUTION = `execution_${"0".repeat(26)}`;

beforeAll(async () => {
  host = await startLocalHost();
  receiver = await startReceiver(({ path }, response) => {
    if (path !== "/hang-up") return {};
    response.destroy();
    return undefined;
  });
  const envOf = async (user: string, group: string) => ({
    RUNBOOKS_API: host.api,
    RUNBOOKS_TOKEN: await tokenOf(host.identity, { user, groups: [group] }),
    RUNBOOKS_CONFIG: host.dataDir,
  });
  rob = await envOf("rob", "team:payments:responder");
  boss = await envOf("boss", "platform-admin");
  admin = new RunbooksClient({ baseUrl: host.api, token: boss["RUNBOOKS_TOKEN"] ?? "" });
  await createRunbook("Restart", {
    parameters: { type: "object", properties: { service: { type: "string", searchable: true } } },
  });
  await createRunbook("Wait", { completion: { mode: "callback" } });
  await createRunbook("Hang up", { webhookUrl: `${receiver.url}/hang-up`, retryPolicy: { maxAttempts: 1 } });
});
afterAll(async () => {
  await receiver.close();
  await host.stop();
});

/** Ana makes it, and boss approves it. */
async function createRunbook(name: string, more: object): Promise<void> {
  const token = await tokenOf(host.identity, { user: "ana", groups: ["team:payments:admin"] });
  const { id, version } = await new RunbooksClient({ baseUrl: host.api, token }).createRunbook({
    body: {
      ...{ teamId: "payments", name, description: "Does it", webhookUrl: receiver.url },
      ...{ payloadTemplate: "{}", ...more },
    },
  });
  await admin.approveRunbook({ runbookId: id, body: { version } });
}

async function emit(detail: object): Promise<unknown> {
  const event = { source: "oncall.incidents", "detail-type": "Incident Created", detail };
  const env = { ...process.env, AWS_PORT: new URL(host.aws).port, DATA_DIR: host.dataDir };
  return runCommand("local/emit", ["-"], { env, input: JSON.stringify(event) });
}
const incidentOf = (id: string, status: string) => ({
  ...{ id, title: `Title of ${id}`, status, priority: "P1", teamId: "payments" },
  createdAt: new Date().toISOString(),
});

const runbooks = (env: NodeJS.ProcessEnv, ...words: string[]) => runCli(words, { env });
async function found(env: NodeJS.ProcessEnv, ...words: string[]): Promise<Record<string, unknown>[]> {
  const { stdout, stderr } = await runbooks(env, ...words, "--json");
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}
async function startRun(...words: string[]): Promise<string> {
  const { stdout } = await runbooks(rob, "run", ...words, "--json");
  return JSON.parse(stdout).id;
}

describe("lists of everything", () => {
  it("incidents by team, status and time", async () => {
    await emit({ incident: incidentOf("INC-1", "open") });
    await emit({ incident: incidentOf("INC-2", "resolved") });
    const list = async (...words: string[]) =>
      (await found(rob, "incidents", ...words)).map(({ id }) => id).toSorted();
    await expect.poll(() => list()).toEqual(["INC-1", "INC-2"]);
    expect(await list("--status", "open,waiting")).toEqual(["INC-1"]);
    expect(await list("--team", "search")).toEqual([]);
    expect(await list("--to", "2020-01-01T00:00:00Z")).toEqual([]);
    const { stdout } = await runbooks(rob, "incidents", "--team", "payments", "--status", "resolved");
    expect(stdout).toMatch(
      /^ID +CREATED +TEAM +PRIORITY +STATUS +TITLE\nINC-2 .* resolved +Title of INC-2\n$/,
    );
    expect((await runbooks(rob, "incidents", "--from", "yesterday")).code).toBe(2);
  });

  it("rejections, for those who may view every team", async () => {
    await emit({ incident: { ...incidentOf("INC-3", "open"), teamId: "" } });
    await expect
      .poll(() => found(boss, "rejections", "--from", "2020-01-01T00:00:00Z"))
      .toMatchObject([{ reason: "malformed", source: "oncall.incidents" }]);
    expect((await runbooks(boss, "rejections")).stdout).toMatch(/^AT +REASON +EVENT.*\n.* malformed /);
    expect(await found(rob, "rejections")).toEqual([]);
  });

  it("audit of everything by team, actor, action and time; of a runbook without them", async () => {
    const approved = await found(rob, "audit", "--action", "runbook.approved", "--team", "payments");
    expect(approved.map(({ action, actor }) => [action, actor])).toEqual(
      Array(3).fill(["runbook.approved", "boss"]),
    );
    expect(await found(rob, "audit", "--actor", "boss", "--action", "runbook.created")).toEqual([]);
    expect(await found(rob, "audit", "--to", "2020-01-01T00:00:00Z")).toEqual([]);
    expect(
      await found(rob, "audit", "--actor", "ana", "--action", "runbook.created,runbook.updated"),
    ).toHaveLength(3);
    const { stdout } = await runbooks(rob, "audit", "--limit", "1");
    expect(stdout).toMatch(/^AT +ACTOR +ACTION +RUNBOOK +EXECUTION +DETAILS\n.*runbook_/);
    expect(await found(rob, "audit", "Wait")).toHaveLength(2);
    expect(await runbooks(rob, "audit", "--action", "bogus")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("runbook.approved"),
    });
    expect(await runbooks(rob, "audit", "Wait", "--actor", "ana")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--actor filters"),
    });
  });

  it("executions by the value of a parameter", async () => {
    const id = await startRun("Restart", "--param", "service=a=b");
    await startRun("Restart", "--param", "service=search");
    const list = async (...words: string[]) =>
      (await found(rob, "executions", ...words)).map((one) => one["id"]);
    expect(await list("--param", "service=a=b")).toEqual([id]);
    expect(await list("Restart", "--param", "service=a")).toEqual([]);
    expect((await runbooks(rob, "executions", "--param", "service")).code).toBe(2);
    await admin.waitForEnd(id);
  });

  it("runbooks by the host that they call and the secret that they use, of those that one manages", async () => {
    const secretArn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:pager-AbCdEf";
    await createRunbook("Page", { webhookAuth: { type: "bearer", token: { secretArn } } });
    const host = new URL(receiver.url).hostname;
    const names = async (env: NodeJS.ProcessEnv, ...words: string[]) =>
      (await found(env, "list", ...words)).map(({ name }) => name);
    expect(await names(boss, "--host", host)).toEqual(expect.arrayContaining(["Page", "Restart"]));
    expect(await names(boss, "--host", "unused.example")).toEqual([]);
    expect(await names(boss, "--secret-arn", secretArn, "--team", "payments")).toEqual(["Page"]);
    expect(await names(rob, "--secret-arn", secretArn)).toEqual([]);
    expect((await runbooks(boss, "list", "--host", "https://a.example/")).code).toBe(2);
  });

  it("deleted runbooks, with who deleted them and when, and nothing for a responder", async () => {
    await createRunbook("Gone", {});
    const [gone] = await found(boss, "list", "Gone");
    await admin.deleteRunbook({ runbookId: String(gone?.["id"]) });
    expect(await found(boss, "list", "Gone")).toEqual([]);
    expect(await found(boss, "list", "--deleted")).toMatchObject([{ name: "Gone", deletedBy: "boss" }]);
    const { stdout } = await runbooks(boss, "list", "--deleted", "gone");
    expect(stdout).toMatch(/^ID +TEAM +VERSION +DELETED +BY +NAME\n\S+ +payments +2 +20\S+Z +boss +Gone\n$/);
    expect(await found(rob, "list", "--deleted")).toEqual([]);
    expect((await runbooks(boss, "list", "--deleted", "--status", "DRAFT")).code).toBe(2);
  });

  it("automations: versions and decisions of one", async () => {
    const [runbook] = await found(rob, "list", "Restart");
    const pattern = { "detail-type": ["Incident Created"] };
    await admin.createAutomation({
      body: { runbookId: String(runbook?.["id"]), name: "On any", pattern, mode: "shadow" },
    });
    expect(await found(rob, "automations", "on ANY", "--versions")).toMatchObject([
      { version: 1, change: "created", changedBy: "boss" },
    ]);
    await emit({ incident: incidentOf("INC-4", "open") });
    await expect
      .poll(() => found(rob, "automations", "On any", "--decisions"))
      .toMatchObject([{ incidentId: "INC-4", reason: "shadow" }]);
    const [decision] = await found(rob, "automations", "On any", "--decisions");
    const why = await runbooks(rob, "automations", "why", String(decision?.["eventId"]));
    expect(why.stdout).toMatch(/Incident Created, oncall.incidents, .*\nincident: INC-4, team: payments\n/);
    expect(why.stdout).toMatch(/ *On any +1 +skipped: shadow +The automation is in shadow mode/);
    expect((await runbooks(rob, "automations", "why", "no-such-event")).stderr).toMatch(/no such event/);
    const incident = await runbooks(rob, "incident", "INC-4");
    expect(incident.stdout).toContain(`On any      skipped: shadow  ${String(decision?.["eventId"])}`);
    expect((await runbooks(rob, "automations", "how", "x")).code).toBe(2);
    const { stdout } = await runbooks(rob, "automations", "On any", "--decisions");
    expect(stdout).toMatch(/ INC-4 +shadow /);
    expect((await runbooks(rob, "automations", "On any")).code).toBe(2);
    expect((await runbooks(rob, "automations", "--decisions")).code).toBe(2);
    expect(await runbooks(rob, "automations", "any", "--versions")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /No automation is named exactly "any".*\n {2}automation_\w+ {2}payments {2}On any/,
      ),
    });
  });
});

describe("many executions at once", () => {
  it("cancel has a line for each, and ends with the code of the worst", async () => {
    const ids = [await startRun("Wait"), await startRun("Wait")];
    const { code, stdout } = await runbooks(rob, "cancel", ...ids, NO_EXECUTION, "--reason", "Enough");
    const lines = stdout.split("\n");
    expect(lines[0]).toMatch(new RegExp(`^${ids[0]} CANCELLED: .*Enough`));
    expect(lines[1]).toMatch(new RegExp(`^${ids[1]} CANCELLED: `));
    expect(lines[2]).toMatch(new RegExp(`^${NO_EXECUTION} Not found: `));
    expect([code, lines.length]).toEqual([3, 4]);
    expect((await runbooks(rob, "cancel", ...ids, "x")).code).toBe(2);
  });

  it("rerun names the new runs, and takes no option for one alone", async () => {
    const ids = [await startRun("Restart"), await startRun("Restart")];
    for (const id of ids) await admin.waitForEnd(id);
    const { code, stdout } = await runbooks(rob, "rerun", ...ids);
    expect(stdout).toMatch(new RegExp(`^${ids.map((id) => `${id} PENDING: execution_\\w+\n`).join("")}$`));
    expect(code).toBe(0);
    for (const option of [["--wait"], ["--version", "1"], ["--team", "payments"]])
      expect((await runbooks(rob, "rerun", ...ids, ...option)).code).toBe(2);
    const results = await found(rob, "rerun", ...ids);
    expect(results.map(({ executionId, status }) => [executionId, status])).toEqual(
      ids.map((id) => [id, 202]),
    );
  });
});

describe("the exit code of who waits", () => {
  /** Cancels the newest run of `Wait` when its receiver was called. */
  async function cancelled(words: string[]): Promise<number> {
    const before = await found(rob, "executions", "Wait");
    const waiting = runbooks(rob, ...words);
    await expect
      .poll(async () => (await found(rob, "executions", "Wait", "--status", "RUNNING")).length)
      .toBe(1);
    const [newest] = await found(rob, "executions", "Wait");
    if (!words.includes("logs")) expect(before.map(({ id }) => id)).not.toContain(newest?.["id"]);
    await admin.cancelExecution({ executionId: String(newest?.["id"]) });
    return (await waiting).code;
  }

  it("is 4 for a run that was cancelled", async () => {
    expect(await cancelled(["run", "Wait", "--wait"])).toBe(4);
    const [last] = await found(rob, "executions", "Wait");
    expect(await cancelled(["rerun", String(last?.["id"]), "--wait"])).toBe(4);
    const id = await startRun("Wait");
    expect(await cancelled(["logs", id, "--follow"])).toBe(4);
    expect((await runbooks(rob, "logs", id)).code).toBe(0);
  });

  it("is 5 if nobody knows what the receiver did", async () => {
    const { code, stdout } = await runbooks(rob, "run", "Hang up", "--wait");
    const id = /^execution_\w+/.exec(stdout)?.[0] ?? "";
    expect([code, stdout]).toEqual([5, expect.stringMatching(/\nFAILED: .*may have acted/)]);
    expect((await runbooks(rob, "rerun", id, "--wait")).code).toBe(5);
    expect((await runbooks(rob, "logs", id, "--follow")).code).toBe(5);
  });
});
