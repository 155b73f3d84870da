// Answers that several routes give in the same form.

import type { Caller } from "../domain/caller.ts";
import { getAudience } from "../domain/permissions.ts";
import type { RunbookSummary, RunbookVersion } from "../domain/runbooks/runbook.ts";
import { toRunbookView } from "../domain/views.ts";

/** A runbook with its version as the ETag, as this caller may see it. */
export function toRunbookResponse(
  { summary, version }: { summary: RunbookSummary; version: RunbookVersion },
  caller: Caller,
) {
  return {
    body: toRunbookView(summary, version, getAudience(caller, summary.teamId)),
    headers: { etag: etag(summary.version) },
  };
}

export const etag = (version: number) => `"${version}"`;
