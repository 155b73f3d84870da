// Disables the automations of deleted runbooks. A pass takes a bounded number of runbooks; the next goes on where it ends or dies.
import { disableAutomation } from "../../domain/automations/automation-changes.ts";
import { type TaskContext, toAct } from "../../domain/context.ts";
import { systemActor } from "../../domain/executions/execution-changes.ts";
import { logger, toLogFields } from "../../logging/logger.ts";
import {
  AUTOMATION_CHANGED,
  getAutomation,
  listAutomations,
  writeAutomation,
} from "../../store/automations.ts";
import { retryOnConflict } from "../../store/retry-on-conflict.ts";
import { listDueDeletions, noteDisabled } from "../../store/runbook-deletions.ts";

/** Runbooks that one pass looks at. */
const MOST = 25;
const PAGE = 100;

type Disabled = { automationsDisabled: number; failed: number };

/** `failed`: runbooks whose automations could not all be disabled. They do not hold up the others. */
export async function disableAutomations(context: TaskContext): Promise<Disabled> {
  const counts: Disabled = { automationsDisabled: 0, failed: 0 };
  for (const runbookId of await listDueDeletions(context.now.toISOString(), MOST)) {
    try {
      await disableAllOf(runbookId, context, counts);
      await noteDisabled(runbookId, context.now.toISOString());
    } catch (error) {
      counts.failed++;
      const failure = toLogFields(error);
      logger.error("The automations of a deleted runbook were not all disabled", { runbookId, failure });
    }
  }
  return counts;
}

async function disableAllOf(runbookId: string, context: TaskContext, counts: Disabled): Promise<void> {
  const filter = { runbookId, enabled: true, isVisible: () => true };
  for (let before: string | undefined; ; ) {
    const { items, next } = await listAutomations("all", filter, { limit: PAGE, before });
    for (const { id } of items) if (await disableOne(id, context)) counts.automationsDisabled++;
    if (next === null) return;
    before = next;
  }
}

/** Returns whether this pass has disabled it: not if somebody was faster. */
function disableOne(id: string, context: TaskContext): Promise<boolean> {
  return retryOnConflict(async () => {
    const automation = await getAutomation(id);
    if (!automation?.enabled) return false;
    const act = toAct({ ...context, actor: systemActor("reconciler") });
    await writeAutomation(disableAutomation(automation, "runbook_deleted", act));
    return true;
  }, AUTOMATION_CHANGED);
}
