// Whether an event still speaks for its incident when an automation decides about it. Pure; tests and backtests of
// automations ask the same functions.
import { matchWithinLimit } from "../event-pattern/match.ts";
import { type Incident, isSameState } from "../incidents/incident.ts";
import type { JsonObject } from "../json.ts";
import type { Automation } from "./automation.ts";
import type { Skip } from "./automation-decision.ts";

/** An event, unparsed, with its own time and the incident as it reports it. */
export type Report = { event: JsonObject; time: string; incident: Incident };

/** The settings that decide whether an event comes in time. */
type Timing = Pick<
  Automation,
  "teamId" | "pattern" | "onlyWhile" | "maxEventAgeSeconds" | "replays" | "firesSince"
>;

/** EventBridge adds this member to what it replays from an archive. */
const REPLAY_NAME = "replay-name";

const REPLAY: Skip = {
  reason: "replay",
  message: "The event is replayed from an archive, and the automation does not take replays.",
};

/** EventBridge gives times in whole seconds. */
const wholeSeconds = (time: string) => Math.floor(Date.parse(time) / 1000);

/** Returns why the automation does not take an event of this time, or null if it does. */
export function findUntimely(automation: Timing, { event, time }: Report, now: Date): Skip | null {
  const { replays, firesSince, maxEventAgeSeconds } = automation;
  // Whatever is replayed is old: who takes replays takes them at any age.
  if (Object.hasOwn(event, REPLAY_NAME)) return replays ? null : REPLAY;
  if (wholeSeconds(time) < wholeSeconds(firesSince)) {
    const message = `The event is of ${time}. The automation fires by its present rules since ${firesSince}.`;
    return { reason: "older_than_automation", message };
  }
  const seconds = Math.floor((now.getTime() - Date.parse(time)) / 1000);
  if (seconds <= maxEventAgeSeconds) return null;
  const message = `The event is ${seconds} seconds old. The automation takes events of at most ${maxEventAgeSeconds} seconds.`;
  return { reason: "event_too_old", message };
}

/** Returns the automation as it would be if every event came in time: for a backtest, and for what is caught up. */
export const atAnyTime = (automation: Timing): Timing => ({
  ...automation,
  replays: true,
  firesSince: new Date(0).toISOString(),
  maxEventAgeSeconds: Number.POSITIVE_INFINITY,
});

const SUPERSEDED = "A newer report of the incident came first.";
const OVERTAKEN: Readonly<Record<"decides" | "missed" | "changed", Skip>> = {
  decides: { reason: "superseded", message: `${SUPERSEDED} It matches too, and decides.` },
  missed: { reason: "superseded", message: `${SUPERSEDED} By it, the pattern does not match.` },
  changed: {
    reason: "no_longer_true",
    message: "While the event waited, the incident changed: the pattern does not match any more.",
  },
};

type Question = {
  report: Report;
  /** The latest report of the same incident. It may be `report`. */
  latest: Report;
  /** The event was here before, and could not be decided then. */
  waited: boolean;
  now: Date;
};

/**
 * Returns why the automation does not fire for an event that matches, or null if what it asks for is true now. An
 * overtaken event still fires if its incident, as it is now, matches too, and no newer event does so by itself: then
 * nobody else would.
 */
export function findUntrue(automation: Timing, { report, latest, waited, now }: Question): Skip | null {
  if (!isSameState(report.incident, latest.incident)) {
    if (decidesItself(automation, latest, now)) return OVERTAKEN.decides;
    if (!mayMatch(automation, asItIsNow(report, latest)))
      return waited ? OVERTAKEN.changed : OVERTAKEN.missed;
  }
  const { onlyWhile } = automation;
  if (onlyWhile === null || onlyWhile.includes(latest.incident.status)) return null;
  const message = "The automation fires only while the incident has one of the statuses in `onlyWhile`.";
  return { reason: "no_longer_true", message };
}

/** Also true if matching would cost too much: the automation records that as a skip of its own. */
export const mayMatch = ({ pattern }: Pick<Automation, "pattern">, event: JsonObject) =>
  matchWithinLimit(pattern, event).outcome !== "not_matched";

const decidesItself = (automation: Timing, report: Report, now: Date) =>
  (automation.teamId === null || automation.teamId === report.incident.teamId) &&
  mayMatch(automation, report.event) &&
  findUntimely(automation, report, now) === null;

/** Returns the event with the incident as the latest report tells it. */
function asItIsNow({ event }: Report, latest: Report): JsonObject {
  const { incident } = detailOf(latest.event);
  return { ...event, detail: { ...detailOf(event), ...(incident !== undefined && { incident }) } };
}

function detailOf({ detail }: JsonObject): JsonObject {
  return typeof detail === "object" && detail !== null && !Array.isArray(detail) ? detail : {};
}
