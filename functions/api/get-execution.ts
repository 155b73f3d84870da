// GET /executions/{executionId}
import { getTaggedView, holdExecution } from "../../shared/application/hold-execution.ts";
import { executionInPath } from "../../shared/application/request/access.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

export const handler = apiHandler("get-execution", executionInPath, async ({ caller, headers }, run) => {
  const { prefer: seconds, "if-none-match": ifNoneMatch } = headers;
  const held = seconds ? await holdExecution(run, caller, { seconds, ifNoneMatch }) : null;
  const { view, tag } = held ?? (await getTaggedView(run, caller));
  return {
    body: view,
    headers: { etag: tag, ...(held && { "preference-applied": `wait=${seconds}` }) },
  };
});
