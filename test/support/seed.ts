// Small true-to-life data for tests: callers, definitions, runbooks and runs, each with its own ids.
import type { Actor } from "../../shared/domain/audit.ts";
import { type Caller, callerFromClaims } from "../../shared/domain/caller.ts";
import type { Act, Context } from "../../shared/domain/context.ts";
import type { Execution, ExecutionInput } from "../../shared/domain/executions/execution.ts";
import { buildExecution, markRunning } from "../../shared/domain/executions/execution-changes.ts";
import { approveRunbook } from "../../shared/domain/runbooks/approval-changes.ts";
import type { DefinitionRecord } from "../../shared/domain/runbooks/definition.ts";
import {
  createRunbook,
  type Runbook,
  type RunbookChange,
} from "../../shared/domain/runbooks/runbook-changes.ts";
import { newId } from "../../shared/http/new-id.ts";
import { type ExecutionRecord, getExecutionRecord, putExecution } from "../../shared/store/executions.ts";
import { getRunbook, saveRunbook } from "../../shared/store/runbooks.ts";
import { claimNext, saveBeginning } from "./steps.ts";

export { newId };

/** A caller as its token's groups make it. */
export function callerIn(...groups: string[]): Caller {
  const caller = callerFromClaims({ sub: `user-${groups.join("-") || "nobody"}`, groups }, "groups");
  if (!caller) throw new Error("These claims name nobody");
  return caller;
}

export const PLATFORM_ADMIN = callerIn("platform-admin");

export const definition = (changes: Partial<DefinitionRecord> = {}): DefinitionRecord => ({
  name: "Restart a service",
  description: "Restarts one service of the shop",
  webhookUrl: "https://hooks.example.com/restart",
  webhookMethod: "POST",
  webhookHeaders: {},
  webhookAuth: { type: "none" },
  secrets: {},
  parameters: { type: "object", properties: { service: { type: "string" } }, required: ["service"] },
  payloadTemplate: '{"service":"{{params.service}}"}',
  payloadFormat: "json",
  timeoutSeconds: 300,
  attemptTimeoutSeconds: 30,
  retryPolicy: { maxAttempts: 3, initialDelaySeconds: 1, backoffRate: 2, maxDelaySeconds: 60 },
  whileDraft: "stop",
  ...changes,
});

let tick = Date.parse("2026-03-01T03:00:00.000Z");

/** Who acts, at a time that moves on by a millisecond with every act. */
export function act(id = "ana"): Act {
  tick += 1;
  const actor: Actor = { id, name: null };
  return { actor, at: new Date(tick).toISOString(), auditId: newId("audit"), salt: newId("salt") };
}

/** Somebody acts, at a time of the test's own. */
export const contextAt = (now: Date, by = "ana"): Context => ({ actor: { id: by, name: null }, now, newId });

/** A stored draft at version 1. */
export async function draft(
  teamId: string | null = "payments",
  changes: Partial<DefinitionRecord> = {},
  by = "ana",
) {
  const id = newId("runbook");
  await saveRunbook(createRunbook(id, teamId, definition(changes), act(by)));
  return reload(id);
}

/** A stored approved runbook at version 2. */
export async function approved(teamId: string | null = "payments", changes: Partial<DefinitionRecord> = {}) {
  const runbook = await draft(teamId, changes);
  await saveRunbook(approveRunbook(runbook, review(1), act("boss")));
  return reload(runbook.state.id);
}

/** The runbook as a change leaves it, stored or not. */
export const after = ({ state, summary, version, live }: RunbookChange): Runbook => ({
  state,
  summary,
  current: version,
  live,
});

export const review = (version: number) => ({ version, note: null, fourEyes: false });

export async function reload(id: string): Promise<Runbook> {
  const runbook = await getRunbook(id);
  if (!runbook) throw new Error(`There is no runbook ${id}`);
  return runbook;
}

/** A claim of an attempt whose call may take half a minute from now on. */
export const claimNow = (now = new Date()) => ({
  id: newId("audit"),
  startedAt: now.toISOString(),
  callDeadlineAt: new Date(now.getTime() + 40_000).toISOString(),
});

/** A stored PENDING run of an approved runbook; nothing has been handed to a state machine. */
export async function pending(runbook: Runbook, ranForTeamId: string | null = null): Promise<Execution> {
  const id = newId("execution");
  const request = { id, ranForTeamId, incidentId: null, triggeredBy: "manual", trigger: {} } as const;
  const change = buildExecution(runbook, request, act("ana"));
  await putExecution(change, inputOf(id), null);
  return change.execution;
}

/** The same, RUNNING, before its first claim. */
export async function running(runbook: Runbook): Promise<Execution> {
  const change = markRunning(await pending(runbook), 300, { ...act(), at: new Date().toISOString() });
  await saveBeginning(change);
  return change.execution;
}

/** The same in its first call: the attempt is claimed, and has no outcome. */
export async function calling(runbook: Runbook): Promise<Execution> {
  const execution = await running(runbook);
  if (!(await claimNext(execution, [], claimNow()))) throw new Error("The attempt was not claimed");
  return execution;
}

export const inputOf = (executionId: string): ExecutionInput => ({
  executionId,
  parameters: { service: "checkout" },
  secrets: {},
  secretsBoundTo: executionId,
  incident: null,
  automation: null,
});

/** An execution with all of its items, as stored now. */
export async function runOf(id: string): Promise<ExecutionRecord> {
  const run = await getExecutionRecord(id);
  if (!run) throw new Error("There is no such run");
  return run;
}
