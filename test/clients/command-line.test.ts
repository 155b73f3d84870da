// The command line against a local stack: every command, for people and as JSON, with wrong input, and in a terminal.
import "../support/quiet.ts";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { RunbooksClient } from "../../clients/api-client/client.ts";
import { COMMAND_NAMES } from "../../clients/cli/commands.ts";
import { ROOT } from "../../infra/docs/documents.ts";
import { signToken } from "../../infra/local/oidc/identity.ts";
import { findFreePort } from "../../infra/local/platform/ports.ts";
import { runCommand } from "../support/command.ts";
import { type Ended, runCli, runOnTerminal } from "../support/command-line.ts";
import { openNow } from "../support/freeze-windows.ts";
import { startLocalHost, type TestHost } from "../support/local-host.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";

let host: TestHost;
let receiver: Receiver;
const statuses: number[] = [];
const settings = mkdtempSync(join(tmpdir(), "cli-"));
let rob: NodeJS.ProcessEnv;
let boss: NodeJS.ProcessEnv;
let ana: RunbooksClient;
let executionId = "";
/** The commands that this file has called. */
const called = new Set<string>();

const tokenOf = (user: string, ...groups: string[]) =>
  signToken(host.identity, { user, groups, expiresInSeconds: 3600 });

beforeAll(async () => {
  vi.stubEnv("APPROVAL_VALID_DAYS", "low=7");
  host = await startLocalHost();
  receiver = await startReceiver(() => ({ status: statuses.shift() ?? 200, body: "restarted \u001b[2J" }));
  const envOf = async (user: string, ...groups: string[]) => ({
    RUNBOOKS_API: host.api,
    RUNBOOKS_TOKEN: await tokenOf(user, ...groups),
    RUNBOOKS_CONFIG: settings,
  });
  rob = await envOf("rob", "team:payments:responder");
  boss = await envOf("boss", "platform-admin");
  ana = new RunbooksClient({ baseUrl: host.api, token: await tokenOf("ana", "team:payments:admin") });
  for (const name of ["Restart a service", "Restart a host", "Twice", "Twice"]) await createRunbook(name);
});
afterAll(async () => {
  await receiver.close();
  await host.stop();
  vi.unstubAllEnvs();
  rmSync(settings, { recursive: true });
});

const createRunbook = (name: string) =>
  ana.createRunbook({
    body: {
      ...{ teamId: "payments", name, description: "Restarts \u009b31m one", webhookUrl: receiver.url },
      payloadTemplate: '{"service": "{{params.service}}", "drain": {{params.drain}}}',
      retryPolicy: { initialDelaySeconds: 1 },
      parameters: {
        type: "object",
        properties: {
          service: { type: "string", description: "Which one", maxLength: 40 },
          drain: { type: "integer", default: 30 },
          pin: { type: "string", writeOnly: true },
        },
        required: ["service", "pin"],
      },
    },
  });

async function runbooks(env: NodeJS.ProcessEnv, ...words: string[]): Promise<Ended> {
  called.add(words[0] ?? "");
  const ended = await runCli(words, { env });
  expect(ended.stdout + ended.stderr).not.toMatch(/\n\s+at .*:\d+:\d+/);
  expect(ended.stdout + ended.stderr).not.toMatch(/[^\P{Cc}\n]/u);
  return ended;
}
async function reportIncident(id: string): Promise<void> {
  const incident = {
    ...{ id, title: "Checkout is \u001b[7m slow", status: "open", priority: "P1", teamId: "payments" },
    createdAt: new Date().toISOString(),
  };
  const event = { source: "oncall.incidents", "detail-type": "Incident Created", detail: { incident } };
  const env = { ...process.env, AWS_PORT: new URL(host.aws).port, DATA_DIR: host.dataDir };
  await runCommand("local/emit", ["-"], { env, input: JSON.stringify(event) });
  await expect
    .poll(() => host.ask("GET", `/incidents/${id}`, { as: PAYMENTS }))
    .toMatchObject({ status: 200 });
}
const PAYMENTS = { user: "rob", groups: ["team:payments:responder"] };

