// npm run verify-audit, as a process over a table that somebody has been at.
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import { verifyAudit } from "../../../shared/application/audit/verify-audit.ts";
import { KEYS, type Key } from "../../../shared/contract/table.ts";
import { appendToChain, EMPTY_CHAIN } from "../../../shared/domain/audit.ts";
import { RejectedEvent } from "../../../shared/domain/incidents/rejection.ts";
import { changeKillSwitch } from "../../../shared/domain/kill-switches.ts";
import { definitionHashOf } from "../../../shared/domain/runbooks/runbook.ts";
import {
  getKillSwitch,
  getKillSwitchChainHead,
  saveKillSwitchChange,
} from "../../../shared/store/controls.ts";
import { saveRefusal } from "../../../shared/store/requests.ts";
import { dynamoDbClient } from "../../support/dynamodb.ts";
import { useTable } from "../../support/environment.ts";
import { approved, newId, pending } from "../../support/seed.ts";

const PROGRAM = fileURLToPath(new URL("../../../infra/tools/verify-audit.ts", import.meta.url));
const run = promisify(execFile);
let documents: DynamoDBDocumentClient;
let TableName = "";

beforeAll(async () => {
  await useTable();
  documents = DynamoDBDocumentClient.from(dynamoDbClient());
  TableName = process.env["TABLE_NAME"] ?? "";
});

async function verify(env: Record<string, string> = {}) {
  const options = { env: { ...process.env, ...env } };
  const ended = await run(process.execPath, [PROGRAM], options).catch((error: unknown) => error);
  const { code = 0, stdout, stderr } = ended as { code?: number; stdout: string; stderr: string };
  return { code, stdout, stderr };
}

const itemAt = async (Key: Key) => (await documents.send(new GetCommand({ TableName, Key }))).Item ?? {};
const remove = (Key: Key) => documents.send(new DeleteCommand({ TableName, Key }));
const put = (Item: Record<string, unknown>) => documents.send(new PutCommand({ TableName, Item }));

/** Does harm, lets it be found, and puts everything back as it was. */
async function findingsAfter(harm: () => Promise<unknown>, ...touched: Key[]) {
  const before = await Promise.all(touched.map(itemAt));
  await harm();
  const { findings } = await verifyAudit();
  await Promise.all(before.map(put));
  expect((await verifyAudit()).findings).toEqual([]);
  return findings;
}

async function turn(paused: boolean): Promise<void> {
  const asked = { scope: null, paused, reason: paused ? "Receiver is down" : null };
  const act = {
    actor: { id: "boss", name: null },
    at: new Date().toISOString(),
    auditId: newId("audit"),
    salt: newId("salt"),
  };
  const turned = changeKillSwitch(await getKillSwitch(null), asked, await getKillSwitchChainHead(), act);
  if (turned) await saveKillSwitchChange(turned);
}

