// GET /executions/{executionId}
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { shown } from "../../shared/operations/shown-run.ts";

export const handler = apiHandler("get-execution", async ({ caller }, run) => ({
  body: await shown(run, caller),
}));
