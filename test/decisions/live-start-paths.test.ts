// Every way to start a run × everything that changes what is live × the moment of the change: only what was approved and
// has not been taken out of service since runs, and it sends what was reviewed.
import "../support/quiet.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { runAutomations } from "../../shared/application/automations/run-automations.ts";
import { cancelExecution } from "../../shared/application/end/cancel-execution.ts";
import { requireRunbook } from "../../shared/application/request/access.ts";
import { createSigningSecret } from "../../shared/application/runbooks/signing-secret.ts";
import { createExecution } from "../../shared/application/start/create-execution.ts";
import { handleExecutionRequested } from "../../shared/application/start/execution-requested.ts";
import { rerunExecution } from "../../shared/application/start/rerun-execution.ts";
import { createAutomation } from "../../shared/domain/automations/automation-changes.ts";
import { ServiceError } from "../../shared/domain/errors.ts";
import { RejectedEvent } from "../../shared/domain/incidents/rejection.ts";
import {
  approveRunbook,
  deprecateRunbook,
  withdrawRunbook,
} from "../../shared/domain/runbooks/approval-changes.ts";
import type { DefinitionRecord } from "../../shared/domain/runbooks/definition.ts";
import {
  type Runbook,
  rollbackRunbook,
  updateRunbook,
} from "../../shared/domain/runbooks/runbook-changes.ts";
import { saveAutomation } from "../../shared/store/automations.ts";
import { getSlots } from "../../shared/store/concurrency-slots.ts";
import { deleteRunbook, saveRunbook } from "../../shared/store/runbooks.ts";
import { signingSecretWrite } from "../../shared/store/signing-secrets.ts";
import { transact } from "../../shared/store/transact.ts";
import { at, iso, T0 as NOW } from "../support/decision-clock.ts";
import { beforeWrites, everything, freshTable } from "../support/decision-table.ts";
import { hearLogs } from "../support/heard-logs.ts";
import { calmOutside, outside } from "../support/outside.ts";
import { act, approved, contextAt, newId, PLATFORM_ADMIN, reload, review, runOf } from "../support/seed.ts";
import * as steps from "../support/steps.ts";

const FIRST = '{"reviewed":"first"}';
const SECOND = '{"reviewed":"later"}';
const BASE: Partial<DefinitionRecord> = {
  parameters: { type: "object", properties: {} },
  payloadTemplate: FIRST,
};

type Change = (runbook: Runbook) => Promise<unknown>;
const save = (change: Parameters<typeof saveRunbook>[0] | null) => {
  if (!change) throw new Error("Nothing changes");
  return saveRunbook(change);
};
const edit =
  (changes: Partial<DefinitionRecord> = {}): Change =>
  (runbook) => {
    const edited = { ...runbook.current.definition, payloadTemplate: SECOND, ...changes };
    return save(updateRunbook(runbook, edited, null, act("ana")));
  };
const approve: Change = (runbook) =>
  save(approveRunbook(runbook, review(runbook.state.version), act("boss")));
const withdraw: Change = (runbook) => save(withdrawRunbook(runbook, "It does harm", act("ana")));
const deprecate: Change = (runbook) => save(deprecateRunbook(runbook, "Old", act("boss")));
const rollback: Change = (runbook) => {
  const definition = { ...runbook.current.definition, payloadTemplate: SECOND };
  return save(rollbackRunbook(runbook, { version: 1, authors: ["ana"] }, definition, null, act("ana")));
};
const remove: Change = (runbook) => deleteRunbook(runbook, act("ana"), undefined);

/** `live`: what starts afterwards; null: nothing. `oldBegins`: whether a waiting run of version 2 may begin. */
type Situation = {
  whileDraft?: "run_approved";
  changes: Change[];
  live: 2 | 4 | 5 | null;
  oldBegins: boolean;
};
const kept = { whileDraft: "run_approved" } as const;
const STOPPED = { live: null, oldBegins: false } as const;
const SITUATIONS: Record<string, Situation> = {
  "nothing changes": { changes: [], live: 2, oldBegins: true },
  edited: { changes: [edit()], ...STOPPED },
  "edited, kept live": { ...kept, changes: [edit()], live: 2, oldBegins: true },
  "edited twice, kept live": { ...kept, changes: [edit(), edit({ name: "B" })], live: 2, oldBegins: true },
  "edited so as to be kept": { changes: [edit(kept)], ...STOPPED },
  "edited so as to stop, kept live": {
    ...kept,
    changes: [edit({ whileDraft: "stop" })],
    live: 2,
    oldBegins: true,
  },
  "rolled back": { changes: [rollback], ...STOPPED },
  "rolled back, kept live": { ...kept, changes: [rollback], live: 2, oldBegins: true },
  "approved anew": { changes: [edit(), approve], live: 4, oldBegins: false },
  "approved anew, kept live": { ...kept, changes: [edit(), approve], live: 4, oldBegins: true },
  withdrawn: { ...kept, changes: [withdraw], ...STOPPED },
  "withdrawn beside a draft": { ...kept, changes: [edit(), withdraw], ...STOPPED },
  "withdrawn, then approved": { ...kept, changes: [edit(), withdraw, approve], live: 5, oldBegins: false },
  deprecated: { ...kept, changes: [deprecate], ...STOPPED },
  deleted: { ...kept, changes: [remove], ...STOPPED },
};

