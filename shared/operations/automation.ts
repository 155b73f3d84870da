// An automation on its way into the table: its scope, its runbook, its pattern and its parameters fit together.

import {
  type Automation,
  type AutomationChanges,
  type AutomationSettings,
  type GivenAutomation,
  MOST_AUTOMATIONS,
} from "../domain/automation.ts";
import { createAutomation, updateAutomation } from "../domain/automation-changes.ts";
import type { Caller } from "../domain/caller.ts";
import { type Issue, type IssueCode, RunbookError } from "../domain/errors.ts";
import { checkEventPattern } from "../domain/event-pattern-check.ts";
import type { JsonObject } from "../domain/json.ts";
import { authorizeCreation, type Scope } from "../domain/permissions.ts";
import type { RunbookVersion } from "../domain/runbook.ts";
import type { Act, Runbook } from "../domain/runbook-changes.ts";
import { hasAutomations, requireVersion, saveAutomation } from "../store/automations.ts";
import { headCheck } from "../store/head-check.ts";
import { type IdempotencyRecord, idempotencyWrites } from "../store/idempotency.ts";
import { requireAutomation, requireRunbook } from "./access.ts";
import { parameterIssues } from "./automation-parameters.ts";
import { untilItStands } from "./refusal.ts";

/** A new automation, and the idempotency record of the request that asked for it. */
export async function addAutomation(
  id: string,
  given: GivenAutomation,
  caller: Caller,
  act: Act,
  record: IdempotencyRecord | null,
): Promise<Automation> {
  return untilItStands(async () => {
    const { runbook, teamId } = await automationScope(caller, given.teamId, given.runbookId);
    checkSettings(given, runbook);
    requireApproved(runbook);
    await requireRoom(teamId);
    const change = createAutomation(id, teamId, given, act);
    await saveAutomation(change, { also: [asRead(runbook), ...idempotencyWrites(record)] });
    return change.automation;
  });
}

type Asked = { id: string; changes: AutomationChanges; ifMatch: number | undefined };

/** The automation as it is then; pattern and parameters are checked against the runbook where one of them is given. */
export async function changeAutomation({ id, changes, ifMatch }: Asked, caller: Caller, act: Act) {
  return untilItStands(async () => {
    const before = await requireAutomation(caller, "manage", id);
    requireVersion(ifMatch, before);
    const change = updateAutomation(before, changes, act);
    if (!change) return before;
    const runbook =
      changes.pattern || changes.parameters ? await requireRunbook(caller, "view", before.runbookId) : null;
    if (runbook) checkSettings(change.automation, runbook);
    await saveAutomation(change, { ifMatch, also: runbook ? [asRead(runbook)] : [] });
    return change.automation;
  });
}

/** It fits the runbook as that was read: one that is changed or deleted meanwhile has to be asked again. */
const asRead = ({ head }: Runbook) => headCheck(head.id, head);

/** The scope of a new automation of this runbook: the one asked for, else the runbook's. The caller must manage it. */
async function automationScope(
  caller: Caller,
  asked: Scope | undefined,
  runbookId: string,
): Promise<{ runbook: Runbook; teamId: Scope }> {
  if (asked !== undefined) authorizeCreation(caller, asked);
  const runbook = await requireRunbook(caller, "view", runbookId);
  const { teamId: scope } = runbook.head;
  const teamId = asked === undefined ? scope : asked;
  authorizeCreation(caller, teamId);
  if (scope !== null && scope !== teamId) {
    const message = "belongs to another scope: a team's runbook is run by that team's automations only";
    throw new RunbookError("malformed_request", "The automation cannot run this runbook.", {
      issues: [{ pointer: "/runbookId", message }],
    });
  }
  return { runbook, teamId };
}

/** Each event of the team is held against all of its automations, so there is an end to them. */
async function requireRoom(teamId: Scope): Promise<void> {
  if (!(await hasAutomations(teamId, MOST_AUTOMATIONS))) return;
  const message = `has ${MOST_AUTOMATIONS} automations, which is as many as there may be: delete one first`;
  throw new RunbookError("malformed_request", "There is no room for another automation.", {
    issues: [{ pointer: "/teamId", message }],
  });
}

/** What an automation would run must be able to run. */
export function requireApproved({ head }: Runbook): void {
  if (head.approvalStatus === "APPROVED") return;
  const message = `The runbook is ${head.approvalStatus}: an automation needs an approved one.`;
  throw new RunbookError("runbook_not_approved", message);
}

/** Throws one error with every issue. Whether parameters fit is seen as far as it can be before an event. */
export function checkSettings(
  { pattern, parameters }: Pick<AutomationSettings, "pattern" | "parameters">,
  { current }: Runbook,
): void {
  const inPattern = patternIssues(pattern);
  const inParameters = parametersIssues(parameters, current);
  if (inPattern.length + inParameters.length === 0) return;
  const code = inPattern.length > 0 ? "malformed_request" : "invalid_parameters";
  throw new RunbookError(code, "The automation cannot be accepted as it is.", {
    issues: [...inPattern, ...inParameters],
  });
}

export const patternIssues = (pattern: JsonObject) =>
  at("/pattern", "invalid_pattern", checkEventPattern(pattern));

export const parametersIssues = (parameters: JsonObject, { definition }: RunbookVersion) =>
  at("/parameters", "invalid_parameters", parameterIssues(definition.parameters, parameters));

function at(place: string, code: IssueCode, issues: readonly Issue[]): Issue[] {
  return issues.map(({ pointer, message }) => ({ pointer: `${place}${pointer}`, message, code }));
}
