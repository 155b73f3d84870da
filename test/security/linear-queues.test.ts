// The largest event of each hostile shape, to each function that reads a queue, and a hostile event of the right form
// through all of its work: CPU time of this process, bound by a multiple of what reading and writing such bytes costs.
import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { MAX_EVENT_BYTES, RULES } from "../../shared/contract/events.ts";
import type { JsonObject } from "../../shared/domain/json.ts";
import {
  approvedRunbook,
  automation,
  deadLettersOf,
  deliver,
  type EventsHost,
  incidentEvent,
  runRequest,
  startEvents,
  storedRuns,
} from "../support/events.ts";
import { hostileBodies } from "../support/hostile.ts";

let host: EventsHost;
beforeAll(async () => {
  host = await startEvents({ WORKFLOW_SOURCES: "oncall.workflows" });
  return host.stop;
});

/** The target on an idle machine is 250 ms; a busy one is slower at everything, the baseline included. */
const FLOOR_MS = 250;
const TIMES = 40;
const SAMPLE = JSON.stringify(Array.from({ length: 8_000 }, (_, i) => ({ name: `value ${i}` })));

async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The better of two: what is compiled or collected meanwhile is not work over the input. */
async function expectLinear(what: string, work: () => Promise<unknown>): Promise<void> {
  const bound = Math.max(FLOOR_MS, TIMES * (await cpuMs(() => JSON.stringify(JSON.parse(SAMPLE)))));
  const first = await cpuMs(work);
  expect(first < bound ? first : await cpuMs(work), what).toBeLessThan(bound);
}

const ends = (detail: JsonObject) => ({
  id: randomUUID(),
  source: "aws.states",
  time: new Date().toISOString(),
  "detail-type": "Step Functions Execution Status Change",
  detail,
});

/** How an event of each queue looks, with this as its detail. */
const EVENTS = {
  "on-incident": (detail: JsonObject) => ({ ...incidentEvent(), detail }),
  "on-execution-requested": (detail: JsonObject) => ({ ...runRequest(""), detail }),
  "on-execution-ended": ends,
  "on-source-message": (detail: JsonObject) => ({ ...ends(detail), source: "aws.health" }),
};
const targets = Object.entries(RULES).map(([rule, { target }]) => [target, rule] as const);

describe.each(targets)("%s", (target, rule) => {
  const frame = JSON.stringify(EVENTS[target]({ hostile: 0 }));
  const shapes = hostileBodies(MAX_EVENT_BYTES - frame.length, undefined).filter(
    ({ what }) => !what.includes(" in unknown") && !what.includes(" in other"),
  );

  it.each(shapes)("sets aside at a linear cost: $what", async ({ body }) => {
    const events = [body, frame.replace('"hostile":0', () => `"hostile":${body}`)];
    for (const text of events) {
      await expectLinear(text.slice(0, 60), async () => {
        expect(await deliver(target, [{ body: text }])).toEqual([]);
      });
    }
    for (const { attributes } of deadLettersOf(host, rule)) {
      expect(JSON.stringify(attributes)).toMatch(/malformed|too_large/);
    }
  });
});

describe("an event of the right form", () => {
  const members = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${"k".repeat(50)}${i}`, "v"]));

  it("that asks for a run with thousands of parameters is refused at a linear cost, and starts none", async () => {
    const runbookId = await approvedRunbook("payments");
    const asked = () => runRequest(runbookId, { parameters: members(3_500) });
    await expectLinear("parameters", async () => {
      expect(await deliver("on-execution-requested", [asked()])).toEqual([]);
    });
    const runs = (await storedRuns(host.table)).filter((run) => run.runbookId === runbookId);
    expect(runs).toEqual([]);
    const [letter] = deadLettersOf(host, "execution-requests");
    expect(JSON.stringify(letter?.attributes)).toContain("invalid_parameters");
  });

  it("that reports thousands of members is matched with every automation at a linear cost", async () => {
    const runbookId = await approvedRunbook("payments");
    const wildcards = Array.from({ length: 20 }, (_, i) => ({ wildcard: `*v${i}*v*` }));
    const pattern = { detail: { incident: { metadata: { [`${"k".repeat(50)}7`]: wildcards } } } };
    for (let i = 0; i < 5; i++) await automation(runbookId, { pattern });
    const event = () => incidentEvent({ teamId: "payments", incident: { metadata: members(3_500) } });
    await expectLinear("members", async () => {
      expect(await deliver("on-incident", [event()])).toEqual([]);
    });
  });

  it("about the end of an unknown run is done at a linear cost", async () => {
    const detail = { name: `execution_${"0".repeat(26)}`, status: "FAILED", input: "x".repeat(200_000) };
    await expectLinear("end", async () => {
      expect(await deliver("on-execution-ended", [ends(detail)])).toEqual([]);
    });
  });
});
