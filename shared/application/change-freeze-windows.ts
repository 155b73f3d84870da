// Creates and deletes freeze windows together with the audit chain of the controls. Decides again if another change was
// appended first.
import type { Act } from "../domain/context.ts";
import { notFound, ServiceError } from "../domain/errors.ts";
import type { FreezeWindow, FreezeWindowRule } from "../domain/freeze/freeze-window.ts";
import { addFreezeWindow, deleteFreezeWindow } from "../domain/freeze-window-changes.ts";
import { getKillSwitchChainHead } from "../store/controls.ts";
import { getFreezeWindows, saveFreezeWindows } from "../store/freeze-windows.ts";
import { type IdempotencyRecord, idempotencyWrites } from "../store/idempotency.ts";
import { retryOnConflict } from "../store/retry-on-conflict.ts";

/** Another change that was appended to the chain first. */
const CHAIN_MOVED = {
  tries: 5,
  isConflict: ({ labels }: { labels: readonly string[] }) => !labels.includes("idempotency"),
  giveUp: (cause: unknown) =>
    new ServiceError("version_conflict", "The freeze windows changed at the same time: retry.", { cause }),
};

/** Returns the new window. @throws `invalid_transition` if there are too many; `version_conflict` */
export async function createFreezeWindow(
  window: FreezeWindowRule & { id: string },
  act: () => Act,
  record: IdempotencyRecord | null,
): Promise<FreezeWindow> {
  return retryOnConflict(async () => {
    // The head is read first: a change after it fails the transaction.
    const chain = await getKillSwitchChainHead();
    const change = addFreezeWindow(await getFreezeWindows(), window, chain, act());
    await saveFreezeWindows(change, idempotencyWrites(record));
    return change.window;
  }, CHAIN_MOVED);
}

/** @throws `not_found` if there is no such window any more; `version_conflict` */
export async function removeFreezeWindow(id: string, act: () => Act): Promise<void> {
  await retryOnConflict(async () => {
    const chain = await getKillSwitchChainHead();
    const change = deleteFreezeWindow(await getFreezeWindows(), id, chain, act());
    if (!change) throw notFound("freeze window");
    await saveFreezeWindows(change);
  }, CHAIN_MOVED);
}
