// What a receiver calls back with: who may say it, once, until when, and masked by what was secret in the calls.
import "../support/quiet.ts";
import { beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { acceptCallback, computeProof } from "../../shared/application/callbacks/accept-callback.ts";
import { startCallbackWait } from "../../shared/application/callbacks/await-callback.ts";
import { decryptMasks, saveMasks } from "../../shared/application/callbacks/callback-masks.ts";
import { hashToken, isSameHash, requireToken } from "../../shared/application/callbacks/callback-token.ts";
import { newToken, registerToken } from "../../shared/application/callbacks/issue-token.ts";
import { recordCallback } from "../../shared/application/callbacks/record-callback.ts";
import { KEYS } from "../../shared/contract/table.ts";
import {
  CALLBACK_TOKEN,
  CALLBACK_TOKEN_HEADER,
  type CallbackInput,
  CallbackInput as CallbackInputSchema,
  CallbackNote,
  CallbackResult,
  CallbackView,
} from "../../shared/domain/executions/callback.ts";
import { markRunning } from "../../shared/domain/executions/execution-changes.ts";
import { invokeFunction } from "../../shared/lambda/invoke.ts";
import { decrypt, encrypt } from "../../shared/secrets/encrypt.ts";
import { recordAttempt } from "../../shared/store/attempts.ts";
import { recordNote, saveTaskToken } from "../../shared/store/callbacks.ts";
import { maskCallback } from "../../shared/webhook/mask-callback.ts";
import { at, iso } from "../support/decision-clock.ts";
import {
  alter,
  beforeWrites,
  failNext,
  forget,
  freshTable,
  itemAt,
  writes,
} from "../support/decision-table.ts";
import { hearLogs } from "../support/heard-logs.ts";
import { calmOutside, DELIVERED, outside, REFUSED } from "../support/outside.ts";
import { act, approved, newId, pending, runOf } from "../support/seed.ts";
import { claimNext, saveBeginning } from "../support/steps.ts";

/** A new token of a run, as its delivery registers it. */
async function issueToken(executionId: string): Promise<string> {
  const token = newToken();
  await registerToken(executionId, token);
  return token;
}

const CALLED_BACK = { completion: { mode: "callback", timeoutSeconds: 60 } } as const;

/** A run under way since T0, whose call carried this token; the receiver answered a second later. */
async function called(outcome: typeof DELIVERED | null = DELIVERED) {
  const change = markRunning(await pending(await approved("payments", CALLED_BACK)), 300, {
    ...act(),
    at: iso(0),
  });
  await saveBeginning(change);
  const { id } = change.execution;
  const token = await issueToken(id);
  await claimNext(change.execution, [], { id: "c", startedAt: iso(0), callDeadlineAt: iso(40) });
  if (outcome) await recordAttempt(id, { ...outcome, durationMs: 1000, number: 1, startedAt: iso(0) });
  forget();
  return { id, token };
}

const SUCCESS: CallbackInput = { status: "SUCCESS", message: "done", output: { n: 1 } };
const FAILED: CallbackInput = { status: "FAILED" };
const note = (message: string): CallbackInput => ({ status: "RUNNING", message });
const report = ({ id, token }: { id: string; token: string }, given: CallbackInput, seconds = 10) =>
  recordCallback(
    { executionId: id, tokenHash: hashToken(id, token), proof: computeProof(token, given), given },
    at(seconds),
  );
const NOT_ACCEPTED = {
  code: "not_permitted",
  message: "The callback token is invalid, used or expired.",
};
const refusal = (executionId: string, why: string) => [
  "info",
  "A callback was refused",
  { executionId, why },
];

let logs: unknown[][] = [];
beforeEach(() => {
  freshTable();
  calmOutside();
  logs = hearLogs();
  vi.mocked(invokeFunction).mockReset();
});

describe("a token", () => {
  it("is 32 random bytes, of which the run keeps a hash that is its own", async () => {
    const { id, token } = await called();
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
    expect((await runOf(id)).callback?.tokenHashes).toEqual([hashToken(id, token)]);
    expect(hashToken(id, token)).toMatch(/^[0-9a-f]{64}$/);
    expect(hashToken("execution_other", token)).not.toBe(hashToken(id, token));
    expect(hashToken(id, await issueToken(id))).not.toBe(hashToken(id, token));
    expect(hashToken("a", "b")).toBe(hashToken("a", "b"));
    expect(hashToken("a\nb", "c")).toBe(hashToken("a", "b\nc"));
  });

  it("is asked for before anything else is read: its shape, the run, and the token itself", async () => {
    const { id, token } = await called();
    await requireToken(id, token);
    await requireToken(id, await issueToken(id));
    const other = await called();
    const plain = (await pending(await approved())).id;
    const gone = newId("execution");
    const wrong: [string, string, string][] = [
      [id, "short", "not the shape of a token"],
      [id, `${token}x`, "not the shape of a token"],
      [id, other.token, "wrong token"],
      [plain, token, "unknown run, or it expects no callback"],
      [gone, token, "unknown run, or it expects no callback"],
    ];
    for (const [executionId, given] of wrong)
      await expect(requireToken(executionId, given)).rejects.toMatchObject(NOT_ACCEPTED);
    expect(logs).toEqual(wrong.map(([executionId, , why]) => refusal(executionId, why)));
  });

  it("is compared in constant time, by length first", () => {
    expect(isSameHash("ab", "ab")).toBe(true);
    expect(isSameHash("ab", "ac")).toBe(false);
    expect(isSameHash("ab", "abc")).toBe(false);
  });
});

describe("the end that a receiver reports", () => {
  it("is kept once, and resumes the waiting state", async () => {
    const run = await called();
    await saveTaskToken(run.id, "task");
    forget();
    await report(run, SUCCESS);
    const result = { status: "SUCCESS", message: "done", output: { n: 1 }, at: iso(10) };
    expect((await runOf(run.id)).callback).toMatchObject({
      result,
      resultProof: computeProof(run.token, SUCCESS),
    });
    expect(outside.asked).toEqual([`end task of ${run.id}`]);
    expect(writes()).toHaveLength(1);
  });

  it("repeated is answered as before, and wakes the waiting state machine, as long as the run is under way", async () => {
    const run = await called();
    await saveTaskToken(run.id, "task");
    await report(run, SUCCESS);
    forget();
    await report(run, SUCCESS, 1000);
    expect(outside.asked).toHaveLength(2);
    await alter(KEYS.execution(run.id), { status: "SUCCESS" });
    await report(run, SUCCESS, 1000);
    expect(outside.asked).toHaveLength(2);
    expect(writes()).toEqual([]);
    expect(logs).toEqual([]);
  });

  it("cannot be changed afterwards", async () => {
    const run = await called();
    await report(run, SUCCESS);
    const before = await itemAt(KEYS.callback(run.id));
    for (const other of [FAILED, note("more"), { ...SUCCESS, message: "other" }]) {
      await expect(report(run, other)).rejects.toMatchObject({
        ...{ code: "execution_finished" },
        message: "The outcome SUCCESS was already reported and cannot be changed.",
      });
    }
    expect(await itemAt(KEYS.callback(run.id))).toEqual(before);
    expect(logs).toEqual(
      Array.from({ length: 3 }, () => refusal(run.id, "a different outcome was already reported")),
    );
    await alter(KEYS.callback(run.id), { resultProof: undefined });
    await expect(report(run, SUCCESS)).rejects.toMatchObject({ code: "execution_finished" });
  });

  it("with a token of another call of the same run is another report", async () => {
    const run = await called();
    await report(run, SUCCESS);
    const token = await issueToken(run.id);
    await expect(report({ id: run.id, token }, SUCCESS)).rejects.toMatchObject({
      code: "execution_finished",
    });
    await expect(report({ id: run.id, token: "x".repeat(43) }, SUCCESS)).rejects.toMatchObject(NOT_ACCEPTED);
  });

  it("that two report at once is the first one's", async () => {
    const run = await called();
    beforeWrites(() => report(run, FAILED));
    await expect(report(run, SUCCESS)).rejects.toMatchObject({ code: "execution_finished" });
    expect((await runOf(run.id)).callback?.result).toEqual({
      ...{ status: "FAILED", message: null, output: null, at: iso(10) },
    });
    const other = await called();
    beforeWrites(() => report(other, SUCCESS));
    await report(other, SUCCESS);
    expect((await runOf(other.id)).callback?.result?.status).toBe("SUCCESS");
  });

  it("is accepted until its minute is over, counted from the answer, and not at that time", async () => {
    const late = await called();
    await expect(report(late, SUCCESS, 61)).rejects.toMatchObject(NOT_ACCEPTED);
    expect(logs).toEqual([refusal(late.id, "too late")]);
    await report(late, SUCCESS, 60.999);
    const early = await called(null);
    await report(early, SUCCESS, 10_000);
    expect((await runOf(early.id)).callback?.result?.at).toBe(iso(10_000));
  });

  it("is not accepted for a run that is not under way", async () => {
    const run = await called();
    await alter(KEYS.execution(run.id), { status: "CANCELLED" });
    await expect(report(run, SUCCESS)).rejects.toMatchObject(NOT_ACCEPTED);
    expect(logs).toEqual([refusal(run.id, "the run is CANCELLED")]);
    const id = newId("execution");
    await expect(report({ id, token: run.token }, SUCCESS)).rejects.toMatchObject(NOT_ACCEPTED);
    const { id: plain } = await pending(await approved());
    await expect(report({ id: plain, token: run.token }, SUCCESS)).rejects.toMatchObject(NOT_ACCEPTED);
    const unknown = "unknown run, or it expects no callback";
    expect(logs.slice(1)).toEqual([refusal(id, unknown), refusal(plain, unknown)]);
  });

  it("remains if no waiting state can be resumed", async () => {
    const run = await called();
    await saveTaskToken(run.id, "task");
    outside.down = new Error("Step Functions is down");
    await report(run, SUCCESS);
    expect((await runOf(run.id)).callback?.result?.status).toBe("SUCCESS");
    expect(logs).toMatchObject([
      [
        "warn",
        "SendTaskSuccess failed; the reconciler will end the wait",
        { executionId: run.id, failure: { message: "Step Functions is down" } },
      ],
    ]);
  });

  it("is masked by every secret in the calls of its run", async () => {
    const run = await called();
    await saveMasks(run.id, 1, ["secret-one", "secret-one"]);
    await saveMasks(run.id, 2, ["secret-two"]);
    expect(await decryptMasks(run.id)).toEqual(["secret-one", "secret-two"]);
    await report(run, { status: "SUCCESS", message: "used secret-one", output: { a: "secret-two" } });
    expect((await runOf(run.id)).callback?.result).toMatchObject({
      ...{ message: "used ********", output: { a: "********" } },
    });
    expect(await decryptMasks(newId("execution"))).toEqual([]);
    const binding = { purpose: "callback-masks", owner: run.id, field: "masks" };
    expect(vi.mocked(encrypt).mock.lastCall?.[1]).toEqual(binding);
    expect(vi.mocked(decrypt).mock.lastCall?.[1]).toEqual(binding);
  });

  it("is not kept if the table fails", async () => {
    const run = await called();
    failNext("writes", new Error("down"));
    await expect(report(run, SUCCESS)).rejects.toMatchObject({ code: "internal_error" });
    expect((await runOf(run.id)).callback?.result).toBeNull();
  });
});

describe("a note", () => {
  it("is kept with its number and time, and resumes nothing", async () => {
    const run = await called();
    await saveTaskToken(run.id, "task");
    await report(run, note("one"), 10);
    await report(run, note("two"), 11);
    expect((await runOf(run.id)).callback?.notes).toEqual([
      { number: 1, at: iso(10), message: "one" },
      { number: 2, at: iso(11), message: "two" },
    ]);
    expect(outside.asked).toEqual([]);
  });

  it("gets the next number if another note came first, five times at most", async () => {
    const run = await called();
    let number = 0;
    const other = () =>
      recordNote(run.id, hashToken(run.id, run.token), { number: ++number, at: iso(9), message: "theirs" });
    beforeWrites(...Array.from({ length: 8 }, (_, n) => (n % 2 === 0 ? other : null)));
    await report(run, note("mine"));
    expect((await runOf(run.id)).callback?.notes.at(-1)).toEqual({ number: 5, at: iso(10), message: "mine" });
    number = 5;
    beforeWrites(...Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? other : null)));
    await expect(report(run, note("mine"))).rejects.toMatchObject({
      ...{ code: "unavailable", message: "Concurrent notes conflicted too often.", retryAfterSeconds: 1 },
    });
    expect((await runOf(run.id)).callback?.notes).toHaveLength(10);
  });
});

