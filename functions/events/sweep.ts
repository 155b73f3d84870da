// Schedule sweep: reconciles every PENDING or RUNNING execution with its state machine. Counts what broke the glass.
import { sweep } from "../../shared/application/end/sweep.ts";
import { METRICS } from "../../shared/contract/metrics.ts";
import { scheduledHandler } from "../../shared/handlers/scheduled-handler.ts";
import { countOpenBreakGlass } from "../../shared/store/break-glass.ts";

export const handler = scheduledHandler("sweep", async (context) => {
  const counts = await sweep(context);
  return { ...counts, [METRICS.openBreakGlass]: await countOpenBreakGlass() };
});
