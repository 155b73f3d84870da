// A source as the API answers it, and who may change it.
import type { OutputOf } from "../../../api-client/types.ts";
import { isAllowed, type Me } from "../../data/session.ts";

export type Source = OutputOf<"get-source">;

/**
 * Over EventBridge it sees the events of the whole account, and with a map it reports for several teams. The clock sees
 * nothing.
 */
export const mayManage = (me: Me, { team, intakePath, schedule, teamId }: Source): boolean =>
  isAllowed(me, "manage", team !== null || (intakePath === null && schedule === null) ? null : teamId);

/** What the pages have a place for. */
const SHOWN: ReadonlySet<string> = new Set([
  ...[
    "id",
    "kind",
    "name",
    "teamId",
    "team",
    "priority",
    "filter",
    "mapping",
    "eventSource",
    "schedule",
    "enabled",
  ],
  ...["verification", "intakePath", "version", "createdAt", "createdBy", "createdByName"],
  ...["updatedAt", "updatedBy", "updatedByName"],
]);

/** Returns the settings that only some kinds have, and the pages show as they are written. */
export const otherSettings = (source: Source): Record<string, unknown> =>
  Object.fromEntries(Object.entries(source).filter(([name, value]) => !SHOWN.has(name) && value !== null));
