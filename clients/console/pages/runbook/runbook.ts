// The runbook as the API answers it, and what follows from its state.
import type { OutputOf } from "../../../api-client/types.ts";

export type Runbook = OutputOf<"get-runbook">;

/** Whether another version than the current one is in service. */
export const hasLiveBesideDraft = ({ liveVersion, version }: Runbook) =>
  liveVersion !== null && liveVersion !== version;

/** The header by which a change is refused if somebody else came first. */
export const ifUnchanged = ({ version }: Pick<Runbook, "version">) => ({ "if-match": `"${version}"` });

/** Whether the time, ISO 8601 in UTC, is there. */
const hasCome = (at: string | null | undefined) => typeof at === "string" && Date.parse(at) <= Date.now();

/** Whether the approval of what is in service is too old: nothing starts until it is renewed. */
export const hasExpired = ({ approvalExpiresAt }: Pick<Runbook, "approvalExpiresAt">) =>
  hasCome(approvalExpiresAt);

export const isRenewable = ({ renewal }: Runbook) => hasCome(renewal?.from);
