// Answers that several routes give in the same form.

import type { Caller } from "../domain/caller.ts";
import { audienceOf } from "../domain/permissions.ts";
import type { RunbookSummary, RunbookVersion } from "../domain/runbook.ts";
import { showRunbook } from "../domain/show.ts";

/** A runbook with its version as the ETag, as this caller may see it. */
export function runbookAnswer(
  { card, version }: { card: RunbookSummary; version: RunbookVersion },
  caller: Caller,
) {
  return {
    body: showRunbook(card, version, audienceOf(caller, card.teamId)),
    headers: { etag: etag(card.version) },
  };
}

export const etag = (version: number) => `"${version}"`;
