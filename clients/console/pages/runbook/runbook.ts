// The runbook as the API answers it, and what follows from its state.
import type { OutputOf } from "../../../api-client/types.ts";

export type Runbook = OutputOf<"get-runbook">;

/** Whether another version than the current one is in service. */
export const hasLiveBesideDraft = ({ liveVersion, version }: Runbook) =>
  liveVersion !== null && liveVersion !== version;

/** The header by which a change is refused if somebody else came first. */
export const ifUnchanged = ({ version }: Pick<Runbook, "version">) => ({ "if-match": `"${version}"` });
