// Answers that several routes share.

import type { Caller } from "../domain/caller.ts";
import { getAudience } from "../domain/permissions.ts";
import type { RunbookSummary, RunbookVersion } from "../domain/runbooks/runbook.ts";
import { toRunbookView } from "../domain/views.ts";

/** Returns a runbook as this caller may see it, with its version as the ETag. */
export function toRunbookResponse(
  { summary, version }: { summary: RunbookSummary; version: RunbookVersion },
  approvalsRequired: number | null,
  caller: Caller,
) {
  return {
    body: toRunbookView(summary, version, approvalsRequired, getAudience(caller, summary.teamId)),
    headers: { etag: etag(summary.version) },
  };
}

export const etag = (version: number) => `"${version}"`;
