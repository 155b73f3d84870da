// GET /runbooks/{runbookId}/review
import { runbookInPath } from "../../shared/application/request/access.ts";
import { readReview } from "../../shared/application/runbooks/read-review.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

export const handler = apiHandler("get-review", runbookInPath, async ({ caller }, runbook) => ({
  body: await readReview(runbook, caller),
}));
