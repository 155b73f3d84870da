// POST /automations/{automationId}/backtest
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { requireRunbook } from "../../shared/operations/access.ts";
import { backtest, backtestTeam, otherBacktestIssues } from "../../shared/operations/backtest.ts";

export const handler = apiHandler(
  "backtest-automation",
  async ({ body, caller }, automation) => {
    const teamId = backtestTeam(caller, automation, body.teamId);
    const runbook = await requireRunbook(caller, "execute", automation.runbookId);
    return { body: await backtest(automation, runbook, { ...body, teamId }) };
  },
  { issues: otherBacktestIssues },
);