/** What it prints; it must succeed. */
async function shown(env: NodeJS.ProcessEnv, ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await runbooks(env, ...words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}
const RUN = ["run", "Restart a service", "--param", "service=checkout", "--param", "pin=4711-secret"];

describe("from a draft to a run", () => {
  it("list shows runbooks by team, status and part of the name, as a table and as JSON", async () => {
    const table = await shown(rob, "list", "restart", "--status", "DRAFT", "--team", "payments");
    expect(table.split("\n")[0]).toMatch(/^ID +TEAM +STATUS +VERSION +LIVE +NAME$/);
    expect(table).toContain("Restart a service");
    expect(table).not.toContain("Twice");
    const json: unknown = JSON.parse(await shown(rob, "list", "--limit", "3", "--json"));
    expect(json).toHaveLength(3);
  });

  it("run refuses a draft with 3, and says what the service says", async () => {
    const { code, stdout, stderr } = await runbooks(rob, ...RUN);
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toMatch(/^The runbook is not approved: /);
  });

  it("approve needs to know what was reviewed, refuses another hash, and approves this one", async () => {
    expect((await runbooks(boss, "approve", "Restart a service")).code).toBe(2);
    const other = await runbooks(boss, "approve", "Restart a service", "--hash", "0".repeat(64));
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("Nothing was approved")]);
    const [version] = JSON.parse(await shown(boss, "versions", "Restart a service", "--json"));
    const hash = version.definitionHash.slice(0, 12);
    expect(await shown(boss, "versions", "Restart a service")).toContain(hash);
    expect((await runbooks(rob, "approve", "Restart a service", "--hash", hash)).code).toBe(3);
    expect(await shown(boss, "approve", "restart a SERVICE", "--hash", hash, "--note", "Reviewed")).toBe(
      "Restart a service: APPROVED, version 2\n",
    );
  });

  it("show and diff tell what it is, and what changed", async () => {
    const text = await shown(rob, "show", "Restart a service");
    expect(text).toContain("status: APPROVED at version 2, approved by boss");
    expect(text).toContain("live: version 2");
    expect(text).toContain("service (string, required): Which one");
    expect(text).toContain("pin (string, required, secret)");
    expect(text).toContain("Restarts \ufffd31m one");
    const { id: runbookId } = JSON.parse(await shown(rob, "show", "Restart a host", "--json"));
    await ana.updateRunbook({ runbookId, body: { timeoutSeconds: 60 } });
    expect(await shown(rob, "diff", runbookId)).toBe(
      "version 1 → 2\ntimeoutSeconds\n  - 300\n  + 60\nrisk medium\n  medium  /timeoutSeconds  The timeout of an execution changed.\n",
    );
    expect(await shown(rob, "diff", "Restart a service")).toBe("version 1 → 2: no field differs\n");
  });

  it("preview shows the request with the secret masked", async () => {
    const text = await shown(rob, "preview", ...RUN.slice(1));
    expect(text).toContain(`POST ${receiver.url}`);
    expect(text).toContain('{"service": "checkout", "drain": 30}');
    expect(receiver.requests).toEqual([]);
  });

  it("case add takes what the runbook renders now, without the secret, and remove takes it away", async () => {
    const { id: runbookId } = await createRunbook("With cases");
    await reportIncident("INC-CASE");
    const add = ["case", "add", "With cases", "--param", "service=checkout", "--param", "pin=4711-secret"];
    expect((await runbooks(boss, ...add)).code).toBe(2);
    expect((await runbooks(boss, "case", "change", "With cases", "--case", "A")).code).toBe(2);
    expect((await runbooks(boss, "case", "remove", "With cases", "--case", "A")).code).toBe(2);
    const said = (version: number, cases: number) =>
      `With cases: version ${version} has ${cases} cases, DRAFT\n`;
    expect(await shown(boss, ...add, "--case", "A")).toBe(said(2, 1));
    expect(await shown(boss, ...add, "--case", "B", "--incident", "INC-CASE")).toBe(said(3, 2));
    const { cases } = await ana.getRunbook({ runbookId });
    const body = { service: "checkout", drain: 30 };
    const parameters = { service: "checkout", pin: "********" };
    expect(cases?.[0]).toEqual({
      ...{ name: "A", parameters },
      expect: { method: "POST", url: receiver.url, body },
    });
    expect(cases?.[1]).toMatchObject({ name: "B", incident: { id: "INC-CASE", priority: "P1" } });
    expect(await shown(boss, "approve", "With cases", "--version", "3")).toContain("APPROVED, version 4");
    expect(await shown(boss, "case", "remove", "With cases", "--case", "A")).toBe(said(5, 1));
    expect(await shown(boss, "case", "remove", "With cases", "--case", "B")).toBe(said(6, 0));
    expect((await ana.getRunbook({ runbookId })).cases).toBeUndefined();
  });

  it("run --wait tells each attempt of a receiver that fails twice, and ends with 0", async () => {
    statuses.push(503, 500);
    const text = await shown(rob, ...RUN, "--param", "drain=5", "--wait");
    expect(text).toMatch(/^(execution_\w+) PENDING\n/);
    executionId = text.split(" ")[0] ?? "";
    expect(text).toMatch(/attempt 1: refused 503 in \d+ ms/);
    expect(text).toMatch(/attempt 2: refused 500 in \d+ ms/);
    expect(text).toMatch(/attempt 3: delivered 200 in \d+ ms\nSUCCESS\n$/);
    expect(receiver.requests.at(-1)?.body).toBe('{"service": "checkout", "drain": 5}');
  });

  it("run --wait --json prints the execution alone on standard output, and 1 is a failure", async () => {
    statuses.push(400);
    const { code, stdout } = await runbooks(rob, ...RUN, "--wait", "--json");
    expect([code, JSON.parse(stdout).status]).toEqual([1, "FAILED"]);
  });

  it("one --key is one run", async () => {
    const ids = [
      await shown(rob, ...RUN, "--key", "k1", "--json"),
      await shown(rob, ...RUN, "--key", "k1", "--json"),
    ];
    expect(new Set(ids.map((text) => JSON.parse(text).id)).size).toBe(1);
    await ana.waitForEnd(JSON.parse(ids[0] ?? "").id);
  });

  it("logs has the request, the attempts and the answer, without its terminal codes", async () => {
    const text = await shown(rob, "logs", executionId, "--follow");
    expect(text).toContain('{"service": "checkout", "drain": 5}');
    expect(text).toContain("attempt 3: delivered 200");
    expect(text).toContain("answer: 200\n  restarted \ufffd[2J");
    expect(text).not.toContain("4711-secret");
    expect(JSON.parse(await shown(rob, "logs", executionId, "--json")).id).toBe(executionId);
  });

  it("rerun runs again, cancel ends a run with 4 for who waits for it", async () => {
    const again = await shown(rob, "rerun", executionId, "--wait");
    expect(again).toMatch(/SUCCESS\n$/);
    const slow = await ana.createRunbook({
      body: {
        ...{ teamId: "payments", name: "Slow", description: "Waits", webhookUrl: receiver.url },
        ...{ payloadTemplate: "{}", completion: { mode: "callback" } },
      },
    });
    await shown(boss, "approve", slow.id, "--version", "1");
    await ana.updateRunbook({ runbookId: slow.id, body: { whileDraft: "run_approved" } });
    await shown(boss, "approve", slow.id, "--version", "3");
    await ana.updateRunbook({ runbookId: slow.id, body: { description: "Waits longer" } });
    expect(await shown(rob, "list", "Slow")).toMatch(/DRAFT +5 +4 +Slow/);
    expect(await shown(boss, "request-review", "Slow", "--note", "Please look")).toBe(
      "Slow: version 5 waits for a review, risk low.\n",
    );
    expect(await shown(rob, "list", "--awaiting-review")).toMatch(/ +5 +low .*Slow/);
    const review = await shown(rob, "review", "Slow");
    expect(review).toContain("version 5, DRAFT, against version 4\nrisk low\n");
    expect(review).toMatch(/description\n {2}- Waits\n {2}\+ Waits longer\n/);
    expect(review).toMatch(/review asked for by .*: Please look\n0 of 1 approvals/);
    expect((await runbooks(boss, "request-changes", "Slow")).code).toBe(2);
    expect(await shown(boss, "request-changes", "Slow", "--note", "How long?")).toBe(
      "Slow: changes of version 5 were asked for.\n",
    );
    expect(await shown(rob, "review", "Slow")).toMatch(/changes asked for by .*: How long\?/);
    expect((await runbooks(boss, "withdraw", "Slow")).code).toBe(2);
    expect((await runbooks(rob, "withdraw", "Slow", "--reason", "It waits")).code).toBe(3);
    expect(await shown(boss, "withdraw", "Slow", "--reason", "It waits")).toBe(
      "Slow: nothing is live. Version 6 waits for approval.\n",
    );
    expect(await shown(rob, "show", "Slow")).toContain("live: nothing can start");
    const day = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
    expect(await shown(boss, "approve", slow.id, "--version", "6")).toMatch(
      new RegExp(`^Slow: APPROVED, version 7; version 7 is approved until ${day}`),
    );
    expect(await shown(rob, "list", "--approval-expiring")).toMatch(new RegExp(` 7 +${day}.* low +Slow`));
    expect(await shown(rob, "show", "Slow")).toContain(`live: version 7, approved until ${day}`);
    expect(await shown(rob, "review", "Slow")).toContain(`live until ${day}`);
    const { id } = JSON.parse(await shown(rob, "run", "Slow", "--json"));
    const waiting = runCli(["logs", id, "--follow"], { env: rob });
    expect(await shown(rob, "cancel", id, "--reason", "Enough")).toMatch(/^CANCELLED: /);
    expect((await waiting).stdout).toContain("CANCELLED");
    expect((await runbooks(rob, "cancel", id)).code).toBe(3);
  });

  it("executions and audit list what happened", async () => {
    const table = await shown(rob, "executions", "Restart a service", "--status", "SUCCESS", "--limit", "2");
    expect(table.trim().split("\n")).toHaveLength(3);
    const failed = await shown(
      rob,
      "executions",
      "--team",
      "payments",
      "--status",
      "FAILED,CANCELLED",
      "--json",
    );
    const found: { status: string; runbookName: string }[] = JSON.parse(failed);
    expect(new Set(found.map(({ status }) => status))).toEqual(new Set(["FAILED", "CANCELLED"]));
    expect(new Set(found.map(({ runbookName }) => runbookName))).toEqual(
      new Set(["Restart a service", "Slow"]),
    );
    expect(JSON.parse(await shown(rob, "executions", "--by", "nobody", "--json"))).toEqual([]);
    expect((await runbooks(rob, "executions", "--from", "yesterday")).code).toBe(2);
    const audit = await shown(rob, "audit", "Restart a service");
    expect(audit).toContain("runbook.approved");
    expect(audit).toContain("execution.succeeded");
  });
});

