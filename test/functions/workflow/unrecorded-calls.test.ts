// A call whose evidence cannot be kept beforehand, or whose time is over by then, does not go out: the attempt says so.
import "../../support/quiet.ts";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { KEYS, type Key } from "../../../shared/contract/table.ts";
import { ExecutionView } from "../../../shared/domain/executions/execution-view.ts";
import { ask, callFunction, startApi } from "../../support/api.ts";
import { crashingAt } from "../../support/crash-points.ts";
import { whileUnwritable } from "../../support/failing-items.ts";
import { violations } from "../../support/invariants.ts";
import { approvedIn, start } from "../../support/library.ts";
import { type Receiver, startReceiver } from "../../support/receiver.ts";
import * as steps from "../../support/steps.ts";

let receiver: Receiver;
beforeAll(async () => {
  const api = await startApi();
  receiver = await startReceiver(() => ({ status: 202 }));
  return async () => {
    await receiver.close();
    await api.stop();
  };
});

/** What is written between the claim of an attempt and its call. */
const KEPT: Record<string, (id: string) => Key> = {
  "the hash of its callback's token": KEYS.callback,
  "what was secret in it": (id) => KEYS.callbackMasks(id, 1),
};

const BEFORE_THE_CLAIM = { write: 1, when: "before" } as const;

const executionView = async (executionId: string) =>
  ExecutionView.parse((await ask("get-execution", { params: { executionId } })).body);
const deliver = (executionId: string, attempt: number) =>
  callFunction("workflow/deliver-webhook", { executionId, attempt });
const callsOf = (id: string) => receiver.requests.filter(({ headers }) => headers["webhook-id"] === id);

describe.each(Object.entries(KEPT))("while %s cannot be kept", (_what, keyOf) => {
  let id: string;
  beforeEach(async () => {
    const completion = { mode: "callback", timeoutSeconds: 60 };
    id = await start(await approvedIn("payments", { webhookUrl: receiver.url, completion }));
  });

  it("nothing is sent, the attempt says so, and the next one is due", async () => {
    const step = await whileUnwritable(keyOf(id), () => deliver(id, 1));
    expect(step).toMatchObject({ next: "wait", attempt: 2 });
    expect(callsOf(id)).toEqual([]);
    const [attempt, ...others] = (await executionView(id)).attempts;
    expect(others).toEqual([]);
    expect(attempt).toMatchObject({
      outcome: "failed",
      statusCode: null,
      error: { code: "internal_failure" },
    });
    expect(attempt?.error?.message).toContain("Nothing was sent.");
  });

  it("it is sent once it can be recorded", async () => {
    await whileUnwritable(keyOf(id), () => deliver(id, 1));
    expect(await deliver(id, 2)).toMatchObject({ next: "await" });
    expect(callsOf(id)).toHaveLength(1);
    expect((await executionView(id)).attempts.map(({ outcome }) => outcome)).toEqual(["failed", "delivered"]);
    expect(await violations()).toEqual([]);
  });

  it("a run that is closed meanwhile says that nothing reached the receiver", async () => {
    await whileUnwritable(keyOf(id), () => deliver(id, 1));
    await ask("cancel-execution", { params: { executionId: id } });
    expect(await executionView(id)).toMatchObject({
      status: "CANCELLED",
      error: { message: expect.stringContaining("Nothing reached the receiver.") },
    });
    expect(callsOf(id)).toEqual([]);
  });
});

describe("while the claim of the first attempt, with its request, cannot be written", () => {
  let id: string;
  beforeEach(async () => {
    id = await start(await approvedIn("payments", { webhookUrl: receiver.url }));
    await expect(crashingAt(BEFORE_THE_CLAIM, () => deliver(id, 1))).resolves.toBe(true);
  });

  it("nothing is sent or recorded, and the run has not begun", async () => {
    expect(callsOf(id)).toEqual([]);
    expect(await executionView(id)).toMatchObject({ status: "PENDING", attempts: [], request: null });
  });

  it("it is sent once it can be recorded", async () => {
    expect(await deliver(id, 1)).toMatchObject({ next: "succeed" });
    expect(callsOf(id)).toHaveLength(1);
    expect(await executionView(id)).toMatchObject({
      status: "RUNNING",
      attempts: [{ outcome: "delivered" }],
    });
    expect(await violations()).toEqual([]);
  });

  it("a run that is closed meanwhile says that nothing reached the receiver", async () => {
    await ask("cancel-execution", { params: { executionId: id } });
    expect(await executionView(id)).toMatchObject({
      status: "CANCELLED",
      error: { message: expect.stringContaining("Nothing reached the receiver.") },
    });
    expect(callsOf(id)).toEqual([]);
  });
});

describe("a call whose time was used up between its claim and the call", () => {
  /** The times that a delivery sees: when it claims, and when it is about to call. */
  const deliverAt = (executionId: string, claimed: number, later: number) => {
    let looks = 0;
    return steps.deliver({ executionId, attempt: 1 }, () => new Date(looks++ < 2 ? claimed : later));
  };

  it.each([
    ["is not made, at its deadline or later: to the millisecond", 0, 0],
    ["is not made, at its deadline or later: a second after it", 1000, 0],
    ["is made a second before it", -1000, 1],
  ])("%s", async (_, afterDeadline, calls) => {
    const id = await start(
      await approvedIn("payments", { webhookUrl: receiver.url, attemptTimeoutSeconds: 30 }),
    );
    const claimed = Date.now() + 1000;
    await deliverAt(id, claimed, claimed + 30_000 + afterDeadline);
    expect(callsOf(id)).toHaveLength(calls);
    const [attempt] = (await executionView(id)).attempts;
    expect(attempt?.outcome).toBe(calls === 0 ? "failed" : "delivered");
    if (calls === 0) expect(attempt?.error?.message).toContain("Nothing was sent.");
  });
});
