// Saves automations after checking that scope, runbook, pattern and parameters fit together.

import {
  type Automation,
  type AutomationChanges,
  type AutomationInput,
  type AutomationSettings,
  MAX_AUTOMATIONS,
} from "../../domain/automations/automation.ts";
import { createAutomation, updateAutomation } from "../../domain/automations/automation-changes.ts";
import type { Cooldown } from "../../domain/automations/cooldown.ts";
import type { Caller } from "../../domain/caller.ts";
import type { Act } from "../../domain/context.ts";
import { type Issue, type IssueCode, ServiceError } from "../../domain/errors.ts";
import { checkEventPattern } from "../../domain/event-pattern/check.ts";
import type { JsonObject } from "../../domain/json.ts";
import { authorizeCreation } from "../../domain/permissions.ts";
import type { DefinitionRecord } from "../../domain/runbooks/definition.ts";
import type { Runbook } from "../../domain/runbooks/runbook-changes.ts";
import { getVersionToRun, requireRunnable } from "../../domain/runbooks/runnable.ts";
import type { Scope } from "../../domain/scopes.ts";
import { loadPatternEngine } from "../../parameters/pattern-engine.ts";
import { hasAutomations, requireAutomationMatch, saveAutomation } from "../../store/automations.ts";
import { type IdempotencyRecord, idempotencyWrites } from "../../store/idempotency.ts";
import { retryOnConflict } from "../../store/retry-on-conflict.ts";
import { runbookUnchangedCheck } from "../../store/runbook-check.ts";
import { getRunbook } from "../../store/runbooks.ts";
import { requireAutomation, requireRunbook } from "../request/access.ts";
import { findTemplateIssues, findTemplateParameterIssues } from "./automation-parameters.ts";

/** Creates an automation, with the idempotency record of the request. */
export async function addAutomation(
  id: string,
  given: AutomationInput,
  caller: Caller,
  act: Act,
  record: IdempotencyRecord | null,
): Promise<Automation> {
  return retryOnConflict(async () => {
    const { runbook, teamId } = await requireAutomationScope(caller, given.teamId, given.runbookId);
    await checkSettings(given, runbook);
    requireRunnable(runbook);
    await requireCapacity(teamId);
    const change = createAutomation(id, teamId, given, act);
    await saveAutomation(change, { extraWrites: [sameRunbookCheck(runbook), ...idempotencyWrites(record)] });
    return change.automation;
  });
}

type AutomationUpdate = { changes: AutomationChanges; ifMatch: number | undefined };

/** Returns the changed automation. Checks it against its runbook if pattern or parameters are given, or it is switched on. */
export async function changeAutomation(
  automation: Automation,
  { changes, ifMatch }: AutomationUpdate,
  caller: Caller,
  act: Act,
): Promise<Automation> {
  return retryOnConflict(async (again) => {
    const before = again ? await requireAutomation(caller, "manage", automation.id) : automation;
    requireAutomationMatch(ifMatch, before);
    const change = updateAutomation(before, changes, act);
    if (!change) return before;
    const isSwitchedOn = change.automation.enabled && !before.enabled;
    const isChecked = changes.pattern || changes.parameters || changes.cooldown || isSwitchedOn;
    const runbook = isChecked ? await requireItsRunbook(before) : null;
    if (runbook) await checkSettings(change.automation, runbook);
    await saveAutomation(change, { ifMatch, extraWrites: runbook ? [sameRunbookCheck(runbook)] : [] });
    return change.automation;
  });
}

/** Whoever sees an automation may see its runbook. @throws `invalid_transition` if the runbook was deleted. */
async function requireItsRunbook({ runbookId }: Automation): Promise<Runbook> {
  const runbook = await getRunbook(runbookId);
  if (runbook && runbook.state.deletedAt === null) return runbook;
  const message =
    "The runbook of this automation was deleted, so it can start nothing. Delete it, or make one for another runbook.";
  throw new ServiceError("invalid_transition", message);
}

/** The settings fit the runbook as read. If the runbook changes or is deleted meanwhile, they are checked again. */
const sameRunbookCheck = ({ state }: Runbook) => runbookUnchangedCheck(state.id, state);

/** Returns the scope of a new automation: the requested one, or else the runbook's. The caller must manage it. */
async function requireAutomationScope(
  caller: Caller,
  requested: Scope | undefined,
  runbookId: string,
): Promise<{ runbook: Runbook; teamId: Scope }> {
  if (requested !== undefined) authorizeCreation(caller, requested);
  const runbook = await requireRunbook(caller, "view", runbookId);
  const { teamId: scope } = runbook.state;
  const teamId = requested === undefined ? scope : requested;
  authorizeCreation(caller, teamId);
  if (scope !== null && scope !== teamId) {
    const message = "belongs to another scope: a team's runbook is run by that team's automations only";
    throw new ServiceError("malformed_request", "The automation cannot run this runbook.", {
      issues: [{ pointer: "/runbookId", message }],
    });
  }
  return { runbook, teamId };
}

/** Each event of the team is matched against all of its automations, so their number is limited. */
async function requireCapacity(teamId: Scope): Promise<void> {
  if (!(await hasAutomations(teamId, MAX_AUTOMATIONS))) return;
  const message = `has ${MAX_AUTOMATIONS} automations, which is the limit: delete one first`;
  throw new ServiceError("malformed_request", "The limit of automations is reached.", {
    issues: [{ pointer: "/teamId", message }],
  });
}

/** @throws one error with every issue. Checks parameters as far as possible before an event. */
async function checkSettings(
  { pattern, parameters, cooldown }: Pick<AutomationSettings, "pattern" | "parameters" | "cooldown">,
  runbook: Runbook,
): Promise<void> {
  const ownIssues = [...findPatternIssues(pattern), ...findCooldownIssues(cooldown)];
  const parameterIssues = await findParameterIssues(parameters, getVersionToRun(runbook));
  if (ownIssues.length + parameterIssues.length === 0) return;
  const code = ownIssues.length > 0 ? "malformed_request" : "invalid_parameters";
  throw new ServiceError(code, "The automation is not valid.", {
    issues: [...ownIssues, ...parameterIssues],
  });
}

/** Issues of the template that a cooldown counts by. */
export const findCooldownIssues = (cooldown: Cooldown | null) =>
  cooldown?.key
    ? prefixIssues("/cooldown", "invalid_template", findTemplateIssues(cooldown.key, "/key"))
    : [];

export const findPatternIssues = (pattern: JsonObject) =>
  prefixIssues("/pattern", "invalid_pattern", checkEventPattern(pattern));

/** The part of a runbook's version that parameters are checked against. */
export type Checked = { definition: Pick<DefinitionRecord, "parameters"> };

export const findParameterIssues = async (parameters: JsonObject, { definition }: Checked) => {
  await loadPatternEngine(definition.parameters);
  const issues = findTemplateParameterIssues(definition.parameters, parameters);
  return prefixIssues("/parameters", "invalid_parameters", issues);
};

function prefixIssues(prefix: string, code: IssueCode, issues: readonly Issue[]): Issue[] {
  return issues.map(({ pointer, message }) => ({ pointer: `${prefix}${pointer}`, message, code }));
}
