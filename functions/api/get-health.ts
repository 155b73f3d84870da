// GET /health
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { reachTable } from "../../shared/store/health.ts";

export const handler = apiHandler("get-health", async () => {
  await reachTable();
  return { body: { status: "ok" as const } };
});