describe("the state that waits", () => {
  it("is kept first, and waits until the callback comes", async () => {
    const { id, token } = await called();
    await startCallbackWait({ executionId: id, taskToken: "task" }, at(2));
    expect((await runOf(id)).callback?.taskTokens).toEqual(["task"]);
    expect(outside.asked).toEqual([]);
    await report({ id, token }, SUCCESS);
    expect(outside.asked).toEqual([`end task of ${id}`]);
  });

  it("resumes at once if the callback came before, in between, or will not come", async () => {
    const before = await called();
    await report(before, SUCCESS);
    await startCallbackWait({ executionId: before.id, taskToken: "t1" }, at(20));
    const between = await called();
    beforeWrites(() => report(between, SUCCESS));
    await startCallbackWait({ executionId: between.id, taskToken: "t2" }, at(20));
    const late = await called();
    await startCallbackWait({ executionId: late.id, taskToken: "t3" }, at(60.999));
    expect(outside.asked).toEqual([`end t1 of ${before.id}`, `end t2 of ${between.id}`]);
    await startCallbackWait({ executionId: late.id, taskToken: "t4" }, at(61));
    const refused = await called(REFUSED);
    await startCallbackWait({ executionId: refused.id, taskToken: "t5" }, at(2));
    const ended = await called();
    await alter(KEYS.execution(ended.id), { status: "CANCELLED" });
    await startCallbackWait({ executionId: ended.id, taskToken: "t6" }, at(2));
    expect(outside.asked.slice(2)).toEqual([
      ...[`end t4 of ${late.id}`, `end t5 of ${refused.id}`, `end t6 of ${ended.id}`],
    ]);
  });

  it("of a run that is not there is a defect", async () => {
    const id = newId("execution");
    await expect(startCallbackWait({ executionId: id, taskToken: "task" }, at(2))).rejects.toMatchObject({
      ...{ code: "internal_error", message: `There is no execution ${id}.` },
    });
  });
});

