// More work than the local stack may have under way: starts are refused at the door, and what was accepted ends.
import "../../support/quiet.ts";
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readContractWorkflow } from "../../../infra/local/step-functions/workflow-definition.ts";
import { Problem } from "../../support/api.ts";
import { type HeldCalls, startHeldCalls } from "../../support/held-calls.ts";
import { violations } from "../../support/invariants.ts";
import { ADMIN, type Bench, startBench } from "../../support/workflow.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench({ concurrency: { "deliver-webhook": 2 }, workflow: readContractWorkflow });
});
afterAll(() => bench.stop());

let receiver: HeldCalls;
let runbookId = "";
beforeEach(async () => {
  receiver = await startHeldCalls();
  runbookId = await bench.runbook(receiver.url);
});
afterEach(() => receiver.close());

const start = (key: string = randomUUID()) => {
  const headers = { "idempotency-key": key };
  const body = { parameters: { service: "checkout" } };
  return bench.ask("POST", `/runbooks/${runbookId}/executions`, { as: ADMIN, body, headers });
};
const idOf = ({ body }: { body: unknown }) => String(Object(body)["id"]);
const executions = async () => {
  const { body } = await bench.act("GET", `/runbooks/${runbookId}/executions`);
  return Object(body)["items"].length;
};

/** The state machine asks for a turn at growing intervals of up to 15 s. */
const TURN_MS = 50_000;

/** Answers calls until all runs of the runbook have ended, and checks the whole table. */
async function endAll(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await expect
      .poll(
        () => {
          receiver.answerNext();
          return bench.status(id);
        },
        { timeout: TURN_MS },
      )
      .toBe("SUCCESS");
    expect((await bench.run(id)).attempts).toHaveLength(1);
    await bench.machineEnds(id);
  }
  expect(receiver.peak()).toBeLessThanOrEqual(2);
  expect(receiver.runs().toSorted()).toEqual(ids.toSorted());
  expect(await executions()).toBe(ids.length);
  expect(await violations({ settled: true })).toEqual([]);
}

describe("while as many deliveries are under way as may be", () => {
  it("a start is refused with 503 and Retry-After before anything is done", async () => {
    const accepted = [await start(), await start()];
    await receiver.came(2);
    const refused = await start();
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect(Problem.parse(refused.body)).toMatchObject({ code: "unavailable", status: 503 });
    const [first = ""] = accepted.map(idOf);
    expect((await bench.ask("POST", `/executions/${first}/rerun`, { as: ADMIN })).status).toBe(503);
    await endAll(accepted.map(idOf));
  });

  it("a start that is sent again under its key once there is room starts one run", async () => {
    const accepted = [await start(), await start()];
    await receiver.came(2);
    const key = randomUUID();
    const refused = await start(key);
    expect(refused.status).toBe(503);
    receiver.answerNext();
    let third = refused;
    const again = async () => {
      third = await start(key);
      return third.status;
    };
    await expect.poll(again).toBe(202);
    await endAll([...accepted, third].map(idOf));
    expect(idOf(await start(key))).toBe(idOf(third));
    expect(await executions()).toBe(3);
  });

  it("other requests are answered, and a cancel makes room", async () => {
    const [first, second] = [idOf(await start()), idOf(await start())];
    await receiver.came(2);
    expect((await bench.act("GET", `/executions/${first}`)).status).toBe(200);
    expect((await bench.act("POST", `/executions/${first}/cancel`, {})).status).toBe(200);
    receiver.answerNext();
    receiver.answerNext();
    expect(await bench.ended(second)).toMatchObject({ status: "SUCCESS" });
  });

  it("a run that was accepted a moment before waits for its turn, and then is carried out", async () => {
    // All of them are at the door before the first is delivered.
    const answers = await Promise.all(Array.from({ length: 4 }, () => start()));
    const ids = answers.filter(({ status }) => status === 202).map(idOf);
    expect(ids.length).toBeGreaterThan(2);
    await endAll(ids);
  });
});
