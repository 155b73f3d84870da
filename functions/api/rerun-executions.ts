// POST /executions/rerun

import { forEachId } from "../../shared/application/each-id.ts";
import { summarizeExecution } from "../../shared/application/execution-summary.ts";
import { requireExecution, requireRunbook, scopeInBody } from "../../shared/application/request/access.ts";
import { claimKey, keyForOne, withIdempotency } from "../../shared/application/request/once.ts";
import { rerunExecution } from "../../shared/application/start/rerun-execution.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { toBulkResult } from "../../shared/http/bulk-result.ts";

export const handler = apiHandler(
  "rerun-executions",
  scopeInBody,
  async ({ body: { executionIds }, caller, actor, now, newId, keyed, requestId }) => {
    await claimKey(keyed);
    const settled = await forEachId(executionIds, async (id) => {
      const previous = await requireExecution(caller, "execute", id);
      const { execution } = await withIdempotency(keyForOne(keyed, id), newId("execution"), {
        load: (known) => requireExecution(caller, "execute", known),
        create: async (record) => {
          const runbook = await requireRunbook(caller, "execute", previous.execution.runbookId);
          return rerunExecution(caller, runbook, previous, { record }, { actor, now, newId });
        },
      });
      return summarizeExecution(execution);
    });
    return { body: { items: settled.map((one) => toBulkResult(one, 202, requestId)) } };
  },
);
