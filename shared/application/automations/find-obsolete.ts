// Whether what an automation asks for is still so when it decides: the event's age, and the incident as it is now.
import type { Automation } from "../../domain/automations/automation.ts";
import type { Skip } from "../../domain/automations/automation-decision.ts";
import { atAnyTime, findUntimely, findUntrue, mayMatch } from "../../domain/automations/timeliness.ts";
import { pausedError } from "../../domain/kill-switches.ts";
import { getPause, pausedCheck } from "../../store/controls.ts";
import { reportLatestCheck } from "../../store/incidents.ts";
import type { DecisionContext, IncomingEvent } from "./incoming-event.ts";
import { type SkipWithEvidence, toSkip } from "./skips.ts";

const OTHER_PATTERN: Skip = {
  reason: "no_longer_true",
  message: "The event does not match the pattern that the automation has now.",
};

/** Returns why the event is not acted on any more, or null. What is caught up may be of any age. */
export async function findObsolete(
  automation: Automation,
  { report, latest }: IncomingEvent,
  { now, waited, caughtUpBy }: Pick<DecisionContext, "now" | "waited" | "caughtUpBy">,
): Promise<SkipWithEvidence | null> {
  const timing = caughtUpBy ? atAnyTime(automation) : automation;
  // Of what is caught up, the automation may have got another pattern since.
  if (!mayMatch(automation, report.event)) return { skip: OTHER_PATTERN, evidence: [] };
  const untimely = findUntimely(timing, report, now);
  if (untimely) {
    const pause = waited && untimely.reason === "event_too_old" ? await findPause(automation, latest) : null;
    return pause ?? { skip: untimely, evidence: [] };
  }
  const untrue = findUntrue(timing, { report, latest, waited, now });
  return untrue && { skip: untrue, evidence: [reportLatestCheck(latest)] };
}

/** An event that became too old while starts were paused was skipped for the pause. */
async function findPause(
  { teamId }: Automation,
  { incident }: IncomingEvent["latest"],
): Promise<SkipWithEvidence | null> {
  const pause = await getPause({ teamId, ranForTeamId: incident.teamId });
  return pause && { skip: toSkip(pausedError(pause)), evidence: [pausedCheck(pause)] };
}
