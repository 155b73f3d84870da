// GET /executions/{executionId}
import { getExecutionView } from "../../shared/application/execution-view.ts";
import { executionInPath } from "../../shared/application/request/access.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

export const handler = apiHandler("get-execution", executionInPath, async ({ caller }, run) => ({
  body: await getExecutionView(run, caller),
}));
