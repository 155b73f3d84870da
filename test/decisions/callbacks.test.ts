// Callbacks in the table: what the receiver may still say is in the condition of each write.
import "../support/quiet.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { KEYS } from "../../shared/contract/table.ts";
import type { Execution } from "../../shared/domain/executions/execution.ts";
import { listCallbackMasks, saveCallbackMasks } from "../../shared/store/callback-masks.ts";
import {
  callbackChecks,
  noResultChecks,
  recordNote,
  recordResult,
  saveTaskToken,
  saveTokenHash,
} from "../../shared/store/callbacks.ts";
import { getExecutionRecord } from "../../shared/store/executions.ts";
import {
  alter,
  beforeWrites,
  failNext,
  forget,
  freshTable,
  itemAt,
  writes,
} from "../support/decision-table.ts";
import { labelsOf } from "../support/labels.ts";
import { approved, pending, running } from "../support/seed.ts";

const AT = "2026-03-01T03:00:00.000Z";
const result = (status: "SUCCESS" | "FAILED" = "SUCCESS") => ({
  status,
  message: "done",
  output: { n: 1 },
  at: AT,
});
const note = (number: number) => ({ number, at: AT, message: `step ${number}` });

/** A run whose receiver has a token. */
async function called(): Promise<string> {
  const runbook = await approved("payments", { completion: { mode: "callback", timeoutSeconds: 60 } });
  const { id } = await running(runbook);
  await saveTokenHash(id, "hash");
  forget();
  return id;
}

const isRunning = (id: string) => ({
  ConditionCheck: {
    Key: KEYS.execution(id),
    ConditionExpression: "#status = :running",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ":running": "RUNNING" },
  },
});

beforeEach(() => freshTable());

describe("tokens", () => {
  it("gather: those of the calls, and those of the waiting states", async () => {
    const id = await called();
    await saveTokenHash(id, "other");
    await saveTaskToken(id, "task-1");
    await saveTaskToken(id, "task-2");
    expect(writes()[0]).toEqual({
      Key: KEYS.callback(id),
      UpdateExpression: "ADD tokenHashes :hash",
      ExpressionAttributeValues: { ":hash": new Set(["other"]) },
    });
    expect(writes()[1]).toEqual({
      Key: KEYS.callback(id),
      UpdateExpression: "ADD taskTokens :token",
      ExpressionAttributeValues: { ":token": new Set(["task-1"]) },
    });
    expect((await getExecutionRecord(id))?.callback).toEqual({
      ...{ tokenHashes: ["hash", "other"], taskTokens: ["task-1", "task-2"] },
      ...{ result: null, resultProof: undefined, notes: [] },
    });
  });

  it("that were not sent are no callback; a waiting one has no hashes yet", async () => {
    const { id } = await running(await approved());
    expect((await getExecutionRecord(id))?.callback).toBeNull();
    await saveTaskToken(id, "task");
    expect((await getExecutionRecord(id))?.callback).toMatchObject({ tokenHashes: [], taskTokens: ["task"] });
  });
});

describe("a result", () => {
  it("is kept once, with its proof, while the run is under way", async () => {
    const id = await called();
    expect((await getExecutionRecord(id))?.callback).toMatchObject({ tokenHashes: ["hash"], taskTokens: [] });
    await recordResult(id, "hash", result(), "proof");
    expect(writes()).toEqual([
      [
        {
          Update: {
            Key: KEYS.callback(id),
            UpdateExpression: "SET #result = :result, resultStatus = :status, resultProof = :proof",
            ConditionExpression: "contains(tokenHashes, :hash) AND attribute_not_exists(resultStatus)",
            ExpressionAttributeNames: { "#result": "result" },
            ExpressionAttributeValues: {
              ":hash": "hash",
              ":result": JSON.stringify(result()),
              ":status": "SUCCESS",
              ":proof": "proof",
            },
          },
        },
        isRunning(id),
      ],
    ]);
    expect((await getExecutionRecord(id))?.callback).toMatchObject({
      result: result(),
      resultProof: "proof",
    });
    expect(await labelsOf(recordResult(id, "hash", result("FAILED"), "p2"))).toEqual(["callback"]);
    expect(await labelsOf(recordNote(id, "hash", note(1)))).toEqual(["callback"]);
  });

  it.each([
    [
      "the token is not one of the run's",
      "callback",
      (id: string) => alter(KEYS.callback(id), { tokenHashes: new Set(["x"]) }),
    ],
    ["the run has ended", "execution", (id: string) => alter(KEYS.execution(id), { status: "CANCELLED" })],
  ])("is not kept if %s meanwhile", async (_, label, move) => {
    const id = await called();
    beforeWrites(() => move(id));
    expect(await labelsOf(recordResult(id, "hash", result(), "proof"))).toEqual([label]);
    beforeWrites(() => move(id));
    expect(await labelsOf(recordNote(id, "hash", note(1)))).toEqual([label]);
    expect((await getExecutionRecord(id))?.callback).toMatchObject({ result: null, notes: [] });
  });
});

