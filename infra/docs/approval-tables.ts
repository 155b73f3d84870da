// Tables of docs/approval.md: the reasons of a risk.
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