describe("what is masked of a callback", () => {
  const masked = (given: CallbackInput) => maskCallback(given, ["secret-1", "123456"]);

  it("is every text of it, names and numbers too, and nothing else", () => {
    expect(
      masked({
        status: "FAILED",
        message: "a secret-1 b",
        output: ["secret-1", 123456, 7, true, null, { "secret-1": { n: "x secret-1" } }],
      }),
    ).toEqual({
      status: "FAILED",
      message: "a ******** b",
      output: ["********", "********", 7, true, null, { "********": { n: "x ********" } }],
    });
    expect(masked({ status: "SUCCESS" })).toEqual({ status: "SUCCESS" });
    expect(Object.keys(masked({ status: "SUCCESS" }))).toEqual(["status"]);
    expect(masked({ status: "SUCCESS", output: null })).toEqual({ status: "SUCCESS", output: null });
  });

  it("is no longer than a message may be, and what is blank then is trimmed", () => {
    const long = maskCallback({ status: "RUNNING", message: `${"ab cdef".repeat(70)}` }, ["ab cdef"]);
    expect(long.message).toHaveLength(500);
    const blank = maskCallback({ status: "RUNNING", message: ` ${"x".repeat(10)} ` }, []);
    expect(blank.message).toBe("x".repeat(10));
  });
});

