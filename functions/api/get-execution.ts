// GET /executions/{executionId}
import { handle } from "../../shared/http/handle.ts";
import { shown } from "../../shared/operations/shown-run.ts";
import { executionFor } from "../../shared/store/executions.ts";

export const handler = handle("get-execution", async ({ params: { executionId }, caller }) => ({
  body: await shown(await executionFor(caller, "view", executionId), caller),
}));
