// A skip is as final as a run: it is decided from the state at its write, whatever changes meanwhile.
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { openTable } from "../../../shared/store/client.ts";
import { ask } from "../../support/api.ts";
import { atEveryBorder, type Border, beforeEvery, heldAt } from "../../support/borders.ts";
import {
  approvedRunbook,
  auditOf,
  automation,
  deliver,
  type EventsHost,
  incidentEvent,
  startEvents,
} from "../../support/events.ts";
import { violations } from "../../support/invariants.ts";
import { approve, idOf } from "../../support/library.ts";
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
afterEach(async () => {
  if (paused) await pause(false);
});

const done = async (answer: ReturnType<typeof ask>) => void idOf(await answer);
const patch = (automationId: string, body: JsonObject) =>
  done(ask("update-automation", { params: { automationId }, body }));
const edit = (runbookId: string, body: JsonObject) =>
  done(ask("update-runbook", { params: { runbookId }, body }));

let paused = false;
async function pause(on: boolean): Promise<void> {
  paused = on;
  const { problem } = await ask("put-controls", {
    body: { scope: null, paused: on, ...(on && { reason: "Down" }) },
  });
  expect(problem).toBeNull();
}

/** An event that is decided, and a change in the meantime that has been announced. */
type Case = {
  runbookId: string;
  event: JsonObject;
  change: () => Promise<unknown>;
  /** Since when it waits in its queue. */
  waitingSince?: string;
};
const reported = (more: JsonObject = {}) => incidentEvent({ teamId: team, incident: more });

/** A title that is longer than the parameter may be. */
const LONG_TITLE = { title: "x".repeat(100) };
const BY_TITLE = { parameters: { service: "{{detail.incident.title}}" } };
const P1 = { pattern: { detail: { incident: { priority: ["P1"] } } } };
const BY_ID = { parameters: { service: "{{detail.incident.id}}" } };

const CASES: Record<string, { make: () => Promise<Case>; becomes: string }> = {
  "its parameters are fixed": {
    make: async () => {
      const runbookId = await approvedRunbook(team);
      const { id } = await automation(runbookId, BY_TITLE);
      return { runbookId, event: reported(LONG_TITLE), change: () => patch(id, BY_ID) };
    },
    becomes: "fired",
  },
  "it is disabled": {
    make: async () => {
      const runbookId = await approvedRunbook(team);
      const { id } = await automation(runbookId, BY_TITLE);
      return { runbookId, event: reported(LONG_TITLE), change: () => patch(id, { enabled: false }) };
    },
    becomes: "nothing",
  },
  "its runbook is approved": {
    make: async () => {
      const runbookId = await approvedRunbook(team);
      await automation(runbookId);
      await edit(runbookId, { description: "Another one" });
      return { runbookId, event: reported(), change: () => approve(runbookId, 3) };
    },
    becomes: "fired",
  },
  "the shadow's runbook loses its approval": {
    make: async () => {
      const runbookId = await approvedRunbook(team);
      await automation(runbookId, { mode: "shadow" });
      return { runbookId, event: reported(), change: () => edit(runbookId, { description: "Another one" }) };
    },
    becomes: "runbook_not_approved",
  },
  "it may fire again for the same incident": {
    make: async () => {
      const runbookId = await approvedRunbook(team);
      const { id } = await automation(runbookId);
      const incidentId = `inc-${randomUUID()}`;
      await deliver("on-incident", [incidentEvent({ teamId: team, incidentId, type: "Incident Updated" })]);
      const event = incidentEvent({ teamId: team, incidentId });
      return { runbookId, event, change: () => patch(id, { oncePerIncident: false }) };
    },
    becomes: "fired",
  },
  "the run in its way ends": {
    make: async () => {
      const runbookId = await approvedRunbook(team, { concurrency: { limit: 1, onLimit: "reject" } });
      await automation(runbookId);
      const body = { parameters: { service: "checkout" } };
      const executionId = idOf(await ask("start-execution", { params: { runbookId }, body }));
      const change = () => done(ask("cancel-execution", { params: { executionId } }));
      return { runbookId, event: reported(), change };
    },
    becomes: "fired",
  },
  "the pause ends": {
    make: async () => {
      const runbookId = await approvedRunbook(team);
      await automation(runbookId);
      await pause(true);
      const waitingSince = new Date(Date.now() - 61 * 60_000).toISOString();
      return { runbookId, event: reported(), change: () => pause(false), waitingSince };
    },
    becomes: "fired",
  },
};

