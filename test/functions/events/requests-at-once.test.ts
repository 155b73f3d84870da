// A workflow's request while something else happens: one run or one refusal of it, by what is true when it is written.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { QUEUE } from "../../../shared/contract/events.ts";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { ask } from "../../support/api.ts";
import { atEveryBorder, type Border, type Hold, heldAt } from "../../support/borders.ts";
import {
  approvedRunbook,
  auditOf,
  deadLettersOf,
  deliver,
  type EventsHost,
  incidentEvent,
  runRequest as request,
  startEvents,
  storedRuns,
} from "../../support/events.ts";
import { violations } from "../../support/invariants.ts";
import { idOf } from "../../support/library.ts";
import { LIMIT_MS, LONG, report } from "../../support/long-form.ts";

let host: EventsHost;
beforeAll(async () => {
  host = await startEvents({ RATE_LIMIT_STARTS_PER_MINUTE: "0" });
});
afterAll(async () => {
  expect(await violations({ now: new Date(0) })).toEqual([]);
  await host.stop();
});

let team: string;
beforeEach(() => {
  team = `team-${randomUUID()}`;
});

const target = "on-execution-requested";
const runsOf = async (runbookId: string) =>
  (await storedRuns(host.table)).filter((run) => run.runbookId === runbookId);
const reasons = () =>
  deadLettersOf(host, "execution-requests").map((m) => m.attributes["reason"]?.StringValue);

describe("a request", () => {
  const REJECT = { concurrency: { limit: 1, onLimit: "reject" } };
  const outcomes = async (runbookId: string) =>
    (await auditOf(runbookId)).map(({ action }) => action).filter((a) => /requested|rejected/.test(a));
  const lockRead: Border = (command, items) => command.startsWith("Get") && items.includes("slots");

  it.each([
    ["as it came", (event: JsonObject) => event],
    ["as another event", (event: JsonObject) => ({ ...event, id: randomUUID() })],
  ])(
    "[14c] delivered twice at once, %s: starts one run, and is refused by none",
    async (_, again) => {
      const round = async (hold: Hold) => {
        const runbookId = await approvedRunbook(team, REJECT);
        const event = request(runbookId);
        let both = false;
        const first = await hold(
          () => deliver(target, [event]),
          async () => {
            expect(await deliver(target, [again(event)])).toEqual([]);
            both = true;
          },
        );
        expect(first).toEqual([]);
        expect(await outcomes(runbookId)).toEqual(["execution.requested"]);
        expect(reasons()).toEqual([]);
        return both;
      };
      expect(await round((act, other) => heldAt(lockRead, act, other))).toBe(true);
      if (LONG) {
        const borders = await atEveryBorder(async (hold) => void (await round(hold)));
        report("one request, delivered twice", { borders });
      }
    },
    LIMIT_MS,
  );

  /** The transaction that writes a refusal. */
  const refusing: Border = (command, items) =>
    command.startsWith("TransactWrite") && items.includes("claim") && !items.includes("execution");

  it("whose obstacle goes away while it is refused starts its run", async () => {
    const runbookId = await approvedRunbook(team, REJECT);
    const body = { parameters: { service: "api" } };
    const executionId = idOf(await ask("start-execution", { params: { runbookId }, body }));
    const cancel = () => ask("cancel-execution", { params: { executionId } });
    expect(await heldAt(refusing, () => deliver(target, [request(runbookId)]), cancel)).toEqual([]);
    expect(await runsOf(runbookId)).toHaveLength(2);
    expect(reasons()).toEqual([]);
  });

  it("whose incident is reported while it is refused for its lack runs for it", async () => {
    const runbookId = await approvedRunbook(team);
    const incidentId = `inc-${randomUUID()}`;
    const last = { body: JSON.stringify(request(runbookId, { incidentId })), receives: QUEUE.maxReceives };
    const reporting = () => deliver("on-incident", [incidentEvent({ incidentId, teamId: team })]);
    expect(await heldAt(refusing, () => deliver(target, [last]), reporting)).toEqual([]);
    expect(await runsOf(runbookId)).toMatchObject([{ incidentId }]);
    expect(reasons()).toEqual([]);
  });

  it("whose refusal was written while its run is about to start is refused, once", async () => {
    const runbookId = await approvedRunbook(team, REJECT);
    const event = request(runbookId);
    const starting: Border = (command, items) =>
      command.startsWith("TransactWrite") && items.includes("execution");
    const meanwhile = async () => {
      const body = { parameters: { service: "api" } };
      const executionId = idOf(await ask("start-execution", { params: { runbookId }, body }));
      await deliver(target, [event]);
      await ask("cancel-execution", { params: { executionId } });
    };
    expect(await heldAt(starting, () => deliver(target, [event]), meanwhile)).toEqual([]);
    expect(await outcomes(runbookId)).toEqual(["execution.rejected", "execution.requested"]);
    expect(await runsOf(runbookId)).toMatchObject([{ triggeredBy: "manual" }]);
    expect(reasons()).toEqual(["active_executions", "active_executions"]);
  });
});
