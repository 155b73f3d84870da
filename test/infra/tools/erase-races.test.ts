// Erasures that die, meet each other or meet the service, and audit entries that somebody else has emptied.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { GROUPS_CLAIM } from "../../../infra/local/oidc/identity.ts";
import { verifyAudit } from "../../../shared/application/audit/verify-audit.ts";
import { erase } from "../../../shared/application/erasure/erase.ts";
import { newId } from "../../../shared/http/new-id.ts";
import { ask, renewTable, startApi, type TestApi } from "../../support/api.ts";
import { atEveryCrashPoint, crashingAt } from "../../support/crash-points.ts";
import { approvedIn, start } from "../../support/library.ts";

const SUBJECT = "4f1c-ana";
const AS = { claims: { sub: SUBJECT, name: "Ana Gómez", [GROUPS_CLAIM]: ["platform-admin"] } };

let api: TestApi;
let runbookId = "";
beforeAll(async () => {
  api = await startApi();
});
beforeEach(async () => {
  await renewTable(api);
  runbookId = await approvedIn("payments");
});
afterAll(() => api.stop());

const asked = { what: "person", target: SUBJECT } as const;
const eraseHer = () =>
  erase(asked, {
    actor: { id: "operator:o", name: null },
    reason: "Ticket 17",
    context: { now: new Date(), newId },
  });

const documents = () => DynamoDBDocumentClient.from(api.table.client);
async function items(): Promise<Record<string, unknown>[]> {
  return (await documents().send(new ScanCommand({ TableName: api.table.tableName }))).Items ?? [];
}
const put = (Item: Record<string, unknown>) =>
  documents().send(new PutCommand({ TableName: api.table.tableName, Item }));
const hasHer = async () => JSON.stringify(await items()).includes(SUBJECT);
const findings = async () => (await verifyAudit()).findings;
const actions = async () => (await items()).map((item) => String(item["action"]));

async function startAndEnd(): Promise<string> {
  const executionId = await start(runbookId, {}, AS);
  await ask("cancel-execution", { params: { executionId }, ...AS });
  return executionId;
}

/** The command as a process that is killed at this call. */
async function killedAt(moment: string): Promise<unknown> {
  const path = (file: string) => fileURLToPath(new URL(`../../../${file}`, import.meta.url));
  const hook = ["--import", path("test/support/crash-hook.ts")];
  const args = ["--person", SUBJECT, "--yes", "--by", "me", "--reason", "Ticket 17"];
  const env = { ...process.env, CRASH_AT: moment };
  const child = spawn(process.execPath, [...hook, path("infra/tools/erase.ts"), ...args], { env });
  const [, signal] = await once(child, "close");
  return signal;
}

describe("an erasure", () => {
  it("that dies at any write is told of, and finished by the next run under the same mark", async () => {
    const points = await atEveryCrashPoint(async (point) => {
      await startAndEnd();
      const died = await crashingAt(point, eraseHer);
      const inBetween = await findings();
      if (inBetween.length > 0) expect(inBetween).toMatchObject([{ problem: "unfinished" }]);
      // One that was done as it died finds nobody.
      await eraseHer();
      expect(await findings()).toEqual([]);
      expect(await hasHer()).toBe(false);
      return died;
    });
    expect(points).toBeGreaterThan(8);
  });

  it("whose process is killed between two writes has one beginning and one end, once it is run again", async () => {
    await startAndEnd();
    expect(await killedAt("after TransactWriteItems 3")).toBe("SIGKILL");
    expect(await findings()).toMatchObject([{ problem: "unfinished" }]);
    expect(await hasHer()).toBe(true);
    await eraseHer();
    expect(await hasHer()).toBe(false);
    expect(await findings()).toEqual([]);
    const found = await actions();
    for (const action of ["erasure.begun", "erasure.done"])
      expect(found.filter((one) => one === action)).toHaveLength(1);
  });

  it("by several at once is one erasure", async () => {
    await startAndEnd();
    const all = await Promise.all([eraseHer(), eraseHer(), eraseHer()]);
    expect(new Set(all.map(({ mark }) => mark).filter((mark) => mark !== null)).size).toBe(1);
    expect(await findings()).toEqual([]);
    expect(await hasHer()).toBe(false);
    expect((await actions()).filter((action) => action === "erasure.done")).toHaveLength(1);
  });

  it("while she starts runs leaves an audit that verifies, and the next one finds the rest", async () => {
    await startAndEnd();
    const [, ...started] = await Promise.all([eraseHer(), startAndEnd(), startAndEnd(), startAndEnd()]);
    expect(await findings()).toEqual([]);
    await eraseHer();
    expect(await hasHer()).toBe(false);
    expect(await findings()).toEqual([]);
    for (const executionId of started)
      expect((await ask("get-execution", { params: { executionId } })).body).toMatchObject({
        executedBy: expect.stringMatching(/^erased:/),
      });
  });
});

describe("an audit entry that somebody else has emptied", () => {
  const erasedEntry = async () => (await items()).find((item) => item["erased"] !== undefined) ?? {};

  it("is found: by a mark that no record names, and by a mark of another erasure", async () => {
    await startAndEnd();
    await eraseHer();
    const whole = await erasedEntry();
    await put({ ...whole, actor: "erased:made-up-mark" });
    expect((await findings()).map(({ problem }) => problem)).toEqual(["unanchored", "altered"]);
    await put(whole);
    // Whoever reuses the mark of a true erasure has one entry too many.
    const other =
      (await items()).find(({ pk, salt }) => String(pk).startsWith("audit#runbook#") && salt) ?? {};
    const { salt: _salt, ...rest } = other;
    const { seals, salts } = whole["erased"] as { seals: object; salts: object };
    await put({ ...rest, actor: whole["actor"], erased: { seals, salts } });
    expect((await findings()).map(({ problem }) => problem)).toEqual(["altered", "altered"]);
  });

  it("is found: by a name that is put back", async () => {
    await startAndEnd();
    await eraseHer();
    const whole = await erasedEntry();
    await put({ ...whole, actor: "eve" });
    expect((await findings()).map(({ problem }) => problem)).toContain("altered");
  });
});
