// Claims limit how often an automation fires: once per incident, and not again within its cooldown.
import type { Automation } from "../../domain/automations/automation.ts";
import type { Skip } from "../../domain/automations/automation-decision.ts";
import { claimCheck, claimWrite, isClaimed } from "../../store/claims.ts";
import { DECISION_SECONDS } from "../../store/decisions.ts";
import type { Write } from "../../store/transact.ts";

type Claim = { skip: Skip; keyParts: string[]; seconds: number };

/** Each mode has its own claims, so that shadow decisions never block the live automation. */
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

/** Labels each write with the skip reason that its failure means. */
export function claimWrites(automation: Automation, incidentId: string, now: Date): Write[] {
  return buildClaims(automation, incidentId).map(({ skip, keyParts, seconds }) =>
    claimWrite(skip.reason, keyParts, seconds, now),
  );
}

/** A skip, with the claim that is the reason for it as evidence. */
type BlockedByClaim = { skip: Skip; evidence: Write[] };

const blockedBy = ({ skip, keyParts }: Claim, now: Date): BlockedByClaim => ({
  skip,
  evidence: [claimCheck(keyParts, now)],
});

/** Returns what the claim of a failed write means, or null if no claim has this label. */
export function findFailedClaim(
  automation: Automation,
  incidentId: string,
  labels: readonly string[],
  now: Date,
): BlockedByClaim | null {
  const claim = buildClaims(automation, incidentId).find(({ skip }) => labels.includes(skip.reason));
  return claim ? blockedBy(claim, now) : null;
}

/** Returns what a claim that blocks the automation now means, or null if none does. */
export async function checkClaims(
  automation: Automation,
  incidentId: string,
  now: Date,
): Promise<BlockedByClaim | null> {
  for (const claim of buildClaims(automation, incidentId)) {
    if (await isClaimed(claim.keyParts, now)) return blockedBy(claim, now);
  }
  return null;
}