describe("what a receiver may call back", () => {
  const read = (given: unknown) => CallbackInputSchema.safeParse(given);

  it("is a note, a success or a failure, and nothing else", () => {
    expect(read({ status: "RUNNING", message: " a " }).data).toEqual({ status: "RUNNING", message: "a" });
    expect(read({ status: "SUCCESS" }).success).toBe(true);
    expect(read({ status: "FAILED", message: "x", output: [1] }).success).toBe(true);
    for (const wrong of [
      ...[{ status: "RUNNING" }, { status: "RUNNING", message: " " }, { status: "DONE" }, {}],
      ...[
        { status: "RUNNING", message: "a", output: 1 },
        { status: "SUCCESS", other: 1 },
      ],
      ...[
        { status: "FAILED", message: "x".repeat(501) },
        { status: "SUCCESS", message: 7 },
      ],
    ])
      expect(read(wrong).success, JSON.stringify(wrong)).toBe(false);
    expect(read({ status: "FAILED", message: "x".repeat(500) }).success).toBe(true);
  });

  it("holds 16 KiB of output at most, as bytes of JSON", () => {
    const most = 16 * 1024 - 2;
    expect(read({ status: "SUCCESS", output: "x".repeat(most) }).success).toBe(true);
    const over = read({ status: "SUCCESS", output: "x".repeat(most + 1) });
    expect(over.error?.issues[0]?.message).toBe("must have at most 16384 bytes as JSON");
    expect(read({ status: "SUCCESS", output: "ü".repeat(most / 2) }).success).toBe(true);
    expect(read({ status: "SUCCESS", output: "ü".repeat(most / 2 + 1) }).success).toBe(false);
  });

  it("carries a token of 43 letters under its header", () => {
    expect(CALLBACK_TOKEN_HEADER).toBe("x-runbook-callback-token");
    expect(CALLBACK_TOKEN.test("A-_9".padEnd(43, "z"))).toBe(true);
    for (const wrong of ["z".repeat(42), "z".repeat(44), `${"z".repeat(42)}=`, ""])
      expect(CALLBACK_TOKEN.test(wrong)).toBe(false);
  });
});

