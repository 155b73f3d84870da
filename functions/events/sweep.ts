// Schedule sweep: reconciles every PENDING or RUNNING execution with its state machine. Announces approvals that expire,
// and counts what broke the glass.
import { sweep } from "../../shared/application/end/sweep.ts";
import { announceExpiries } from "../../shared/application/runbooks/announce-expiries.ts";
import { METRICS } from "../../shared/contract/metrics.ts";
import { scheduledHandler } from "../../shared/handlers/scheduled-handler.ts";
import { countOpenBreakGlass } from "../../shared/store/break-glass.ts";

export const handler = scheduledHandler("sweep", async (context) => {
  const counts = await sweep(context);
  const failed = counts.failed + (await announceExpiries(context));
  return { ...counts, failed, [METRICS.openBreakGlass]: await countOpenBreakGlass() };
});
