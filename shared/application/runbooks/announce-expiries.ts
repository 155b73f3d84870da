// Announces approvals that expire soon or have expired, each once. A pass takes a bounded number; the next goes on.
import { type TaskContext, toAct } from "../../domain/context.ts";
import { systemActor } from "../../domain/executions/execution-changes.ts";
import { announceExpiry, chooseAnnouncement } from "../../domain/runbooks/expiry-announcement.ts";
import { logger, toLogFields } from "../../logging/logger.ts";
import {
  getApprovalExpiry,
  listDueApprovals,
  saveExpiryAnnouncement,
} from "../../store/approval-expiries.ts";
import { ConditionFailed } from "../../store/client.ts";
import { getRunbook } from "../../store/runbooks.ts";

/** Runbooks of each stage that one pass looks at. */
const MOST = 25;

/** Returns how many could not be announced. */
export async function announceExpiries(context: TaskContext): Promise<number> {
  let failed = 0;
  for (const id of await listDueApprovals(context.now.toISOString(), MOST)) {
    try {
      await announceOne(id, context);
    } catch (error) {
      failed++;
      logger.error("The expiry of an approval was not announced", {
        runbookId: id,
        failure: toLogFields(error),
      });
    }
  }
  return failed;
}

/** If the runbook or its expiry changes meanwhile, or is announced by another pass, the next pass looks again. */
async function announceOne(id: string, context: TaskContext): Promise<void> {
  const [runbook, expiry] = [await getRunbook(id), await getApprovalExpiry(id)];
  const act = toAct({ ...context, actor: systemActor("reconciler") });
  const stage = expiry && chooseAnnouncement(expiry, act.at);
  if (!runbook || !expiry || !stage) return;
  try {
    await saveExpiryAnnouncement(announceExpiry(runbook, stage, act), expiry, stage);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}
