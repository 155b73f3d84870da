// GET /runbooks/{runbookId}
import { runbookInPath } from "../../shared/application/request/access.ts";
import { getAudience, mayView } from "../../shared/domain/permissions.ts";
import { toExecutionSummary, toVersionView } from "../../shared/domain/views.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { toRunbookResponse } from "../../shared/http/responses.ts";
import { consoleUrl } from "../../shared/step-functions/executions.ts";
import { listExecutions } from "../../shared/store/executions.ts";
import { listVersions } from "../../shared/store/versions.ts";

export const handler = apiHandler(
  "get-runbook",
  runbookInPath,
  async ({ params: { runbookId }, caller }, runbook) => {
    const { summary, current } = runbook;
    const versions = await listVersions(runbookId, { limit: 5 });
    const executions = await listExecutions(runbookId, { isVisible: mayView(caller) }, { limit: 10 });
    const { body, headers } = toRunbookResponse({ summary, version: current }, caller);
    const recent = executions.items.map((execution) =>
      toExecutionSummary(execution, consoleUrl(execution.id)),
    );
    const audience = getAudience(caller, summary.teamId);
    const versionViews = versions.items.map((version) => toVersionView(version, audience));
    return { body: { ...body, versions: versionViews, executions: recent }, headers };
  },
);
