// A team that floods the service with slow receivers waits for itself: the runs of others begin at once.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readContractWorkflow } from "../../infra/local/step-functions/workflow-definition.ts";
import { WORKFLOW_FUNCTIONS } from "../../shared/contract/workflow.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { type Bench, startBench } from "../support/workflow.ts";

/** Deliveries under way at most; of one team; and runs of the team that floods, which could take all places. */
const [ALL, SHARE, FLOOD] = [8, 3, 12];
const LONG = { timeout: 60_000, interval: 200 };

let bench: Bench;
let slow: Receiver;
let quick: Receiver;
/** The slow receiver answers from then on. */
const answering = Promise.withResolvers<void>();
const held = { now: 0, peak: 0 };
beforeAll(async () => {
  process.env["DELIVERIES_PER_TEAM"] = String(SHARE);
  bench = await startBench({
    workflow: readContractWorkflow,
    concurrency: { [WORKFLOW_FUNCTIONS.DeliverWebhook]: ALL },
  });
  slow = await startReceiver(async () => {
    held.peak = Math.max(held.peak, ++held.now);
    await answering.promise;
    held.now--;
    return { status: 200 };
  });
  quick = await startReceiver(() => ({ status: 200 }));
});
afterAll(async () => {
  answering.resolve();
  await Promise.all([slow.close(), quick.close()]);
  await bench.stop();
});

const runbookOf = (teamId: string, receiver: Receiver) =>
  bench.runbook(receiver.url, { teamId, attemptTimeoutSeconds: 120 } as object);

describe("while one team floods the service with a slow receiver", () => {
  it("no more of its calls are under way than its share, and another team's runs begin and end", async () => {
    const [flooding, other] = [await runbookOf("flooding", slow), await runbookOf("other", quick)];
    const flood: string[] = [];
    for (let n = 0; n < FLOOD; n++) flood.push(await bench.start(flooding));
    await expect.poll(() => held.now, LONG).toBe(SHARE);
    for (let n = 0; n < 3; n++) {
      const id = await bench.start(other);
      await expect.poll(() => bench.status(id), LONG).toBe("SUCCESS");
    }
    expect(held).toEqual({ now: SHARE, peak: SHARE });
    const statuses = await Promise.all(flood.map((id) => bench.status(id)));
    expect(statuses.filter((status) => status === "PENDING")).toHaveLength(FLOOD - SHARE);
    answering.resolve();
    for (const id of flood) await expect.poll(() => bench.status(id), LONG).toBe("SUCCESS");
    expect(held.peak).toBe(SHARE);
  }, 150_000);
});
