// GET /health
import { handle } from "../../shared/http/handle.ts";
import { reachTable } from "../../shared/store/health.ts";

export const handler = handle("get-health", async () => {
  await reachTable();
  return { body: { status: "ok" as const } };
});
