// Backtesting an automation: its pattern and parameters over the stored events of a team; nothing is sent or stored.
import * as z from "zod";
import type { Automation } from "../domain/automation.ts";
import { PATTERN_TOO_COSTLY, type Skip } from "../domain/automation-decision.ts";
import type { BacktestAnswer, BacktestItem } from "../domain/automation-rehearsal.ts";
import type { Caller } from "../domain/caller.ts";
import { type Issue, RunbookError } from "../domain/errors.ts";
import { judgeEvent } from "../domain/event-pattern.ts";
import { ExternalId } from "../domain/ids.ts";
import { IncidentEvent, projectionOf } from "../domain/incident-event.ts";
import type { JsonObject } from "../domain/json.ts";
import { authorize } from "../domain/permissions.ts";
import type { Runbook } from "../domain/runbook-changes.ts";
import { eventsBetween } from "../store/event-log.ts";
import { renderParameters } from "./automation-parameters.ts";
import { rehearse } from "./automation-run.ts";
import { frozen } from "./incident.ts";
import { skipOf } from "./skip-of.ts";

/** Whose events are looked at: the automation's own team's, or for a global one those of a team that the caller may see. */
export function backtestTeam(caller: Caller, automation: Automation, asked: string | undefined): string {
  const teamId = automation.teamId ?? asked;
  const issues = teamIssues(automation, asked);
  if (teamId === undefined || issues.length > 0) {
    throw new RunbookError("malformed_request", "The request does not fit this automation.", { issues });
  }
  authorize(caller, "view", teamId, "team");
  return teamId;
}

function teamIssues({ teamId: own }: Automation, asked: string | undefined): Issue[] {
  const issue = (message: string): Issue[] => [{ pointer: "/teamId", message }];
  if (own === null) return asked === undefined ? issue("is required: the automation is global") : [];
  return asked === undefined || asked === own ? [] : issue("must be the automation's own team");
}

const WithTeam = z.object({ teamId: ExternalId.optional() });

/** What else is wrong with a backtest whose body does not fit its schema: the team, where it is one. */
export function otherBacktestIssues(data: unknown, automation: Automation): Issue[] {
  const asked = WithTeam.safeParse(data);
  return asked.success ? teamIssues(automation, asked.data.teamId) : [];
}

/** What one answer looks at: a function has 10 seconds, and 1 GB of memory. */
const MOST_EVENTS = 2000;
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_ITEMS = 500;
/** Of matching, over all events. */
const MOST_STEPS = 5_000_000;
/** Characters of templates and of what they made, over all events that match: rendering costs by them. */
const MOST_RENDERED = 4_000_000;

export async function backtest(
  automation: Automation,
  runbook: Runbook,
  { teamId, from, to }: { teamId: string; from: Date; to: Date },
): Promise<BacktestAnswer> {
  const trial = new Trial(automation, runbook);
  let examined = 0;
  let bytes = 0;
  let steps = 0;
  for await (const raw of eventsBetween(teamId, from, to)) {
    const event = IncidentEvent.parse(raw);
    const worked = bytes > MOST_BYTES || steps > MOST_STEPS || trial.rendered > MOST_RENDERED;
    const enough = worked || trial.items.length === MOST_ITEMS;
    if (examined === MOST_EVENTS || enough) {
      return { ...trial.answer(), examined, truncated: true, nextFrom: event.time };
    }
    examined++;
    bytes += JSON.stringify(raw).length;
    const judged = judgeEvent(automation.pattern, raw);
    steps += judged.steps;
    if (judged.outcome === "matched") trial.meet(event, raw);
    if (judged.outcome === "too_costly") trial.pass(event, PATTERN_TOO_COSTLY);
  }
  return { ...trial.answer(), examined, truncated: false, nextFrom: null };
}

/** One pass over events in the order of their times, with what it would have fired so far. */
class Trial {
  readonly items: BacktestItem[] = [];
  rendered = 0;
  private readonly automation: Automation;
  private readonly runbook: Runbook;
  private readonly firedFor = new Set<string>();
  private quietUntil = 0;

  constructor(automation: Automation, runbook: Runbook) {
    this.automation = automation;
    this.runbook = runbook;
  }

  answer() {
    const wouldRun = this.items.filter((item) => item.wouldRun).length;
    return { matched: this.items.length, wouldRun, items: this.items };
  }

  meet(event: IncidentEvent, raw: JsonObject): void {
    this.pass(event, this.outcome(event, raw));
  }

  pass(event: IncidentEvent, outcome: Skip | { parameters: JsonObject }): void {
    const about = {
      eventId: event.id,
      time: event.time,
      detailType: event["detail-type"],
      incidentId: event.detail.incident.id,
    };
    const skip = "reason" in outcome ? outcome : { reason: null, message: null };
    const parameters = "parameters" in outcome ? outcome.parameters : null;
    this.items.push({ ...about, wouldRun: skip.reason === null, ...skip, parameters });
  }

  private outcome(event: IncidentEvent, raw: JsonObject): Skip | { parameters: JsonObject } {
    const { automation, runbook } = this;
    const { id } = event.detail.incident;
    const at = Date.parse(event.time);
    if (automation.oncePerIncident && this.firedFor.has(id)) {
      return { reason: "already_fired", message: "It would have fired for this incident before." };
    }
    if (at < this.quietUntil) return { reason: "cooldown", message: "It would have been cooling down." };
    const { payloadTemplate } = runbook.current.definition;
    this.rendered += JSON.stringify(automation.parameters).length + payloadTemplate.length;
    try {
      const planned = {
        runbook,
        parameters: renderParameters(automation.parameters, raw),
        incident: frozen(projectionOf(event)),
        automation: { id: automation.id, name: automation.name },
      };
      const { parameters, request } = rehearse(automation, planned, event.time);
      this.rendered += JSON.stringify([parameters, request]).length;
      this.firedFor.add(id);
      this.quietUntil = at + automation.cooldownSeconds * 1000;
      return { parameters };
    } catch (error) {
      return skipOf(error);
    }
  }
}
