// Backtests an automation: evaluates its pattern and parameters over a team's stored events. Sends and stores nothing.
import * as z from "zod";
import type { Automation } from "../../domain/automations/automation.ts";
import { PATTERN_TOO_COSTLY, type Skip } from "../../domain/automations/automation-decision.ts";
import type { BacktestItem, BacktestResult } from "../../domain/automations/dry-run.ts";
import { atAnyTime, findUntrue, type Report } from "../../domain/automations/timeliness.ts";
import type { Caller } from "../../domain/caller.ts";
import { type Issue, ServiceError } from "../../domain/errors.ts";
import { matchWithinLimit } from "../../domain/event-pattern/match.ts";
import { ExternalId } from "../../domain/ids.ts";
import { type Episode, nextEpisode } from "../../domain/incidents/episode.ts";
import {
  getReportKind,
  IncidentEvent,
  reportOrderOf,
  toIncident,
} from "../../domain/incidents/incident-event.ts";
import type { JsonObject } from "../../domain/json.ts";
import { authorize } from "../../domain/permissions.ts";
import type { Runbook } from "../../domain/runbooks/runbook-changes.ts";
import { getVersionToRun } from "../../domain/runbooks/runnable.ts";
import { listEvents } from "../../store/event-log.ts";
import { pickIncidentFields } from "../request/incident.ts";
import { renderParameters } from "./automation-parameters.ts";
import { FiringHistory } from "./firing-history.ts";
import { dryRun } from "./plan-execution.ts";
import { toSkip } from "./skips.ts";

/**
 * Returns the team whose events are tested: the automation's own, or for a global automation one that the caller may
 * view.
 */
export function requireBacktestTeam(
  caller: Caller,
  automation: Automation,
  requestedTeamId: string | undefined,
): string {
  const teamId = automation.teamId ?? requestedTeamId;
  const issues = findTeamIssues(automation, requestedTeamId);
  if (teamId === undefined || issues.length > 0) {
    throw new ServiceError("malformed_request", "The request is not valid for this automation.", { issues });
  }
  authorize(caller, "view", teamId, "team");
  return teamId;
}

function findTeamIssues({ teamId: own }: Automation, requestedTeamId: string | undefined): Issue[] {
  const issue = (message: string): Issue[] => [{ pointer: "/teamId", message }];
  if (own === null)
    return requestedTeamId === undefined ? issue("is required: the automation is global") : [];
  return requestedTeamId === undefined || requestedTeamId === own
    ? []
    : issue("must be the automation's own team");
}

const WithTeam = z.object({ teamId: ExternalId.optional() });

/** Returns further issues of a backtest whose body does not match its schema: those of a valid `teamId`. */
export function inspectBacktest(data: unknown, automation: Automation): Issue[] {
  const parsed = WithTeam.safeParse(data);
  return parsed.success ? findTeamIssues(automation, parsed.data.teamId) : [];
}

/** Limits of one request. The function has 10 seconds and 1 GB of memory. */
const MAX_EVENTS = 2000;
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_ITEMS = 500;
/** Matching steps, over all events. */
const MAX_STEPS = 5_000_000;
/** Characters of templates and of their output, over all matching events. They determine the cost of rendering. */
const MAX_RENDERED = 4_000_000;

export async function backtest(
  automation: Automation,
  runbook: Runbook,
  { teamId, from, to }: { teamId: string; from: Date; to: Date },
): Promise<BacktestResult> {
  const pass = new BacktestPass(automation, runbook);
  let examined = 0;
  let bytes = 0;
  let steps = 0;
  for await (const raw of listEvents(teamId, from, to)) {
    const event = IncidentEvent.parse(raw);
    const worked = bytes > MAX_BYTES || steps > MAX_STEPS || pass.rendered > MAX_RENDERED;
    const enough = worked || pass.items.length === MAX_ITEMS;
    if (examined === MAX_EVENTS || enough) {
      return { ...pass.summarize(), examined, truncated: true, nextFrom: event.time };
    }
    examined++;
    bytes += JSON.stringify(raw).length;
    const match = matchWithinLimit(automation.pattern, raw);
    steps += match.steps;
    const taken = pass.take(event, raw);
    if (match.outcome === "matched") await pass.addMatch(event, taken);
    if (match.outcome === "too_costly") pass.addItem(event, PATTERN_TOO_COSTLY);
  }
  return { ...pass.summarize(), examined, truncated: false, nextFrom: null };
}

type Latest = Report & { order: string; episode: Episode };
type Taken = { report: Report; latest: Latest };

/**
 * One pass over events in time order, with the results so far. Each event comes at its own time: none is too old, or
 * older than the automation.
 */
class BacktestPass {
  readonly items: BacktestItem[] = [];
  rendered = 0;
  private readonly automation: Automation;
  private readonly runbook: Runbook;
  private readonly history = new FiringHistory();
  private readonly latest = new Map<string, Latest>();

  constructor(automation: Automation, runbook: Runbook) {
    this.automation = automation;
    this.runbook = runbook;
  }

  summarize() {
    const wouldRun = this.items.filter((item) => item.wouldRun).length;
    return { matched: this.items.length, wouldRun, items: this.items };
  }

  /** Every event of an incident counts for what is its latest, whether it matches or not. */
  take(event: IncidentEvent, raw: JsonObject): Taken {
    const report = { event: raw, time: event.time, incident: toIncident(event) };
    const order = reportOrderOf(event);
    const { id, status } = report.incident;
    const before = this.latest.get(id);
    if (before && order <= before.order) return { report, latest: before };
    const episode = nextEpisode(before?.episode ?? null, { kind: getReportKind(event), status });
    const latest = { ...report, order, episode };
    this.latest.set(id, latest);
    return { report, latest };
  }

  async addMatch(event: IncidentEvent, { report, latest }: Taken): Promise<void> {
    const untrue = this.findUntrue(report, latest);
    this.addItem(event, untrue ?? (await this.evaluate(report, latest.episode.number)));
  }

  private findUntrue(report: Report, latest: Latest): Skip | null {
    const now = new Date(report.time);
    return findUntrue(atAnyTime(this.automation), { report, latest, waited: false, now });
  }

  addItem(event: IncidentEvent, outcome: Skip | { parameters: JsonObject }): void {
    const eventFields = {
      eventId: event.id,
      time: event.time,
      detailType: event["detail-type"],
      incidentId: event.detail.incident.id,
    };
    const skip = "reason" in outcome ? outcome : { reason: null, message: null };
    const parameters = "parameters" in outcome ? outcome.parameters : null;
    this.items.push({ ...eventFields, wouldRun: skip.reason === null, ...skip, parameters });
  }

  private async evaluate(report: Report, episode: number): Promise<Skip | { parameters: JsonObject }> {
    const { automation, runbook } = this;
    const { event: raw, incident, time } = report;
    const { payloadTemplate } = getVersionToRun(runbook).definition;
    this.rendered += JSON.stringify(automation.parameters).length + payloadTemplate.length;
    try {
      const { skip, fire } = this.history.find(automation, report, episode);
      if (skip) return skip;
      const planned = {
        runbook,
        parameters: renderParameters(automation.parameters, raw, incident),
        incident: pickIncidentFields(incident),
        automation: { id: automation.id, name: automation.name },
      };
      const { parameters, request } = await dryRun(automation, planned, time);
      this.rendered += JSON.stringify([parameters, request]).length;
      fire();
      return { parameters };
    } catch (error) {
      return toSkip(error);
    }
  }
}
