// POST /automations/{automationId}/backtest
import { handleGuarded } from "../../shared/http/handle.ts";
import { backtest, backtestTeam, otherBacktestIssues } from "../../shared/operations/backtest.ts";
import { automationFor } from "../../shared/store/automations.ts";
import { runbookFor } from "../../shared/store/runbooks.ts";

export const handler = handleGuarded(
  "backtest-automation",
  ({ params: { automationId }, caller }) => automationFor(caller, "execute", automationId),
  async ({ body, caller }, automation) => {
    const teamId = backtestTeam(caller, automation, body.teamId);
    const runbook = await runbookFor(caller, "execute", automation.runbookId);
    return { body: await backtest(automation, runbook, { ...body, teamId }) };
  },
  (data, automation) => otherBacktestIssues(data, automation),
);
