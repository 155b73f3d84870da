// The automations that a runbook's definition breaks: enabled ones whose parameters do not fit it. Each is a warning of the answer.
import { MOST_DEPENDENTS } from "../../contract/review-routes.ts";
import type { Automation } from "../../domain/automations/automation.ts";
import type { Caller } from "../../domain/caller.ts";
import { toDisplayText } from "../../domain/display-text.ts";
import { isAllowed } from "../../domain/permissions.ts";
import { MAX_WARNING_CHARACTERS, type Warning } from "../../domain/runbooks/warnings.ts";
import { listAutomations } from "../../store/automations.ts";
import { type Checked, findParameterIssues } from "./save-automation.ts";

/** Returns the enabled automations of the runbook that the caller may see: by one query, the newest `MOST_DEPENDENTS` at most. */
export async function listDependentAutomations(runbookId: string, caller: Caller): Promise<Automation[]> {
  const isVisible = ({ teamId }: Automation) => isAllowed(caller, "view", teamId);
  const page = { limit: MOST_DEPENDENTS };
  return (await listAutomations([], { runbookId, enabled: true, isVisible }, page)).items;
}

/** Returns a warning for each automation that skips every event once this definition runs. */
export async function warnOfBroken(automations: readonly Automation[], version: Checked): Promise<Warning[]> {
  const warnings: Warning[] = [];
  for (const { id, name, parameters } of automations) {
    const issues = await findParameterIssues(parameters, version);
    if (issues.length > 0) warnings.push(toWarning({ id, name }, issues));
  }
  return warnings;
}

/** Read before the change is saved: what is saved is answered as such, whatever becomes of this list. */
export async function findBrokenAutomations(
  runbookId: string,
  version: Checked,
  caller: Caller,
): Promise<Warning[]> {
  return warnOfBroken(await listDependentAutomations(runbookId, caller), version);
}

type Broken = NonNullable<Warning["automation"]>;

function toWarning({ id, name }: Pick<Broken, "id" | "name">, found: Broken["issues"]): Warning {
  const issues = found.map(({ pointer, message }) => ({ pointer, message }));
  const why = issues.map(({ pointer, message }) => `${pointer} ${message}`).join("; ");
  const message = `The automation ${name} (${id}) does not fit this definition, and would skip every event: ${why}. Change the automation, or keep what it needs.`;
  return {
    pointer: "/parameters",
    message: toDisplayText(message, MAX_WARNING_CHARACTERS) ?? "",
    code: "automation_broken",
    automation: { id, name, issues },
  };
}
