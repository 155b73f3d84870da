// Every way to start a run, and its beginning, over the table in memory of the tests of decisions.
import { expect } from "vitest";
import { cancelExecution } from "../../shared/application/end/cancel-execution.ts";
import { requireRunbook } from "../../shared/application/request/access.ts";
import { createExecution } from "../../shared/application/start/create-execution.ts";
import { handleExecutionRequested } from "../../shared/application/start/execution-requested.ts";
import { rerunExecution } from "../../shared/application/start/rerun-execution.ts";
import { createAutomation } from "../../shared/domain/automations/automation-changes.ts";
import { ServiceError } from "../../shared/domain/errors.ts";
import { RejectedEvent } from "../../shared/domain/incidents/rejection.ts";
import type { DefinitionRecord } from "../../shared/domain/runbooks/definition.ts";
import { saveAutomation } from "../../shared/store/automations.ts";
import { getSlots } from "../../shared/store/concurrency-slots.ts";
import { at, iso, T0 as NOW } from "./decision-clock.ts";
import { everything } from "./decision-table.ts";
import { decideReported, FIRST_DELIVERY, incomingEvent } from "./reported.ts";
import { act, contextAt, newId, PLATFORM_ADMIN, runOf } from "./seed.ts";
import * as steps from "./steps.ts";

const request = { parameters: {}, ranForTeamId: null, incident: null, automation: null } as const;
const manual = { ...request, triggeredBy: "manual", trigger: {} } as const;
const requireOne = (id: string) => requireRunbook(PLATFORM_ADMIN, "execute", id);
const startManually = async (id: string) => createExecution(await requireOne(id), manual, contextAt(NOW));
const cancel = (id: string) => cancelExecution(id, null, contextAt(NOW));

/**
 * `creates`: the file that creates the execution. `prepare`: what must be there before; the result is what starts the
 * run. `version`: the only one that it may be of.
 */
type Path = {
  creates: string;
  changes?: Partial<DefinitionRecord>;
  version?: number;
  prepare: (id: string) => Promise<() => Promise<unknown>>;
};
const BY_HAND = "functions/api/start-execution.ts";
export const PATHS: Record<string, Path> = {
  "a person": { creates: BY_HAND, prepare: async (id) => () => startManually(id) },
  "a person who names version 2": {
    creates: BY_HAND,
    version: 2,
    prepare: async (id) => async () =>
      createExecution(await requireOne(id), { ...manual, version: 2 }, contextAt(NOW)),
  },
  "a person who broke the glass": {
    creates: BY_HAND,
    prepare: async (id) => async () =>
      createExecution(
        await requireOne(id),
        { ...manual, breakGlass: { reason: "Checkout is down" } },
        contextAt(NOW),
      ),
  },
  "a rerun": {
    creates: "shared/application/start/rerun-execution.ts",
    prepare: async (id) => {
      const { execution: earlier } = await startManually(id);
      await cancel(earlier.id);
      const previous = await runOf(earlier.id);
      return async () => rerunExecution(PLATFORM_ADMIN, await requireOne(id), previous, {}, contextAt(NOW));
    },
  },
  "an automation": {
    creates: "shared/application/automations/fire-or-skip.ts",
    prepare: async (runbookId) => {
      const settings = { enabled: true, oncePerIncident: true, cooldown: null, mode: "live" } as const;
      const timing = { onlyWhile: null, maxEventAgeSeconds: 3600, replays: false };
      const asked = { runbookId, name: "Restart", pattern: { source: ["oncall"] }, parameters: {} };
      const made = createAutomation(
        newId("automation"),
        "payments",
        { ...asked, ...settings, ...timing },
        act(),
      );
      await saveAutomation(made);
      return () => decideReported(incomingEvent(), { now: NOW, newId });
    },
  },
  "a workflow": {
    creates: "shared/application/start/execution-requested.ts",
    prepare: async (runbookId) => {
      const detail = { runbookId, parameters: {}, requestId: "request-1" };
      const event = { id: "event-1", source: "ci", time: iso(-10), detail } as const;
      const requested = { ...event, "detail-type": "Runbook Execution Requested" } as const;
      const delivery = { raw: {}, ...FIRST_DELIVERY, now: NOW, newId };
      return () => handleExecutionRequested(requested, delivery);
    },
  },
  "a queue": {
    creates: BY_HAND,
    changes: { concurrency: { limit: 1, onLimit: "queue" } },
    prepare: async (id) => {
      await startManually(id);
      return () => startManually(id);
    },
  },
};

/** A refusal is an answer; anything else that is thrown is a failure. */
export async function answered(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof RejectedEvent) return;
    if (!(error instanceof ServiceError) || error.code === "internal_error") throw error;
  }
}

export const pendingIds = async () =>
  (await everything())
    .filter(({ sk, status }) => sk === "execution" && status === "PENDING")
    .map(({ id }) => String(id));

/** Begins the run as its state machine does; whoever holds its place has ended before. */
export async function begin(id: string, occupants: readonly string[]) {
  for (const occupant of occupants) await cancel(occupant);
  const { execution } = await runOf(id);
  if (execution.concurrency) {
    const { holders } = await getSlots(execution.runbookId, execution.concurrency.slotKey);
    expect(holders).toEqual([id]);
  }
  const { refusal } = await steps.deliver({ executionId: id, attempt: 1 }, () => at(7));
  const { execution: now, request: sent } = await runOf(id);
  return {
    version: now.runbookVersion,
    status: now.status,
    sent: sent?.body ?? null,
    refusal: refusal?.code,
  };
}
