// What an automation may do only so often: once for each incident, and not again within its cooldown.
import type { Automation } from "../../domain/automations/automation.ts";
import type { Skip } from "../../domain/automations/automation-decision.ts";
import { claimCheck, claimWrite, isClaimed } from "../../store/claims.ts";
import { DECISION_SECONDS } from "../../store/decisions.ts";
import type { Write } from "../../store/transact.ts";

type Claim = { skip: Skip; keyParts: string[]; seconds: number };

/** Each mode claims for itself: what a shadow would have done does not keep the live automation from doing it. */
function buildClaims(
  { id, mode, oncePerIncident, cooldownSeconds }: Automation,
  incidentId: string,
): Claim[] {
  const once: Claim = {
    skip: { reason: "already_fired", message: "The automation has fired for this incident already." },
    keyParts: ["once", id, mode, incidentId],
    seconds: DECISION_SECONDS,
  };
  const cooldown: Claim = {
    skip: {
      reason: "cooldown",
      message: `The automation has fired within the last ${cooldownSeconds} seconds.`,
    },
    keyParts: ["cooldown", id, mode],
    seconds: cooldownSeconds,
  };
  return [...(oncePerIncident ? [once] : []), ...(cooldownSeconds > 0 ? [cooldown] : [])];
}

/** Each is labelled with the reason for skipping where it fails. */
export function claimWrites(automation: Automation, incidentId: string, now: Date): Write[] {
  return buildClaims(automation, incidentId).map(({ skip, keyParts, seconds }) =>
    claimWrite(skip.reason, keyParts, seconds, now),
  );
}

/** What one of these labels comes to: the reason for skipping, with the claim that stands in the way. */
export function findFailedClaim(
  automation: Automation,
  incidentId: string,
  labels: readonly string[],
  now: Date,
): { skip: Skip; evidence: Write[] } | null {
  const claim = buildClaims(automation, incidentId).find(({ skip }) => labels.includes(skip.reason));
  return claim ? { skip: claim.skip, evidence: [claimCheck(claim.keyParts, now)] } : null;
}

/** The claim that stands in the way now, if any. */
export async function checkClaims(
  automation: Automation,
  incidentId: string,
  now: Date,
): Promise<Skip | null> {
  for (const { skip, keyParts } of buildClaims(automation, incidentId)) {
    if (await isClaimed(keyParts, now)) return skip;
  }
  return null;
}
