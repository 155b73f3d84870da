// GET /runbooks/{runbookId}
import { summarizeExecution } from "../../shared/application/execution-summary.ts";
import { runbookInPath } from "../../shared/application/request/access.ts";
import { countRequiredApprovals } from "../../shared/application/runbooks/approval-rules.ts";
import { mayView } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { toRunbookResponse } from "../../shared/http/responses.ts";
import { listExecutions } from "../../shared/store/execution-lists.ts";
import { listVersionSummaries } from "../../shared/store/versions.ts";

export const handler = apiHandler(
  "get-runbook",
  runbookInPath,
  async ({ params: { runbookId }, caller }, runbook) => {
    const { summary, current } = runbook;
    const [versions, { items }] = await Promise.all([
      listVersionSummaries(runbookId, 5),
      listExecutions(runbookId, { isVisible: mayView(caller) }, { limit: 10 }),
    ]);
    const shown = { summary, version: current };
    const { body, headers } = toRunbookResponse(shown, await countRequiredApprovals(shown), caller);
    const executions = items.map(summarizeExecution);
    return { body: { ...body, versions, executions }, headers };
  },
);