describe("other commands", () => {
  it("incident shows what may be run for it, and executions what was run", async () => {
    expect((await runbooks(rob, "incident", "INC-404")).stderr).toMatch(/^Not found/);
    await reportIncident("INC-42");
    const text = await shown(rob, "incident", "INC-42");
    expect(text).toContain("INC-42 P1 open: Checkout is \ufffd[7m slow");
    expect(text).toMatch(/You may run for it:\nID +NAME\nrunbook_\w+ +Slow/);
    const { id } = JSON.parse(await shown(rob, "run", "Slow", "--incident", "INC-42", "--json"));
    expect(await shown(rob, "executions", "--incident", "INC-42")).toContain(id);
    await shown(rob, "cancel", id);
  });

  it("automations lists those of a runbook", async () => {
    const { id: runbookId } = JSON.parse(await shown(rob, "show", "Slow", "--json"));
    const pattern = { "detail-type": ["Incident Created"] };
    const { id } = await ana.createAutomation({
      body: { runbookId, name: "On a P1", pattern, mode: "shadow" },
    });
    expect(await shown(rob, "automations", "--runbook", "Slow")).toMatch(
      new RegExp(`${id} +payments +yes +shadow +no +${runbookId} +On a P1`),
    );
    expect(await runbooks(rob, "automations", "--runbook", "Restart a host")).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "None.\n",
    });
  });

  it("automations approve approves the version that is said, and --unapproved lists the others", async () => {
    const { id: runbookId } = JSON.parse(await shown(rob, "show", "Slow", "--json"));
    const pattern = { "detail-type": ["Incident Resolved"] };
    await ana.createAutomation({ body: { runbookId, name: "To approve", pattern, mode: "shadow" } });
    const unapproved = ["automations", "--runbook", "Slow", "--unapproved"];
    expect(await shown(rob, ...unapproved)).toContain("To approve");
    const approve = ["automations", "approve", "To approve"];
    expect((await runbooks(boss, ...approve)).stderr).toContain("Say what was reviewed: --version.");
    expect((await runbooks(rob, ...approve, "--version", "1")).code).toBe(3);
    expect((await runbooks(boss, ...approve, "--version", "2")).stderr).toContain("is at version 1");
    expect(await shown(boss, ...approve, "--version", "1")).toBe("To approve: version 1 is approved\n");
    expect((await runbooks(rob, ...unapproved)).stdout).not.toContain("To approve");
  });

  it("automations catch-up lists what was missed, and starts it if told to", async () => {
    const { id: runbookId } = JSON.parse(await shown(rob, "show", "Slow", "--json"));
    const pattern = { "detail-type": ["Incident Created"] };
    await ana.createAutomation({ body: { runbookId, name: "On any incident", pattern } });
    for (const more of [[], ["--start"]]) {
      const said = await runbooks(rob, "automations", "catch-up", "On any incident", ...more);
      expect(said).toMatchObject({ code: 0, stdout: "", stderr: "None.\n" });
    }
    expect((await runbooks(rob, "automations", "catch-up")).code).toBe(2);
    expect((await runbooks(rob, "automations", "--start")).code).toBe(2);
    expect((await runbooks(rob, "automations", "forget", "On any incident")).code).toBe(2);
  });

  it("pause and resume need a place, and a reason", async () => {
    expect((await runbooks(boss, "pause", "--reason", "x")).code).toBe(2);
    expect((await runbooks(boss, "pause", "--everywhere")).code).toBe(2);
    expect((await runbooks(rob, "pause", "--everywhere", "--reason", "x")).code).toBe(3);
    expect(await shown(boss, "pause", "--team", "payments", "--reason", "Failover")).toBe(
      "The team payments: paused (Failover)\n",
    );
    expect(await runbooks(rob, ...RUN)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("Failover"),
    });
    expect(await shown(boss, "resume", "--team", "payments")).toBe("The team payments: runs\n");
  });

  it("windows lists freeze windows, and says what is frozen now, until when", async () => {
    expect(await shown(rob, "windows")).toBe("Nothing is frozen now.\n");
    const body = openNow("payments", { name: "Move", manual: "allow" });
    const { id } = await ana.createFreezeWindow({ body });
    const text = await shown(rob, "windows");
    expect(text).toMatch(
      /^The team payments is frozen until \S+Z by Move: The shop is moving People may start runs\.\n/,
    );
    expect(text).toContain(
      `${id}  payments  deny  ${body.schedule} UTC, 7200 min  people: allow  open until `,
    );
    await ana.deleteFreezeWindow({ freezeWindowId: id });
  });

  it("sources creates one from a file, lists it, shows it, and says what a message becomes", async () => {
    const samples = join(ROOT, "examples/sources/grafana");
    const created = await shown(boss, "sources", "create", join(samples, "source.json"));
    expect(created).toMatch(
      /^Grafana {2}source_\S+\nkind: grafana; team: payments; enabled\nintake: \/intake\/source_/,
    );
    expect(await shown(rob, "sources")).toContain("grafana");
    expect(await shown(rob, "sources", "show", "grafana")).toBe(created);
    const tested = await shown(rob, "sources", "test", "Grafana", join(samples, "firing.json"));
    expect(tested).toContain("/alerts/0: Incident Created\n");
    expect(tested).toContain("  title: Disk of api-7 is full  (/alerts/0/annotations/summary)\n");
    for (const words of [["create"], ["test", "Grafana"], ["remove", "x"], ["show", "no such source"]])
      expect((await runbooks(rob, "sources", ...words)).code).toBe(2);
  });

  it("run --break-glass passes a freeze; break-glass lists it, and another admin closes it with a note", async () => {
    const { id: windowId } = await ana.createFreezeWindow({ body: openNow("payments") });
    const words = ["run", "Slow", "--json", "--break-glass", "Checkout is down"];
    expect((await runbooks(rob, ...words)).code).toBe(3);
    const { id } = JSON.parse(await shown(boss, ...words));
    await shown(rob, "cancel", id, "--reason", "Enough");
    expect(await shown(rob, "break-glass")).toMatch(new RegExp(`${id} .*Checkout is down`));
    expect((await runbooks(boss, "close-break-glass", id)).code).toBe(2);
    expect((await runbooks(boss, "close-break-glass", id, "--note", "Right")).code).toBe(3);
    await ana.closeBreakGlass({ executionId: id, body: { note: "It was right" } });
    expect(await shown(rob, "logs", id)).toMatch(
      /break-glass: Checkout is down \(closed by .*: It was right\)/,
    );
    await ana.deleteFreezeWindow({ freezeWindowId: windowId });
    expect((await runbooks(rob, "break-glass")).stdout).not.toContain(id);
  });

  it("completion prints a script for bash, and refuses a shell that it does not know", async () => {
    expect(await shown({}, "completion", "bash")).toContain("complete -o default -F _runbooks runbooks");
    expect((await runbooks({}, "completion", "fish")).code).toBe(2);
  });

  it("whoami names roles, and groups that give none", async () => {
    const RUNBOOKS_TOKEN = await tokenOf("eve", "team:payments:responder", "team:payments:respnder");
    const text = await shown({ ...rob, RUNBOOKS_TOKEN }, "whoami");
    expect(text).toContain("roles: payments: responder");
    expect(text).toContain("groups that give no role: team:payments:respnder");
  });

  it("login stores a token that works, in a private file, for its API alone", async () => {
    const { RUNBOOKS_TOKEN = "", ...env } = rob;
    expect((await runbooks(env, "list")).code).toBe(3);
    const given = await runCli(["login", "--token", "-"], { env, input: `${RUNBOOKS_TOKEN}\n` });
    expect(given).toMatchObject({ code: 0, stdout: expect.stringContaining("You are rob") });
    const file = join(settings, "credentials.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8")).toContain(RUNBOOKS_TOKEN);
    await shown({ RUNBOOKS_CONFIG: settings }, "list");
    await using other = await startReceiver(() => ({
      status: 401,
      headers: { "content-type": "application/json" },
      body: '{"message":"No"}',
    }));
    expect((await runbooks(env, "list", "--api", other.url)).code).toBe(3);
    expect(other.requests[0]?.headers["authorization"]).toBeUndefined();
    expect((await runbooks(env, "login", "--token", "a.b.c")).code).toBe(3);
  });

  it("login makes a token of the local stack in its folder, without a question", async () => {
    const env = { ...process.env, RUNBOOKS_API: host.api, RUNBOOKS_CONFIG: settings, DATA_DIR: host.dataDir };
    const text = await shown(env, "login", "--user", "olga", "--group", "team:payments:observer");
    expect(text).toContain("You are olga");
    expect(await shown({ RUNBOOKS_CONFIG: settings }, "whoami")).toContain("roles: payments: observer");
  });

  it("doctor finds a missing service, a missing and an expired token, and wrong groups", async () => {
    expect(await shown(rob, "doctor")).toMatch(
      /ok {3}address: .*\nok {3}clock: .*\nok {3}version: .*\nok {3}token: of rob.*\nok {3}groups/,
    );
    const nowhere = { ...rob, RUNBOOKS_API: `http://127.0.0.1:${await findFreePort()}` };
    expect(await runbooks(nowhere, "doctor")).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("FAIL address"),
    });
    const expired = await signToken(host.identity, { user: "rob", groups: [], expiresInSeconds: -3600 });
    const old = await runbooks({ ...rob, RUNBOOKS_TOKEN: expired }, "doctor", "--json");
    expect([old.code, JSON.parse(old.stdout).at(-1)]).toEqual([
      1,
      expect.objectContaining({ check: "token", ok: false, detail: expect.stringContaining("It ended at") }),
    ]);
    const nobody = await runbooks(
      { ...rob, RUNBOOKS_TOKEN: await tokenOf("eve", "platform-admn") },
      "doctor",
    );
    expect([nobody.code, nobody.stdout]).toEqual([1, expect.stringContaining("platform-admn")]);
  });
});

