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

/** Returns the skip for a failed label, with the blocking claim as evidence. */
export function findFailedClaim(
  automation: Automation,
  incidentId: string,
  labels: readonly string[],
  now: Date,
): { skip: Skip; evidence: Write[] } | null {
  const claim = buildClaims(automation, incidentId).find(({ skip }) => labels.includes(skip.reason));
  return claim ? { skip: claim.skip, evidence: [claimCheck(claim.keyParts, now)] } : null;
}

/** Returns the skip of a claim that blocks the automation now, or null. */
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
