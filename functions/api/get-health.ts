// GET /health
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { pingTable } from "../../shared/store/health.ts";

export const handler = apiHandler("get-health", "public", async () => {
  await pingTable();
  return { body: { status: "ok" as const } };
});
