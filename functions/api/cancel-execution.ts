// POST /executions/{executionId}/cancel
import { handle } from "../../shared/http/handle.ts";
import { cancelRun } from "../../shared/operations/cancel-run.ts";
import { shown } from "../../shared/operations/shown-run.ts";
import { executionFor } from "../../shared/store/executions.ts";

export const handler = handle(
  "cancel-execution",
  async ({ params: { executionId }, body, caller, actor, now, newId }) => {
    await executionFor(caller, "execute", executionId);
    const run = await cancelRun(executionId, body.reason ?? null, { actor, now, newId });
    return { body: await shown(run, caller) };
  },
);
