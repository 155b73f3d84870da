// Schedule sweep: reconciles every PENDING or RUNNING execution with its state machine, and the schedules of sources with
// EventBridge Scheduler. Announces approvals that expire, disables the automations of deleted runbooks, and counts what
// waits for people: what broke the glass, and approvals that have expired.
import { disableAutomations } from "../../shared/application/automations/disable-automations.ts";
import { sweep } from "../../shared/application/end/sweep.ts";
import { announceExpiries } from "../../shared/application/runbooks/announce-expiries.ts";
import { setDifferingSchedules } from "../../shared/application/sources/set-schedules.ts";
import { METRICS } from "../../shared/contract/metrics.ts";
import { scheduledHandler } from "../../shared/handlers/scheduled-handler.ts";
import { countExpiredApprovals } from "../../shared/store/approval-expiries.ts";
import { countOpenBreakGlass } from "../../shared/store/break-glass.ts";

export const handler = scheduledHandler("sweep", async (context) => {
  const counts = await sweep(context);
  const unannounced = await announceExpiries(context);
  const { automationsDisabled, failed: notDisabled } = await disableAutomations(context);
  const notSet = await setDifferingSchedules(context.now);
  return {
    ...counts,
    [METRICS.automationsDisabled]: automationsDisabled,
    failed: counts.failed + unannounced + notDisabled + notSet,
    [METRICS.openBreakGlass]: await countOpenBreakGlass(),
    [METRICS.expiredApprovals]: await countExpiredApprovals(),
  };
});