describe("a note", () => {
  it("has the next number, and its own place", async () => {
    const id = await called();
    await recordNote(id, "hash", note(1));
    await recordNote(id, "hash", note(2));
    const UNUSED = "contains(tokenHashes, :hash) AND attribute_not_exists(resultStatus)";
    expect(writes()).toEqual([
      [
        {
          Update: {
            Key: KEYS.callback(id),
            UpdateExpression: "SET noteCount = :number",
            ConditionExpression: `${UNUSED} AND (attribute_not_exists(noteCount))`,
            ExpressionAttributeValues: { ":hash": "hash", ":number": 1 },
          },
        },
        { Put: { Item: { ...KEYS.callbackNote(id, 0), ...note(1) } } },
        isRunning(id),
      ],
      [
        {
          Update: {
            Key: KEYS.callback(id),
            UpdateExpression: "SET noteCount = :number",
            ConditionExpression: `${UNUSED} AND (noteCount = :before)`,
            ExpressionAttributeValues: { ":hash": "hash", ":number": 2, ":before": 1 },
          },
        },
        { Put: { Item: { ...KEYS.callbackNote(id, 1), ...note(2) } } },
        isRunning(id),
      ],
    ]);
    expect((await getExecutionRecord(id))?.callback?.notes).toEqual([note(1), note(2)]);
  });

  it("whose number is in use is not kept", async () => {
    const id = await called();
    await recordNote(id, "hash", note(1));
    expect(await labelsOf(recordNote(id, "hash", note(1)))).toEqual(["callback"]);
    expect(await labelsOf(recordNote(id, "hash", note(3)))).toEqual(["callback"]);
  });

  it("replaces the oldest of fifty, and all are shown in order", async () => {
    const id = await called();
    await alter(KEYS.callback(id), { noteCount: 50 });
    await alter(KEYS.callbackNote(id, 0), note(1));
    await alter(KEYS.callbackNote(id, 1), note(2));
    await recordNote(id, "hash", note(51));
    expect(await itemAt(KEYS.callbackNote(id, 0))).toMatchObject(note(51));
    expect((await getExecutionRecord(id))?.callback?.notes).toEqual([note(2), note(51)]);
  });
});

describe("in the transaction of an end", () => {
  const base = { id: "execution_x", callbackTimeoutSeconds: 60 };
  const check = { label: "callback", check: KEYS.callback("execution_x") };
  const silence = [{ ...check, condition: "attribute_not_exists(resultStatus)" }];
  const result = (status: string) => [
    { ...check, condition: "resultStatus = :status", values: { ":status": status } },
  ];
  const of = (changes: Partial<Execution>) => callbackChecks({ ...run, ...base, ...changes });

  let run: Execution;
  beforeEach(async () => {
    run = { ...(await pending(await approved())), status: "FAILED" };
  });

  it("a success, and the receiver's own failure, are what it reported", () => {
    expect(of({ status: "SUCCESS" })).toEqual(result("SUCCESS"));
    expect(of({ error: { code: "callback_failed", message: "" } })).toEqual(result("FAILED"));
  });

  it("any other end is written only if it has reported none", () => {
    expect(of({ error: { code: "callback_timeout", message: "" } })).toEqual(silence);
    expect(of({ status: "CANCELLED" })).toEqual(silence);
    expect(noResultChecks(base)).toEqual(silence);
  });

  it("nothing is asked where no callback completes the run", () => {
    const plain = { callbackTimeoutSeconds: undefined };
    expect(of({ ...plain, status: "SUCCESS" })).toEqual([]);
    expect(noResultChecks({ id: "execution_x", ...plain })).toEqual([]);
  });
});

describe("the masks of calls", () => {
  it("are kept for each call, in their own partition", async () => {
    const encrypted = { key: { ciphertext: "a2V5" }, text: "dGV4dA==" };
    await saveCallbackMasks("execution_x", 1, encrypted);
    expect(writes()).toEqual([{ Item: { ...KEYS.callbackMasks("execution_x", 1), masks: encrypted } }]);
    await saveCallbackMasks("execution_x", 2, { ...encrypted, text: "Mg==" });
    expect(await listCallbackMasks("execution_x")).toEqual([encrypted, { ...encrypted, text: "Mg==" }]);
    failNext("writes", new Error("down"));
    await expect(saveCallbackMasks("execution_x", 2, encrypted)).rejects.toMatchObject({
      code: "internal_error",
    });
  });

  it("that were never kept are none", async () => {
    expect(await listCallbackMasks("execution_x")).toEqual([]);
  });
});
