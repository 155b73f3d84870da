// Break-glass: the list of executions whose break-glass is open, and the change that closes one.
import { LISTS, listKeys, sortByTime } from "../contract/lists.ts";
import { KEYS } from "../contract/table.ts";
import type { AuditEntry } from "../domain/audit.ts";
import type { BreakGlassClosing } from "../domain/executions/break-glass-changes.ts";
import { Execution } from "../domain/executions/execution.ts";
import { auditWrite } from "./audit.ts";
import { type ListResult, listMerged, type Page } from "./lists.ts";
import { parseItem, queryListPage } from "./read.ts";
import { transact, type Write } from "./transact.ts";

/** For the transaction that creates the execution. */
export function openBreakGlassWrites({ id, createdAt }: Execution, audit: AuditEntry): Write[] {
  const item = {
    ...KEYS.executionBreakGlass(id),
    ...listKeys(LISTS.openBreakGlass(), sortByTime(createdAt, id)),
  };
  return [auditWrite(audit), { label: "break-glass", put: item, condition: "attribute_not_exists(pk)" }];
}

/**
 * Closes it, and takes the execution from the list. @throws ConditionFailed with the label `execution` if the execution
 * changed since it was read.
 */
export async function saveBreakGlassClosing({ before, execution, audit }: BreakGlassClosing): Promise<void> {
  const { id, breakGlass, auditSequence, auditHash } = execution;
  await transact([
    {
      label: "execution",
      key: KEYS.execution(id),
      update: "SET breakGlass = :closed, auditSequence = :sequence, auditHash = :hash",
      condition: "auditSequence = :before",
      values: {
        ":closed": breakGlass,
        ":sequence": auditSequence,
        ":hash": auditHash,
        ":before": before.auditSequence,
      },
    },
    auditWrite(audit),
    { label: "break-glass", put: KEYS.executionBreakGlass(id) },
  ]);
}

const { sk: EXECUTION_SK } = KEYS.execution("any");

/** Lists the visible executions whose break-glass is open, newest first. */
export async function listOpenBreakGlass(
  isVisible: (execution: Execution) => boolean,
  page: Page,
): Promise<ListResult<Execution>> {
  return listMerged({
    lists: [LISTS.openBreakGlass()],
    page,
    parse: (item) => parseItem(Execution, item),
    // The index lags behind: the execution itself says whether it is still open.
    keep: (execution) => execution.breakGlass?.closedAt === null && isVisible(execution),
    behind: ({ pk }) => ({ pk, sk: EXECUTION_SK }),
  });
}

/** More are not counted: by then somebody should have looked. */
const MOST_COUNTED = 100;

/** Returns how many executions have an open break-glass, by the index, which lags. At most 100. */
export async function countOpenBreakGlass(): Promise<number> {
  return (await queryListPage(LISTS.openBreakGlass(), undefined, MOST_COUNTED)).items.length;
}