describe("what readers see of a callback", () => {
  it("is described, each field of it", () => {
    const objects = [...CallbackInputSchema.options, CallbackResult, CallbackNote, CallbackView];
    const fields = objects
      .flatMap(({ shape }): z.ZodType[] => Object.values(shape))
      .map((field) => (field instanceof z.ZodOptional ? field.unwrap() : field));
    const whole = [CallbackInputSchema, CallbackResult, CallbackNote, CallbackView];
    for (const schema of [...fields, ...whole]) expect(Object(schema).description).toMatch(/\w/);
  });
});

describe("an incoming callback", () => {
  const id = newId("execution");
  const answer = (refusal: object | null) =>
    vi.mocked(invokeFunction).mockResolvedValueOnce({ executionId: id, refusal });

  it("is handed on with the token's hash and its proof, without the token", async () => {
    answer(null);
    await acceptCallback(id, "token", SUCCESS);
    expect(vi.mocked(invokeFunction).mock.calls).toEqual([
      [
        "record-callback",
        {
          ...{ executionId: id, tokenHash: hashToken(id, "token"), proof: computeProof("token", SUCCESS) },
          given: SUCCESS,
        },
      ],
    ]);
    expect(computeProof("token", SUCCESS)).toMatch(/^[0-9a-f]{64}$/);
    expect(computeProof("token", SUCCESS)).not.toBe(computeProof("token", FAILED));
    expect(computeProof("token", SUCCESS)).not.toBe(computeProof("other", SUCCESS));
    expect(computeProof("token", { output: { n: 1 }, message: "done", status: "SUCCESS" })).toBe(
      computeProof("token", SUCCESS),
    );
  });

  it("is refused as the recording function refuses it", async () => {
    answer({ code: "execution_finished", message: "Told before." });
    const refused = await acceptCallback(id, "token", SUCCESS).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "execution_finished", message: "Told before." });
    expect(Object(refused).retryAfterSeconds).toBeUndefined();
    answer({ code: "unavailable", message: "Too fast.", retryAfterSeconds: 1 });
    await expect(acceptCallback(id, "token", SUCCESS)).rejects.toMatchObject({
      ...{ code: "unavailable", message: "Too fast.", retryAfterSeconds: 1 },
    });
  });

  it("is to be sent again if it could not be recorded, or the answer is invalid", async () => {
    const cause = new Error("down");
    const again = {
      ...{ code: "unavailable", retryAfterSeconds: 5 },
      message: "The callback could not be recorded: send it again.",
    };
    vi.mocked(invokeFunction).mockRejectedValueOnce(cause);
    await expect(acceptCallback(id, "token", SUCCESS)).rejects.toMatchObject({ ...again, cause });
    vi.mocked(invokeFunction).mockResolvedValueOnce({ refusal: 7 });
    await expect(acceptCallback(id, "token", SUCCESS)).rejects.toMatchObject(again);
  });
});
