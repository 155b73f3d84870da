// What else is wrong with an automation that does not fit its schema: its pattern and parameters, where they do.
import * as z from "zod";
import { type Automation, AutomationChanges, GivenAutomation } from "../domain/automation.ts";
import type { Caller } from "../domain/caller.ts";
import { type Issue, RunbookError } from "../domain/errors.ts";
import type { JsonObject } from "../domain/json.ts";
import type { Runbook } from "../domain/runbook-changes.ts";
import { requireRunbook } from "./access.ts";
import { parametersIssues, patternIssues } from "./automation.ts";

type Settings = { pattern: JsonObject | undefined; parameters: JsonObject | undefined };

export async function otherNewIssues(data: unknown, caller: Caller): Promise<Issue[]> {
  const given = membersOf(data);
  const { runbookId, pattern, parameters } = GivenAutomation.shape;
  const settings = {
    pattern: pattern.safeParse(given["pattern"]).data,
    parameters: parameters.safeParse(given["parameters"]).data,
  };
  return settingsIssues(settings, runbookId.safeParse(given["runbookId"]).data, caller);
}

export async function otherChangeIssues(
  data: unknown,
  { runbookId }: Automation,
  caller: Caller,
): Promise<Issue[]> {
  const given = membersOf(data);
  const { pattern, parameters } = AutomationChanges.shape;
  const settings = {
    pattern: pattern.safeParse(given["pattern"]).data,
    parameters: parameters.safeParse(given["parameters"]).data,
  };
  return settingsIssues(settings, runbookId, caller);
}

const Members = z.record(z.string(), z.unknown());
const membersOf = (data: unknown) => Members.safeParse(data).data ?? {};

async function settingsIssues(
  { pattern, parameters }: Settings,
  runbookId: string | undefined,
  caller: Caller,
): Promise<Issue[]> {
  const runbook = runbookId && parameters ? await visible(runbookId, caller) : null;
  return [
    ...(pattern ? patternIssues(pattern) : []),
    ...(runbook && parameters ? parametersIssues(parameters, runbook.current) : []),
  ];
}

/** Parameters are held against a runbook that is there, as far as the caller sees. */
async function visible(runbookId: string, caller: Caller): Promise<Runbook | null> {
  try {
    return await requireRunbook(caller, "view", runbookId);
  } catch (error) {
    if (error instanceof RunbookError && error.code === "not_found") return null;
    throw error;
  }
}
