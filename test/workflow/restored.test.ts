// A restored table in another account: Step Functions knows none of its runs, and nothing that was to begin is sent.
import "../support/quiet.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pauseRestored } from "../../shared/application/pause-restored.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { newId } from "../support/seed.ts";
import { type Bench, later, startBench, sweepAt } from "../support/workflow.ts";

let bench: Bench;
let receiver: Receiver;
beforeAll(async () => {
  [bench, receiver] = await Promise.all([startBench({ statusEvents: false }), startReceiver()]);
});
afterAll(async () => {
  await bench.stop();
  await receiver.close();
});

it("ends a run that was stored and is unknown there, without a call", async () => {
  const runbookId = await bench.runbook(receiver.url);
  const known = process.env["STATE_MACHINE_ARN"] ?? "";
  process.env["STATE_MACHINE_ARN"] = `${known}-elsewhere`;
  const id = await bench.start(runbookId);
  process.env["STATE_MACHINE_ARN"] = known;
  expect(await pauseRestored({ now: new Date(), newId })).toBe(true);
  expect(await pauseRestored({ now: new Date(), newId })).toBe(false);
  expect(await sweepAt(later(20))).toMatchObject({ started: 1 });
  expect(await bench.ended(id)).toMatchObject({ status: "FAILED", error: { code: "paused" } });
  expect(receiver.requests).toEqual([]);
});