/** The result of the event, by the audit of the runbook. */
async function outcomeOf(runbookId: string, event: JsonObject): Promise<string> {
  const result = (await auditOf(runbookId)).filter(({ eventId }) => eventId === event["id"]);
  expect(result.length).toBeLessThanOrEqual(1);
  const [entry] = result;
  if (!entry) return "nothing";
  return entry.action === "automation.fired" ? "fired" : String(entry.details["reason"]);
}

/** The transaction that writes a skip: not the look for an earlier one, and not that of a run. */
const SKIP: Border = (command, items) =>
  command.startsWith("TransactWrite") && items.includes("decision") && !items.includes("execution");

describe("while an automation decides to skip an event", () => {
  it.each(Object.entries(CASES))(
    "%s: it is decided by the new state",
    async (name, { make, becomes }) => {
      const decide = ({ event, waitingSince }: Case) => {
        const sent = waitingSince ? { body: JSON.stringify(event), waitingSince } : event;
        return async () => expect(await deliver("on-incident", [sent])).toEqual([]);
      };
      const made = await make();
      const { runbookId, event, change } = made;
      await heldAt(SKIP, decide(made), change);
      expect(await outcomeOf(runbookId, event)).toBe(becomes);
      if (!LONG) return;
      const borders = await atEveryBorder(async (hold) => {
        const made = await make();
        const { runbookId, event, change } = made;
        let changed = false;
        await hold(decide(made), async () => {
          await change();
          changed = true;
        });
        const outcome = await outcomeOf(runbookId, event);
        if (changed) expect(outcome).toBe(becomes);
        else expect(outcome).not.toBe(becomes);
      });
      report(`skip ∥ ${name}`, { borders });
    },
    LIMIT_MS,
  );

  it("a runbook that changes again and again is left to the next delivery, and nothing is decided", async () => {
    const runbookId = await approvedRunbook(team);
    const { id } = await automation(runbookId, BY_TITLE);
    const event = reported(LONG_TITLE);
    let turn = 0;
    const rest = beforeEvery(SKIP, () => patch(id, { cooldown: { seconds: ++turn } }));
    expect(await deliver("on-incident", [event])).toEqual([0]);
    rest();
    expect(turn).toBe(5);
    expect(await outcomeOf(runbookId, event)).toBe("nothing");
    expect(await deliver("on-incident", [event])).toEqual([]);
    expect(await outcomeOf(runbookId, event)).toBe("invalid_parameters");
  });
});

describe("with an index that lags", () => {
  /** Answers of the index as they are now are those that every later query gets. */
  async function lagging<T>(change: () => Promise<unknown>, act: () => Promise<T>): Promise<T> {
    const { middlewareStack } = openTable().documents;
    const seen = new Map<string, object>();
    let lags = false;
    middlewareStack.add(
      (next) => async (args) => {
        const asked = JSON.stringify(args.input);
        if (!asked.includes('"by-team"')) return next(args);
        const old = seen.get(asked);
        if (lags && old) return old as Awaited<ReturnType<typeof next>>;
        const answer = await next(args);
        seen.set(asked, answer);
        return answer;
      },
      { step: "initialize", name: "lag", override: true },
    );
    await deliver("on-incident", [reported({ priority: "P5" })]);
    await change();
    lags = true;
    try {
      return await act();
    } finally {
      expect(seen.size).toBeGreaterThan(0);
      middlewareStack.remove("lag");
    }
  }

  it.each([
    ["parameters that were fixed", BY_TITLE, BY_ID, "fired"],
    [
      "a pattern that has come to match",
      { pattern: { detail: { incident: { priority: ["P9"] } } } },
      P1,
      "fired",
    ],
    ["an automation that was disabled", {}, { enabled: false }, "nothing"],
  ])("%s: the automation is asked as it is", async (_, before, after, becomes) => {
    const runbookId = await approvedRunbook(team);
    const { id } = await automation(runbookId, before);
    const event = reported(LONG_TITLE);
    const answer = await lagging(
      () => patch(id, after),
      () => deliver("on-incident", [event]),
    );
    expect(answer).toEqual([]);
    expect(await outcomeOf(runbookId, event)).toBe(becomes);
  });
});
