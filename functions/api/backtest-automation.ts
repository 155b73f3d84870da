// POST /automations/{automationId}/backtest
import { handle } from "../../shared/http/handle.ts";
import { backtest, backtestTeam } from "../../shared/operations/backtest.ts";
import { automationFor } from "../../shared/store/automations.ts";
import { runbookFor } from "../../shared/store/runbooks.ts";

export const handler = handle("backtest-automation", async ({ params: { automationId }, body, caller }) => {
  const automation = await automationFor(caller, "execute", automationId);
  const teamId = backtestTeam(caller, automation, body.teamId);
  const runbook = await runbookFor(caller, "execute", automation.runbookId);
  return { body: await backtest(automation, runbook, { ...body, teamId }) };
});
