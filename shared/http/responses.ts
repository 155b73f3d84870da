// Answers that several routes share.

import type { Caller } from "../domain/caller.ts";
import { getAudience } from "../domain/permissions.ts";
import type { RunbookSummary, RunbookVersion } from "../domain/runbooks/runbook.ts";
import type { Warning } from "../domain/runbooks/warnings.ts";
import { toRunbookView } from "../domain/views.ts";

/** Returns a runbook as this caller may see it, with its version as the ETag. `found`: warnings of now, which no version keeps. */
export function toRunbookResponse(
  { summary, version }: { summary: RunbookSummary; version: RunbookVersion },
  approvalsRequired: number | null,
  caller: Caller,
  found: readonly Warning[] = [],
) {
  const shown = toRunbookView(summary, version, approvalsRequired, getAudience(caller, summary.teamId));
  return {
    body: { ...shown, warnings: [...shown.warnings, ...found] },
    headers: { etag: etag(summary.version) },
  };
}

export const etag = (version: number) => `"${version}"`;
