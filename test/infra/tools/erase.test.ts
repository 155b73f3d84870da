// npm run erase: a person who did something of every kind is gone from the table, and the audit still proves the rest.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { GROUPS_CLAIM } from "../../../infra/local/oidc/identity.ts";
import { ask, renewTable, startApi, type TestApi } from "../../support/api.ts";
import { BREAK_GLASS } from "../../support/break-glass.ts";
import { onlyLine } from "../../support/command.ts";
import { eraseNow, findings, ORDER, tableText } from "../../support/erasing.ts";
import { neverNow, roomFor } from "../../support/freeze-windows.ts";
import { approve, automationOf, draftIn, idOf, start } from "../../support/library.ts";

const SUBJECT = "4f1c-ana";
const NAME = "Ana Gómez";
const ANA = { sub: SUBJECT, name: NAME, [GROUPS_CLAIM]: ["platform-admin"] };
const AS = { claims: ANA };

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(() => renewTable(api));
afterAll(() => api.stop());

const cancel = (executionId: string, asked = {}) =>
  ask("cancel-execution", { params: { executionId }, ...asked });

/** She writes, reviews, votes, approves, runs, breaks the glass, pauses, freezes and automates. */
async function aLifeAtWork() {
  const runbookId = await draftIn("payments", {}, { sub: "bo", groups: ["platform-admin"] });
  const runbook = { params: { runbookId } };
  idOf(await ask("update-runbook", { ...runbook, ...AS, body: { description: "Restarts it" } }));
  idOf(await ask("request-review", { ...runbook, ...AS, body: { version: 2, note: `${NAME} asks` } }));
  idOf(await ask("approve-runbook", { ...runbook, ...AS, body: { version: 2, note: "Good" } }));
  const executionId = await start(runbookId, { breakGlass: BREAK_GLASS }, AS);
  await cancel(executionId, AS);
  const stop = { scope: null, paused: true, reason: "Down" };
  expect((await ask("put-controls", { ...AS, body: stop })).status).toBe(200);
  const refused = await ask("start-execution", { ...runbook, body: {} });
  expect(refused.problem?.detail).toContain(`by ${NAME}`);
  expect((await ask("put-controls", { ...AS, body: { scope: null, paused: false } })).status).toBe(200);
  idOf(await ask("create-freeze-window", { ...AS, body: await roomFor(neverNow("payments")) }));
  idOf(await ask("create-automation", { ...AS, body: automationOf(runbookId) }));
  return { runbookId, executionId };
}

async function closeGlass(executionId: string) {
  const closed = await ask("close-break-glass", { params: { executionId }, body: { note: "Looked at" } });
  expect(closed.status).toBe(200);
}

describe("npm run erase -- --person", () => {
  it("says what it would change, and changes nothing without --yes", async () => {
    const { executionId } = await aLifeAtWork();
    await closeGlass(executionId);
    const before = await tableText(api);
    const { code, stdout, stderr } = await eraseNow("--person", SUBJECT);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^audit {2,}\d+\n/m);
    expect(stdout).toMatch(/These items would be changed/);
    expect(await tableText(api)).toBe(before);
  });

  it("leaves no trace of subject and names, a mark for each, and an audit that verifies", async () => {
    const { executionId, runbookId } = await aLifeAtWork();
    await closeGlass(executionId);
    const { code, stdout, stderr } = await eraseNow("--person", SUBJECT, ...ORDER);
    expect([code, stderr]).toEqual([0, ""]);
    const [mark = ""] = /erased:[\w-]+/.exec(stdout) ?? [];
    const text = await tableText(api);
    expect(text).not.toContain(SUBJECT);
    expect(text).not.toContain(NAME);
    expect(await findings()).toEqual([]);
    const run = (await ask("get-execution", { params: { executionId } })).body;
    expect(run).toMatchObject({ executedBy: mark, executedByName: null, status: "CANCELLED" });
    const versions = (await ask("list-versions", { params: { runbookId } })).body;
    expect(versions).toMatchObject({
      items: [{ changedBy: mark }, { changedBy: mark }, { changedBy: "bo" }],
    });
    const audit = (await ask("find-audit", { query: { actor: mark } })).body;
    expect(Object(audit)["items"].length).toBeGreaterThan(5);
    const records = (await ask("find-audit", { query: { actor: "operator:operator-7" } })).body;
    expect(records).toMatchObject({
      items: [
        { action: "erasure.done", details: { reason: "Ticket 17", erasure: { mark, target: null } } },
        { action: "erasure.begun" },
      ],
    });
  });

  it("is refused while a run of the person is under way, or a break-glass is open", async () => {
    const { runbookId, executionId } = await aLifeAtWork();
    const running = await start(runbookId, {}, AS);
    const before = await tableText(api);
    const { code, stdout } = await eraseNow("--person", SUBJECT, ...ORDER);
    expect(code).toBe(1);
    expect(stdout).toContain(`refused    The execution ${running} is PENDING`);
    expect(stdout).toContain(`refused    The break-glass of the execution ${executionId} is open`);
    expect(await tableText(api)).toBe(before);
  });

  it("starts over with another mark if the person signs in again", async () => {
    const { executionId, runbookId } = await aLifeAtWork();
    await closeGlass(executionId);
    const first = await eraseNow("--person", SUBJECT, ...ORDER);
    await cancel(await start(runbookId, {}, AS), AS);
    const second = await eraseNow("--person", SUBJECT, ...ORDER);
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(first.stdout.match(/erased:\S+/)?.[0]).not.toBe(second.stdout.match(/erased:\S+/)?.[0]);
    expect(await tableText(api)).not.toContain(SUBJECT);
    expect(await findings()).toEqual([]);
    expect(onlyLine(await eraseNow("--person", SUBJECT, ...ORDER), 2)).toMatch(/Nothing in the table/);
  });

  it("keeps what others wrote, and names the items that mention the person in words", async () => {
    const { executionId, runbookId } = await aLifeAtWork();
    await closeGlass(executionId);
    await draftIn("payments", { description: `Ask ${NAME} first` });
    const { stdout } = await eraseNow("--person", SUBJECT, ...ORDER);
    expect(stdout).toMatch(/mentioned {2}version#runbook_\w+ version#00000001\n/);
    expect(await tableText(api)).toContain(`Ask ${NAME} first`);
    await approve(await draftIn("payments"), 1);
    expect((await ask("get-runbook", { params: { runbookId } })).status).toBe(200);
  });

  it("wants to know who and why, and takes no person there", async () => {
    await aLifeAtWork();
    expect(onlyLine(await eraseNow("--person", SUBJECT, "--yes"), 2)).toMatch(/--by.*--reason/);
    const named = await eraseNow("--person", SUBJECT, "--yes", "--by", "me", "--reason", SUBJECT);
    expect(onlyLine(named, 2)).toMatch(/name a ticket/);
    expect((await eraseNow("--person", "a", "--execution", "b")).stderr).toMatch(/^Usage:/);
  });
});
