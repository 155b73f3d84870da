// Further issues of an automation that does not match its schema. Checks its pattern and parameters if these are valid.
import * as z from "zod";
import { type Automation, AutomationChanges, AutomationInput } from "../../domain/automations/automation.ts";
import type { Cooldown } from "../../domain/automations/cooldown.ts";
import type { Caller } from "../../domain/caller.ts";
import { type Issue, ServiceError } from "../../domain/errors.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { Runbook } from "../../domain/runbooks/runbook-changes.ts";
import { getVersionToRun } from "../../domain/runbooks/runnable.ts";
import { requireRunbook } from "../request/access.ts";
import { findCooldownIssues, findParameterIssues, findPatternIssues } from "./save-automation.ts";

type Settings = {
  pattern: JsonObject | undefined;
  parameters: JsonObject | undefined;
  cooldown: Cooldown | null | undefined;
};

export async function inspectNewAutomation(data: unknown, caller: Caller): Promise<Issue[]> {
  const members = membersOf(data);
  const { runbookId, pattern, parameters, cooldown } = AutomationInput.shape;
  const settings = {
    pattern: pattern.safeParse(members["pattern"]).data,
    parameters: parameters.safeParse(members["parameters"]).data,
    cooldown: cooldown.safeParse(members["cooldown"]).data,
  };
  return findSettingsIssues(settings, runbookId.safeParse(members["runbookId"]).data, caller);
}

export async function inspectAutomationChanges(
  data: unknown,
  { runbookId }: Automation,
  caller: Caller,
): Promise<Issue[]> {
  const members = membersOf(data);
  const { pattern, parameters, cooldown } = AutomationChanges.shape;
  const settings = {
    pattern: pattern.safeParse(members["pattern"]).data,
    parameters: parameters.safeParse(members["parameters"]).data,
    cooldown: cooldown.safeParse(members["cooldown"]).data,
  };
  return findSettingsIssues(settings, runbookId, caller);
}

const Members = z.record(z.string(), z.unknown());
const membersOf = (data: unknown) => Members.safeParse(data).data ?? {};

async function findSettingsIssues(
  { pattern, parameters, cooldown }: Settings,
  runbookId: string | undefined,
  caller: Caller,
): Promise<Issue[]> {
  const runbook = runbookId && parameters ? await getVisibleRunbook(runbookId, caller) : null;
  return [
    ...(pattern ? findPatternIssues(pattern) : []),
    ...findCooldownIssues(cooldown ?? null),
    ...(runbook && parameters ? await findParameterIssues(parameters, getVersionToRun(runbook)) : []),
  ];
}

/** Returns null if the runbook is missing, or invisible to the caller. Parameters are then not checked. */
async function getVisibleRunbook(runbookId: string, caller: Caller): Promise<Runbook | null> {
  try {
    return await requireRunbook(caller, "view", runbookId);
  } catch (error) {
    if (error instanceof ServiceError && error.code === "not_found") return null;
    throw error;
  }
}
