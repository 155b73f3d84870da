// Claims limit how often an automation fires: once for each episode of an incident, and not within its cooldown.
import type { Automation } from "../../domain/automations/automation.ts";
import type { Skip } from "../../domain/automations/automation-decision.ts";
import { type Cooldown, findCooling } from "../../domain/automations/cooldown.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import type { JsonObject } from "../../domain/json.ts";
import { claimCheck, claimWrite, isClaimed } from "../../store/claims.ts";
import { type Firing, firingWrite, getLastFiring, lastFiringCheck } from "../../store/cooldowns.ts";
import { DECISION_SECONDS } from "../../store/decisions.ts";
import { getExecution } from "../../store/executions.ts";
import { EVIDENCE, type Write } from "../../store/transact.ts";
import { renderEventTemplate } from "./automation-parameters.ts";

/** What claims are about. `incident`: as stored now. `episode`: number of its episode. */
type ClaimSubject = { event: JsonObject; incident: Incident; episode: number };

/**
 * `blocked`: why the automation may not fire, with the claim that is the evidence. `writes`: what a firing must write;
 * they fail as evidence if another one came first. `executionId`: null in shadow mode.
 */
export type Claims = {
  blocked: { skip: Skip; evidence: Write[] } | null;
  writes: (executionId: string | null) => Write[];
};

/** Each mode has its own claims, so that shadow decisions never block the live automation. @throws `invalid_template` */
export async function readClaims(automation: Automation, subject: ClaimSubject, now: Date): Promise<Claims> {
  const { id, mode, cooldown } = automation;
  const once = await readOnce(automation, subject, now);
  if (once.blocked || !cooldown) return once;
  const cooling = await readCooldown(cooldown, [id, mode], subject, now);
  const writes = (executionId: string | null) => [
    ...once.writes(executionId),
    ...cooling.writes(executionId),
  ];
  return { blocked: cooling.blocked, writes };
}

const ALREADY_FIRED: Skip = {
  reason: "already_fired",
  message: "The automation has fired for this episode of the incident already.",
};

async function readOnce(
  { id, mode, oncePerIncident }: Automation,
  { incident, episode }: ClaimSubject,
  now: Date,
): Promise<Claims> {
  if (!oncePerIncident) return { blocked: null, writes: () => [] };
  const subject = ["once", id, mode, incident.id, String(episode)];
  const isBlocked = await isClaimed(subject, now);
  return {
    blocked: isBlocked ? { skip: ALREADY_FIRED, evidence: [claimCheck(subject, now)] } : null,
    writes: () => [claimWrite(EVIDENCE, subject, DECISION_SECONDS, now)],
  };
}

async function readCooldown(
  cooldown: Cooldown,
  owner: readonly string[],
  { event, incident }: ClaimSubject,
  now: Date,
): Promise<Claims> {
  const { key } = cooldown;
  const value = key === null ? [] : [JSON.stringify(renderEventTemplate(key, event, incident))];
  const subject = ["cooldown", ...owner, ...value];
  const last = await getLastFiring(subject);
  const message = last && findCooling(cooldown, await withRun(last), now);
  return {
    blocked:
      last && message !== null
        ? { skip: { reason: "cooldown", message }, evidence: [lastFiringCheck(subject, last)] }
        : null,
    writes: (executionId) => [firingWrite(subject, last, { firedAt: now.toISOString(), executionId })],
  };
}

/**
 * The end is read from the execution itself, so whatever ends it is known. No evidence of it is needed: it can only end
 * later than it was read, and the cooldown goes on from there.
 */
async function withRun({ firedAt, executionId }: Firing) {
  const run = executionId === null ? null : await getExecution(executionId);
  return { firedAt, run };
}
