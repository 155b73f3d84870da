// All that a reviewer needs of the current version, read at once: what changed, its risk, its cases, and what it concerns.
import type * as z from "zod";
import { MOST_DEPENDENTS, type Review } from "../../contract/review-routes.ts";
import type { Caller } from "../../domain/caller.ts";
import { getAudience, mayView } from "../../domain/permissions.ts";
import { diffDefinitions } from "../../domain/runbooks/diff.ts";
import { assessRisk } from "../../domain/runbooks/risk.ts";
import type { Runbook } from "../../domain/runbooks/runbook-changes.ts";
import { listExecutions } from "../../store/execution-lists.ts";
import { listDependentAutomations, warnOfBroken } from "../automations/broken-automations.ts";
import { countRequired, countRequiredApprovals, getLastApproved } from "./approval-rules.ts";
import { runCases } from "./run-cases.ts";

/** The risk counts the automations that start the runbook; how many must approve does not: see `countRequiredApprovals`. */
export async function readReview(
  { summary, current }: Runbook,
  caller: Caller,
): Promise<z.output<typeof Review>> {
  const { id: runbookId, teamId, approvalStatus, approvals, reviewRequested, changesRequested } = summary;
  const { approvalExpiresAt, renewal } = summary;
  const { version, definition, warnings } = current;
  const [approved, dependents, cases] = await Promise.all([
    getLastApproved(summary),
    readDependents(runbookId, caller),
    runCases(definition, teamId),
  ]);
  // It needs the approved version as well, which is remembered by now.
  const approvalsRequired = await countRequiredApprovals({ summary, version: current });
  const renewalsRequired = approvalExpiresAt !== null && renewal ? countRequired(renewal.risk) : null;
  const before = approved?.definition ?? null;
  const broken = await warnOfBroken(dependents.automations, current);
  return {
    ...{ runbookId, version, approvalStatus, against: approved?.version ?? null },
    diff: before ? diffDefinitions(before, definition, getAudience(caller, teamId)) : [],
    risk: assessRisk(before, definition, { automations: dependents.automations.length }),
    ...{ cases, warnings: [...warnings, ...broken], dependents: toDependents(dependents) },
    ...{ approvals, approvalsRequired, reviewRequested, changesRequested },
    ...{ approvalExpiresAt, renewal, renewalsRequired },
  };
}

/** Of what the caller may see. More than a page of either is not counted: it is many. */
async function readDependents(runbookId: string, caller: Caller) {
  const isVisible = mayView(caller);
  const [automations, waiting] = await Promise.all([
    listDependentAutomations(runbookId, caller),
    listExecutions(runbookId, { status: ["PENDING"], isVisible }, { limit: MOST_DEPENDENTS }),
  ]);
  return { automations, waitingExecutions: waiting.items.length };
}

const toDependents = ({ automations, waitingExecutions }: Awaited<ReturnType<typeof readDependents>>) => ({
  automations: automations.map(({ id, name, mode }) => ({ id, name, mode })),
  waitingExecutions,
});
