// Tables of docs/approval.md: the reasons of a risk, and the fixed values of golden cases.
import { CASE_FACTS } from "../../shared/contract/context.ts";
import { RISK_LEVELS, RISK_REASONS } from "../../shared/domain/runbooks/risk-reasons.ts";
import { code, table } from "./markdown.ts";

export function riskTable(): string {
  const rows = RISK_LEVELS.toReversed().flatMap((level) =>
    Object.entries(RISK_REASONS)
      .filter(([, reason]) => reason.level === level)
      .map(([name, { means }]) => [level, code(name), means]),
  );
  return table(["level", "code", "what changed"], rows);
}

export function caseFactsTable(): string {
  const { id, runbookId, runbookVersion, createdAt, executedBy, triggeredBy } = CASE_FACTS;
  const fixed = {
    "execution.id": id,
    "execution.createdAt": createdAt,
    "execution.executedBy": executedBy,
    "execution.triggeredBy": triggeredBy,
    "runbook.id": runbookId,
    "runbook.version": runbookVersion,
  };
  const rows = Object.entries(fixed).map(([name, value]) => [code(name), code(value)]);
  return table(
    ["in a template", "in a case"],
    [
      ...rows,
      [code("runbook.name"), "the name in the same definition"],
      [code("team"), "the team of the runbook"],
      [code("incident"), "what the case says, null where it says nothing; null without `incident`"],
      [code("automation"), "null"],
    ],
  );
}
