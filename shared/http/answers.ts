// Answers that several routes give in the same form.

import type { RunbookCard, RunbookVersion } from "../domain/runbook.ts";
import { showRunbook } from "../domain/show.ts";

/** A runbook with its version as the ETag. */
export function runbookAnswer({ card, version }: { card: RunbookCard; version: RunbookVersion }) {
  return { body: showRunbook(card, version), headers: { etag: etag(card.version) } };
}

export const etag = (version: number) => `"${version}"`;
