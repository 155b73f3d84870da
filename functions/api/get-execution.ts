// GET /executions/{executionId}
import { showExecution } from "../../shared/domain/show.ts";
import { consoleUrl } from "../../shared/engine/runs.ts";
import { handle } from "../../shared/http/handle.ts";
import { executionFor } from "../../shared/store/executions.ts";
import { versionOf } from "../../shared/store/versions.ts";

export const handler = handle("get-execution", async ({ params: { executionId }, caller }) => {
  const run = await executionFor(caller, "view", executionId);
  const { definition } = await versionOf(run.execution.runbookId, run.execution.runbookVersion);
  return { body: showExecution(run, definition, consoleUrl(executionId)) };
});