describe("npm run verify-audit", () => {
  it("says that all is as it was written, and ends with 0", async () => {
    const runbook = await approved();
    await pending(runbook);
    const { code, stdout } = await verify();
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^\d+ chains with \d+ entries: all is as it was written\.\n$/),
    ]);
  });

  it("[L2] names each entry that was altered, removed or moved, and ends with 1", async () => {
    const { state } = await approved();
    const key = KEYS.runbookAudit(state.id, 1);
    const entry = await itemAt(key);
    await put({ ...entry, actor: "eve" });
    const { code, stdout } = await verify();
    await put(entry);
    expect(code).toBe(1);
    expect(stdout).toContain(`altered    runbook#${state.id} entry 1: `);
    expect(stdout).toMatch(/entries: 1 findings\.\n$/);
  });

  it("finds an entry of a run that is gone, and a run that is gone as a whole", async () => {
    const runbook = await approved();
    const { id } = await pending(runbook);
    const entry = KEYS.executionAudit(id, 1);
    const whole = [entry, KEYS.execution(id), KEYS.executionInput(id)];
    expect(await findingsAfter(() => remove(entry), entry)).toEqual([
      expect.objectContaining({ chain: `execution#${id}`, sequence: 1, problem: "missing" }),
    ]);
    expect(await findingsAfter(() => Promise.all(whole.map(remove)), ...whole)).toEqual([
      expect.objectContaining({ chain: runbook.state.id, problem: "missing" }),
    ]);
  });

  it("[L2] finds a definition that was changed after its approval, its hash with it", async () => {
    const { state, current } = await approved();
    const [version, approval] = [KEYS.version(state.id, 2), KEYS.approval(state.id, 2)];
    const elsewhere = { ...current.definition, webhookUrl: "https://evil.example.com/" };
    const changed = { ...(await itemAt(version)), definition: JSON.stringify(elsewhere) };
    const definitionHash = definitionHashOf(elsewhere);
    const found = async (harm: () => Promise<unknown>, ...touched: Key[]) =>
      (await findingsAfter(harm, ...touched)).map(({ chain, sequence, problem }) => [
        chain,
        sequence,
        problem,
      ]);
    const ofVersion = `version#${state.id}`;
    const ofApproval = `approval#${state.id}`;
    expect(await found(() => put(changed), version)).toEqual([[ofVersion, 2, "altered"]]);
    expect(await found(() => put({ ...changed, definitionHash }), version)).toEqual([
      [ofVersion, 2, "altered"],
    ]);
    const record = { ...(await itemAt(approval)), definitionHash };
    expect(await found(() => put(record), approval)).toEqual([[ofApproval, 2, "altered"]]);
    expect(await found(() => remove(version), version)).toEqual([[ofVersion, 2, "missing"]]);
    expect(await found(() => remove(approval), approval)).toEqual([[ofApproval, 2, "missing"]]);
  });

  it("[L2] finds a version and an approval without an entry, and those of a runbook that is missing", async () => {
    const { state } = await approved();
    const [version, approval] = [KEYS.version(state.id, 2), KEYS.approval(state.id, 2)];
    const later = [KEYS.version(state.id, 3), KEYS.approval(state.id, 3)] as const;
    const forge = async () => {
      await put({ ...(await itemAt(version)), ...later[0], version: 3 });
      await put({ ...(await itemAt(approval)), ...later[1], version: 3 });
    };
    await forge();
    const { findings } = await verifyAudit();
    await Promise.all(later.map(remove));
    expect(findings.map(({ chain, sequence, problem }) => [chain, sequence, problem])).toEqual([
      [`version#${state.id}`, 3, "unanchored"],
      [`approval#${state.id}`, 3, "unanchored"],
    ]);
    const headless = await findingsAfter(
      () => remove(KEYS.runbookState(state.id)),
      KEYS.runbookState(state.id),
    );
    expect(headless.map(({ chain, problem }) => [chain, problem]).sort()).toEqual([
      [`approval#${state.id}`, "unanchored"],
      [`runbook#${state.id}`, "unanchored"],
      [state.id, "unanchored"],
      [`version#${state.id}`, "unanchored"],
    ]);
  });

  it("finds entries of a runbook that have changed places", async () => {
    const { state } = await approved();
    const [first, second] = [KEYS.runbookAudit(state.id, 1), KEYS.runbookAudit(state.id, 2)];
    const swap = async () => {
      const [a, b] = await Promise.all([itemAt(first), itemAt(second)]);
      await put({ ...b, ...first });
      await put({ ...a, ...second });
    };
    const findings = await findingsAfter(swap, first, second);
    expect(findings.map(({ sequence, problem }) => [sequence, problem])).toEqual([
      [1, "reordered"],
      [2, "reordered"],
      [2, "altered"],
    ]);
  });

  it("walks the chain of the kill switches too", async () => {
    for (const paused of [true, false, true]) await turn(paused);
    const [first, second, head] = [
      KEYS.killSwitchAudit(1),
      KEYS.killSwitchAudit(2),
      KEYS.killSwitchChainHead(),
    ];
    const found = async (harm: () => Promise<unknown>, ...touched: Key[]) =>
      (await findingsAfter(harm, ...touched)).map(({ chain, sequence, problem }) => [
        chain,
        sequence,
        problem,
      ]);
    const rewritten = { ...(await itemAt(first)), reason: "Nothing to see here" };
    expect(await found(() => put(rewritten), first)).toEqual([["kill-switches", 1, "altered"]]);
    expect(await found(() => remove(second), second)).toEqual([["kill-switches", 2, "missing"]]);
    expect(await found(() => remove(head), head)).toEqual([["kill-switches", null, "unanchored"]]);
  });

  it("[14d] treats the entry of a refused request as a separate chain", async () => {
    const { state } = await approved();
    const eventId = randomUUID();
    const asked = { source: "bot", requestId: "1", eventId, redriven: false, now: new Date() };
    const refused = new RejectedEvent("active_executions", "At most one run may be active at a time.");
    const of = { runbookId: state.id, teamId: state.teamId, eventId };
    const fact = { ...of, id: newId("audit"), salt: newId("salt"), action: "execution.rejected" } as const;
    const actor = { id: "workflow:bot", name: null };
    const entry = appendToChain(EMPTY_CHAIN, { ...fact, actor, at: asked.now.toISOString() });
    const { chains, findings } = await verifyAudit();
    expect(findings).toEqual([]);
    await saveRefusal(asked, refused, entry, []);
    expect(await verifyAudit()).toMatchObject({ chains: chains + 1, findings: [] });
    const key = KEYS.refusalAudit(entry.id);
    const rewritten = { ...(await itemAt(key)), details: { reason: "not_permitted" } };
    expect(await findingsAfter(() => put(rewritten), key)).toEqual([
      expect.objectContaining({ chain: `refusal#${entry.id}`, sequence: 1, problem: "altered" }),
    ]);
  });
});