describe("wrong input", () => {
  it.each([
    [["lst"], 2, "did you mean `list`"],
    [["list", "--limit", "0"], 2, "0"],
    [["list", "--bogus"], 2, "bogus"],
    [["list", "--status", "draft"], 2, "DRAFT"],
    [["run"], 2, "runbook"],
    [["run", "Restart a service", "--param", "service"], 2, "name=value"],
    [["run", "Restart a service", "--param", "service=a", "--param", "service=b"], 2, "more than once"],
    [["run", "Restart a service", "--param", "servce=a"], 2, "/parameters/servce"],
    [["run", "Restart"], 2, "Restart a host"],
    [["run", "Twice"], 2, "Several runbooks are named"],
    [["run", "No such thing"], 2, "There is no runbook named"],
    [["show", "runbook_00000000000000000000000000"], 3, "Not found"],
    [["logs", "../me"], 3, "Not found"],
    [["list", "--api", "ftp://x"], 2, "no address"],
  ])("%j ends with %i and says %s", async (words, code, text) => {
    const ended = await runbooks(rob, ...words);
    expect([ended.code, ended.stdout]).toEqual([code, ""]);
    expect(ended.stderr).toContain(text);
  });

  it("what answers is another service, a proxy, or nothing: 5, and what to check", async () => {
    await using page = await startReceiver(() => ({
      headers: { "content-type": "text/html" },
      body: "<html>",
    }));
    expect(await runbooks(rob, "list", "--api", page.url)).toMatchObject({
      code: 5,
      stderr: expect.stringContaining("not one of the runbooks API"),
    });
    const api = `http://127.0.0.1:${await findFreePort()}`;
    expect(await runbooks(rob, "list", "--api", api)).toMatchObject({
      code: 5,
      stderr: expect.stringContaining("`--api URL` or RUNBOOKS_API"),
    });
  });

  it("an expired token: log in again", async () => {
    const RUNBOOKS_TOKEN = await signToken(host.identity, { user: "rob", groups: [], expiresInSeconds: -60 });
    const { code, stderr } = await runbooks({ ...rob, RUNBOOKS_TOKEN }, "list");
    expect([code, stderr]).toEqual([3, expect.stringContaining("runbooks login")]);
  });
});