const request = { parameters: {}, ranForTeamId: null, incident: null, automation: null } as const;
const manual = { ...request, triggeredBy: "manual", trigger: {} } as const;
const requireOne = (id: string) => requireRunbook(PLATFORM_ADMIN, "execute", id);
const startManually = async (id: string) => createExecution(await requireOne(id), manual, contextAt(NOW));
const cancel = (id: string) => cancelExecution(id, null, contextAt(NOW));

/** `prepare`: what must be there before; the result is what starts the run. */
type Path = { changes?: Partial<DefinitionRecord>; prepare: (id: string) => Promise<() => Promise<unknown>> };
const PATHS: Record<string, Path> = {
  "a person": { prepare: async (id) => () => startManually(id) },
  "a rerun": {
    prepare: async (id) => {
      const { execution: earlier } = await startManually(id);
      await cancel(earlier.id);
      const previous = await runOf(earlier.id);
      return async () => rerunExecution(PLATFORM_ADMIN, await requireOne(id), previous, {}, contextAt(NOW));
    },
  },
  "an automation": {
    prepare: async (runbookId) => {
      const settings = { enabled: true, oncePerIncident: true, cooldownSeconds: 0, mode: "live" } as const;
      const asked = { runbookId, name: "Restart", pattern: { source: ["oncall"] }, parameters: {} };
      const made = createAutomation(newId("automation"), "payments", { ...asked, ...settings }, act());
      await saveAutomation(made);
      const incident = {
        ...{ id: "INC-1", title: "Slow", status: "open", priority: "P1", teamId: "payments" },
        ...{
          createdAt: iso(-60),
          acknowledgedAt: null,
          assignee: null,
          metadata: null,
          reportedAt: iso(-60),
        },
      };
      const event = { event: { source: "oncall", id: "event-1" }, eventId: "event-1", teamId: "payments" };
      const incoming = { ...event, incident, causedBy: undefined, depth: 0 };
      return () => runAutomations(incoming, { now: NOW, newId });
    },
  },
  "a workflow": {
    prepare: async (runbookId) => {
      const detail = { runbookId, parameters: {}, requestId: "request-1" };
      const event = { id: "event-1", source: "ci", time: iso(-10), detail } as const;
      const requested = { ...event, "detail-type": "Runbook Execution Requested" } as const;
      const delivery = { raw: {}, receives: 1, redriven: false, now: NOW, newId };
      return () => handleExecutionRequested(requested, delivery);
    },
  },
  "a queue": {
    changes: { concurrency: { limit: 1, onLimit: "queue" } },
    prepare: async (id) => {
      await startManually(id);
      return () => startManually(id);
    },
  },
};

/** A refusal is an answer; anything else that is thrown is a failure. */
async function answered(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof RejectedEvent) return;
    if (!(error instanceof ServiceError) || error.code === "internal_error") throw error;
  }
}

async function applyChanges(id: string, changes: readonly Change[]): Promise<void> {
  for (const change of changes) await change(await reload(id));
}

const pendingIds = async () =>
  (await everything())
    .filter(({ sk, status }) => sk === "execution" && status === "PENDING")
    .map(({ id }) => String(id));

/** Begins the run as its state machine does; whoever holds its place has ended before. */
async function begin(id: string, occupants: readonly string[]) {
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

const MOMENTS = ["before the request", "before its write", "before it begins"] as const;
type Moment = (typeof MOMENTS)[number];
type Case = { path: string; situation: string; moment: Moment };
/** A runbook with an active run cannot be deleted. */
const isPossible = ({ path, situation, moment }: Case) =>
  situation !== "deleted" || (path !== "a queue" && moment !== "before it begins");
const CASES = Object.keys(PATHS).flatMap((path) =>
  Object.keys(SITUATIONS)
    .flatMap((situation) => MOMENTS.map((moment) => ({ path, situation, moment })))
    .filter(isPossible),
);

const requireIn = <T>(rows: Record<string, T>, name: string): T => {
  const row = rows[name];
  if (row === undefined) throw new Error(`There is no ${name}`);
  return row;
};

beforeEach(() => {
  freshTable({ INCIDENT_SOURCES: "oncall", KNOWN_TEAMS: "", WORKFLOW_SOURCES: "ci" });
  calmOutside();
  hearLogs();
});

describe("what is live", () => {
  it.each(CASES)("decides for $path: $situation $moment", async ({ path, situation, moment }) => {
    const { whileDraft = "stop", changes, live, oldBegins } = requireIn(SITUATIONS, situation);
    const { changes: limits, prepare } = requireIn(PATHS, path);
    const { state } = await approved("payments", { ...BASE, ...limits, whileDraft });
    await transact([signingSecretWrite(await createSigningSecret(state.id, iso(0)))]);
    const start = await prepare(state.id);
    const occupants = await pendingIds();
    const change = () => applyChanges(state.id, changes);

    if (moment === "before the request") await change();
    if (moment === "before its write") beforeWrites(change);
    await answered(start);
    if (moment === "before it begins") await change();

    const expected = moment === "before it begins" ? 2 : live;
    const started = (await pendingIds()).filter((id) => !occupants.includes(id));
    expect(started).toHaveLength(expected === null ? 0 : 1);
    for (const id of started) {
      const begins = moment !== "before it begins" || oldBegins;
      const reviewed = expected === 2 ? FIRST : SECOND;
      expect(await begin(id, occupants)).toEqual(
        begins
          ? { version: expected, status: "RUNNING", sent: reviewed, refusal: undefined }
          : { version: expected, status: "PENDING", sent: null, refusal: "runbook_not_approved" },
      );
      expect(outside.calls).toHaveLength(begins ? 1 : 0);
    }
  });
});
