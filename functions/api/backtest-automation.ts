// POST /automations/{automationId}/backtest
import {
  backtest,
  inspectBacktest,
  requireBacktestTeam,
} from "../../shared/application/automations/backtest.ts";
import { automationInPath, requireRunbook } from "../../shared/application/request/access.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

export const handler = apiHandler(
  "backtest-automation",
  automationInPath,
  async ({ body, caller }, automation) => {
    const teamId = requireBacktestTeam(caller, automation, body.teamId);
    const runbook = await requireRunbook(caller, "execute", automation.runbookId);
    return { body: await backtest(automation, runbook, { ...body, teamId }) };
  },
  { issues: inspectBacktest },
);
