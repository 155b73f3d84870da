// A plan, and what was done of it, for programs.
import { nameOf } from "./apply.ts";
import type { Plan, Step } from "./plan.ts";
import type { Stored } from "./service.ts";

export function stepJson(step: Step) {
  const { kind, scope: teamId, name } = nameOf(step);
  const what = { action: step.action, kind, teamId, name };
  if (step.action === "delete") return { ...what, id: step.stored.id };
  const file = { ...what, file: step.entry.source.file };
  if (step.action === "create") return { ...file, waitsForApproval: step.waits };
  return { ...file, id: step.target.id, differences: step.differences };
}

export const approvalJson = ({ id, name, version, definitionHash }: Stored) => ({
  ...{ id, name, version, definitionHash },
});

export const planJson = ({ steps, unchanged, unapproved }: Plan) => ({
  steps: steps.map(stepJson),
  unchanged,
  waitingForApproval: unapproved.map(approvalJson),
});
