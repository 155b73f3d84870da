// A delivery whose team has no slot left waits without having begun, and after an hour it ends without a call.
import "../../support/quiet.ts";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ExecutionView } from "../../../shared/domain/executions/execution-view.ts";
import {
  type DeliverySlot,
  returnDeliverySlot,
  takeDeliverySlot,
} from "../../../shared/store/delivery-slots.ts";
import { ask, callFunction, startApi } from "../../support/api.ts";
import { approvedIn, fresh, start } from "../../support/library.ts";
import { type Receiver, startReceiver } from "../../support/receiver.ts";

let receiver: Receiver;
beforeAll(async () => {
  process.env["DELIVERIES_PER_TEAM"] = "1";
  const api = await startApi();
  receiver = await startReceiver(({ headers }) =>
    headers["x-runbook-attempt"] === "1" ? { status: 503 } : { status: 200 },
  );
  return async () => {
    await receiver.close();
    await api.stop();
  };
});

let team: string;
let id: string;
let taken: DeliverySlot;
beforeEach(async () => {
  team = fresh("team");
  id = await start(await approvedIn(team, { webhookUrl: receiver.url }));
});

async function takeSlot(): Promise<void> {
  const nowMs = Date.now();
  const asked = { team, limit: 1, holder: "another", nowMs, untilMs: nowMs + 90_000 };
  const slot = await takeDeliverySlot(asked, Math.random);
  if (!slot) throw new Error("The slot is not free");
  taken = slot;
}
const deliver = (more: object = {}) => callFunction("workflow/deliver-webhook", { executionId: id, ...more });
const view = async () =>
  ExecutionView.parse((await ask("get-execution", { params: { executionId: id } })).body);
const calls = () => receiver.requests.filter(({ headers }) => headers["webhook-id"] === id).length;

describe("a run whose team has no slot left", () => {
  it("has not begun, and says since when it waits, however often it looks", async () => {
    await takeSlot();
    const first = await deliver();
    expect(first).toMatchObject({ next: "wait", attempt: 1, waitingSince: expect.any(String) });
    const { waitingSince } = first as { waitingSince: string };
    expect(await deliver({ waitingSince })).toMatchObject({ next: "wait", waitingSince });
    expect([(await view()).status, calls()]).toEqual(["PENDING", 0]);
  });

  it("begins once a slot is given back, and gives back its own", async () => {
    await takeSlot();
    await deliver();
    await returnDeliverySlot(taken);
    expect(await deliver()).toMatchObject({ next: "wait", attempt: 2 });
    expect([(await view()).status, calls()]).toEqual(["RUNNING", 1]);
    await takeSlot();
  });

  it("ends after an hour, without a call", async () => {
    await takeSlot();
    const waitingSince = new Date(Date.now() - 3_600_000).toISOString();
    const given = await deliver({ waitingSince });
    expect(given).toMatchObject({ next: "fail", refusal: { code: "no_turn" } });
    await callFunction("workflow/complete-execution", given);
    expect((await view()).error?.code).toBe("no_turn");
    expect(calls()).toBe(0);
  });

  it("waits for a further attempt, too, within its own deadline", async () => {
    expect(await deliver()).toMatchObject({ next: "wait", attempt: 2 });
    await takeSlot();
    expect(await deliver({ attempt: 2 })).toMatchObject({ next: "wait", attempt: 2 });
    expect(calls()).toBe(1);
    await returnDeliverySlot(taken);
    await deliver({ attempt: 2 });
    expect(calls()).toBe(2);
  });
});
