// What an automation may do only so often: once for each incident, and not again within its cooldown.
import type { Automation } from "../domain/automation.ts";
import type { Skip } from "../domain/automation-decision.ts";
import { claimCheck, claimWrite, isClaimed } from "../store/claims.ts";
import { DECISION_SECONDS } from "../store/decisions.ts";
import type { Write } from "../store/transact.ts";

type Claim = { skip: Skip; what: string[]; seconds: number };

/** Each mode claims for itself: what a shadow would have done does not keep the live automation from doing it. */
function claimsOf({ id, mode, oncePerIncident, cooldownSeconds }: Automation, incidentId: string): Claim[] {
  const once: Claim = {
    skip: { reason: "already_fired", message: "The automation has fired for this incident already." },
    what: ["once", id, mode, incidentId],
    seconds: DECISION_SECONDS,
  };
  const cooldown: Claim = {
    skip: {
      reason: "cooldown",
      message: `The automation has fired within the last ${cooldownSeconds} seconds.`,
    },
    what: ["cooldown", id, mode],
    seconds: cooldownSeconds,
  };
  return [...(oncePerIncident ? [once] : []), ...(cooldownSeconds > 0 ? [cooldown] : [])];
}

/** Each is labelled with the reason for skipping where it fails. */
export function claimWrites(automation: Automation, incidentId: string, now: Date): Write[] {
  return claimsOf(automation, incidentId).map(({ skip, what, seconds }) =>
    claimWrite(skip.reason, what, seconds, now),
  );
}

/** What one of these labels comes to: the reason for skipping, with the claim that stands in the way. */
export function skipFor(
  automation: Automation,
  incidentId: string,
  labels: readonly string[],
  now: Date,
): { skip: Skip; evidence: Write[] } | null {
  const claim = claimsOf(automation, incidentId).find(({ skip }) => labels.includes(skip.reason));
  return claim ? { skip: claim.skip, evidence: [claimCheck(claim.what, now)] } : null;
}

/** The claim that stands in the way now, if any. */
export async function claimedSkip(
  automation: Automation,
  incidentId: string,
  now: Date,
): Promise<Skip | null> {
  for (const { skip, what } of claimsOf(automation, incidentId)) {
    if (await isClaimed(what, now)) return skip;
  }
  return null;
}
