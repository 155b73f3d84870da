// An event that automations decide about, and the context in which they do.
import type { Actor } from "../../domain/audit.ts";
import type { StoredDecision } from "../../domain/automations/automation-decision.ts";
import type { Report } from "../../domain/automations/timeliness.ts";
import type { TaskContext } from "../../domain/context.ts";
import type { LatestReport } from "../request/latest-report.ts";

/** An accepted event, with the latest report of its incident. `depth`: how many executions in a row led to it. */
export type IncomingEvent = {
  report: Report;
  latest: LatestReport;
  eventId: string;
  /** The team that the event names. Its automations are evaluated. */
  teamId: string;
  causedBy: string | undefined;
  depth: number;
};

/** `waited`: the event was here before. `mayWait`: it may come again later. `caughtUpBy`: who asks to decide again. */
export type DecisionContext = TaskContext & { waited: boolean; mayWait: boolean; caughtUpBy: Actor | null };

/** `before`: the skip that is decided again. */
export type OneDecision = DecisionContext & { before: StoredDecision | null };

/** Returns what the claims of a decision are about: the incident as it is now, and its episode. */
export const toClaimSubject = ({ report: { event }, latest: { incident, episode } }: IncomingEvent) => ({
  event,
  incident,
  episode,
});
