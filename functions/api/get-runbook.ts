// GET /runbooks/{runbookId}
import { audienceOf } from "../../shared/domain/permissions.ts";
import { showVersion, summarizeExecution } from "../../shared/domain/show.ts";
import { consoleUrl } from "../../shared/engine/runs.ts";
import { runbookAnswer } from "../../shared/http/answers.ts";
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { listExecutions } from "../../shared/store/executions.ts";
import { listVersions } from "../../shared/store/versions.ts";

export const handler = apiHandler("get-runbook", async ({ params: { runbookId }, caller }, runbook) => {
  const { card, current } = runbook;
  const versions = await listVersions(runbookId, { limit: 5 });
  const executions = await listExecutions(caller, runbookId, undefined, { limit: 10 });
  const { body, headers } = runbookAnswer({ card, version: current }, caller);
  const recent = executions.items.map((execution) => summarizeExecution(execution, consoleUrl(execution.id)));
  const audience = audienceOf(caller, card.teamId);
  const shownVersions = versions.items.map((version) => showVersion(version, audience));
  return { body: { ...body, versions: shownVersions, executions: recent }, headers };
});