describe("in a terminal", () => {
  it("run asks for what is missing, and shows no secret", async () => {
    const it = runOnTerminal(["run", "Restart a service", "--wait"], rob);
    await expect.poll(it.screen).toContain("service: \u001b");
    it.type("checkout\r");
    await expect.poll(it.screen).toContain("pin: \u001b");
    it.type("4711-hidden\r");
    expect(await it.code).toBe(0);
    expect(it.screen()).toContain("\u001b[32mSUCCESS");
    expect(it.screen()).not.toContain("4711-hidden");
  });

  it("NO_COLOR takes the colours away, and Ctrl-C at a question does nothing", async () => {
    const it = runOnTerminal(["logs", executionId], { ...rob, NO_COLOR: "1" });
    expect(await it.code).toBe(0);
    expect(it.screen()).not.toContain("\u001b[");
    const before = receiver.requests.length;
    const asked = runOnTerminal(["run", "Restart a service"], rob);
    await expect.poll(asked.screen).toContain("service: \u001b");
    asked.type("\u0003");
    expect(await asked.code).toBe(130);
    expect(asked.screen()).toContain("Nothing was done.");
    expect(receiver.requests).toHaveLength(before);
  });

  it("Ctrl-C during run --wait says that the run goes on, and how to watch and cancel it", async () => {
    const it = runOnTerminal(["run", "Slow", "--wait"], rob);
    await expect.poll(it.screen).toMatch(/attempt 1: delivered/);
    it.type("\u0003");
    expect(await it.code).toBe(130);
    const id = /execution_\w+/.exec(it.screen())?.[0] ?? "";
    expect(it.screen()).toContain(`The run goes on. Watch it:  runbooks logs ${id} --follow`);
    expect((await ana.getExecution({ executionId: id })).status).toBe("RUNNING");
    await shown(rob, "cancel", id);
  });
});

/** Their tests are in rotate-credential.test.ts, many-runs.test.ts, as-code.test.ts and mcp.test.ts. */
const ELSEWHERE = ["rotate-credential", "incidents", "rejections", "export", "plan", "apply", "mcp"];

it("every command was called", () => {
  expect(COMMAND_NAMES.filter((name) => !called.has(name))).toEqual(ELSEWHERE);
});
