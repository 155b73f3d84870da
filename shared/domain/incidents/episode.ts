// Episodes of an incident: each lasts from a start to an end. A start after an end begins the next one. Pure.
import type { INCIDENT_REPORTS } from "./incident.ts";

/** Statuses of an incident that has ended, in lower case. Besides, the report `Resolved` ends it, whatever the status. */
const STATUSES_AT_END: ReadonlySet<string> = new Set(["resolved", "closed"]);

type Report = { kind: (typeof INCIDENT_REPORTS)[number]; status: string };

/** `number`: from 1. `ended`: the incident has ended, and has not started again. `status`: of the report before. */
export type Episode = { number: number; ended: boolean; status: string };

/**
 * Returns the episode that a report belongs to which is newer than all before it; `before`: null for the first report.
 * Other reports are not asked about: neither a late nor a repeated one begins an episode.
 */
export function nextEpisode(before: Episode | null, { kind, status }: Report): Episode {
  const ends = kind === "Resolved" || STATUSES_AT_END.has(status.toLowerCase());
  if (!before) return { number: 1, ended: ends, status };
  // A report that only repeats the status at the end does not start the incident again.
  const isAnother = kind === "Created" || status.toLowerCase() !== before.status.toLowerCase();
  const startsAgain = before.ended && !ends && isAnother;
  return {
    number: startsAgain ? before.number + 1 : before.number,
    ended: !startsAgain && (before.ended || ends),
    status,
  };
}
