// Tables of docs/troubleshooting.md: the cause and remedy of each code.
import type { SkipReason } from "../../shared/domain/automations/automation-decision.ts";
import { SKIP_REASONS } from "../../shared/domain/automations/automation-decision.ts";
import { ERROR_CODES, type ErrorCode } from "../../shared/domain/errors.ts";
import { EXECUTION_ERROR_CODES, type ExecutionError } from "../../shared/domain/executions/execution.ts";
import { CONCERNS } from "../../shared/domain/executions/faults.ts";
import { REJECTION_REASONS, type RejectionReason } from "../../shared/domain/incidents/rejection.ts";
import { ERROR_ADVICE, EXECUTION_ERROR_ADVICE } from "./advice.ts";
import { code, table } from "./markdown.ts";

type Remedy = { cause: string; remedy: string };

const NOT_APPROVED = {
  cause: "The runbook was a draft, or deprecated, when the event came",
  remedy: "Have it approved. The event is not retried",
};
const EXPIRED = {
  cause: "The approval of the live version had expired when the event came",
  remedy: "Have the approval renewed: `POST /runbooks/{runbookId}/approve`. The event is not retried",
};
const BAD_PARAMETERS = {
  cause: "The parameters do not fit the runbook's schema: one is missing, unknown, or of another type",
  remedy:
    "Compare them with the schema. For an automation: `POST /automations/{automationId}/test` with that event",
};
const BAD_TEMPLATE = {
  cause: "A template could not be rendered with the values of this event",
  remedy: "Preview the runbook with these parameters, and give the template a `default`",
};
const DENIED = {
  cause: "The rendered address may not be called",
  remedy: "Use a public https address, or ask the operator for `egressAllow` or `hostAllow`",
};
const CHAIN = {
  cause: "Executions that cause incidents that start executions: three in a row are enough",
  remedy: "Find the loop: `detail.causedBy` of the events names each cause",
};

const PAUSED = {
  cause:
    "A platform admin has paused new runs, everywhere or of this team; an event of an automation has waited for an hour",
  remedy:
    "Read the message; `GET /controls` says what is paused, and why. Afterwards `POST /automations/{automationId}/catch-up`, or start runs by hand",
};
const FROZEN = {
  cause: "A freeze window is open, or no allow window is. Neither automations nor workflows start runs then",
  remedy:
    "Read the message; `GET /freeze-windows` says which window, and until when. Afterwards, for an automation: `POST /automations/{automationId}/catch-up`",
};

const CATCH_UP = "If it is still wanted: `POST /automations/{automationId}/catch-up`";

const SKIPS: Record<SkipReason, Remedy> = {
  shadow: {
    cause: "The automation is in shadow mode: it would have run",
    remedy: '`"mode": "live"` when you trust it',
  },
  superseded: {
    cause: "A newer report of the incident came first: it decides, or the pattern does not match by it",
    remedy: "Nothing. The decision about the newer event says what it started",
  },
  no_longer_true: {
    cause:
      "The incident has changed while the event waited, so that the pattern does not match any more; or its status is not in `onlyWhile`",
    remedy: "Nothing; or more statuses in `onlyWhile`",
  },
  event_too_old: {
    cause: "The event was older than `maxEventAgeSeconds` when it could be decided",
    remedy: `Look for what held it up: the sender, or a wait in the queue. ${CATCH_UP}`,
  },
  older_than_automation: {
    cause: "The event is from before the automation was made, switched on, or given its present pattern",
    remedy: CATCH_UP,
  },
  replay: {
    cause: "EventBridge has replayed the event from an archive",
    remedy: `Nothing; or \`"replays": true\`, if a replay is to start runs. ${CATCH_UP}`,
  },
  already_fired: {
    cause: "`oncePerIncident`: it has fired for this episode of the incident before",
    remedy: "Nothing; or `oncePerIncident: false`, if each event is to start a run",
  },
  cooldown: {
    cause:
      "It fired less than `cooldown.seconds` ago, for this `key` if it has one; or its last run has not ended, with `from: end`",
    remedy: "Nothing; or fewer `seconds`, or a `key`",
  },
  chain_limit: CHAIN,
  pattern_too_costly: {
    cause: "The event has so many values that its match would cost too much",
    remedy: "Name fewer conditions, or fields with fewer values",
  },
  automation_not_approved: {
    cause:
      "This deployment asks for an approval of each live automation (`approveAutomations`). Nobody has approved what this one starts, or it has changed since",
    remedy:
      "Ask a platform admin to review and approve it: `POST /automations/{automationId}/approve`. This event stays skipped: start its run by hand",
  },
  runbook_deleted: {
    cause: "Its runbook was deleted; within minutes the service disables the automation",
    remedy: "Delete the automation, or make one for another runbook",
  },
  runbook_not_approved: NOT_APPROVED,
  approval_expired: EXPIRED,
  not_permitted: {
    cause: "The automation may not run it for this incident's team",
    remedy: "Read the message of the skip, and give the automation a runbook of the incident's team",
  },
  paused: PAUSED,
  frozen: FROZEN,
  active_executions: {
    cause: "`concurrency`: as many runs as it allows are under way, or the queue is full",
    remedy: '`"onLimit": "queue"` makes runs wait instead',
  },
  invalid_parameters: BAD_PARAMETERS,
  invalid_template: BAD_TEMPLATE,
  egress_denied: DENIED,
};

const REJECTIONS: Record<RejectionReason, Remedy> = {
  malformed: {
    cause: "The event is not JSON, or does not fit its schema",
    remedy: "The message names each field that is wrong",
  },
  too_large: {
    cause: "The event is larger than the bus accepts",
    remedy: "Leave out unneeded fields, or send links to large data",
  },
  source_not_allowed: {
    cause: "The event's `source` is on no list of this deployment",
    remedy:
      "Add it: `INCIDENT_SOURCES` or `WORKFLOW_SOURCES`, on AWS the options `incidentSources`, `workflowSources`",
  },
  team_unknown: {
    cause: "`KNOWN_TEAMS` does not have the incident's team, or the map of its source does not",
    remedy: "Correct `teamId`, add the team, or add it to the map of the source and redrive",
  },
  incident_of_another_source: {
    cause: "Another source has reported an incident of this id",
    remedy: "Give the incidents of each system ids of their own, or let one system report",
  },
  source_unknown: {
    cause: "The source was deleted after its message was taken",
    remedy: "Nothing: or create the source again, and let the system send its message again",
  },
  unmapped: {
    cause: "A message of a source lacks what an incident needs",
    remedy:
      "The message names the pointers. `POST /sources/{sourceId}/test` shows what a message becomes; correct the mapping, then redrive",
  },
  too_many: {
    cause: "A message of a source has more items than are read at once",
    remedy: "Let the system send smaller groups",
  },
  time_in_future: {
    cause: "`time` or `updatedAt` is ahead of this service's clock",
    remedy: "Set the sender's clock",
  },
  too_old: {
    cause: "`time` or `updatedAt` is more than 30 days ago",
    remedy: "Report the incident as it is now",
  },
  cause_unknown: {
    cause: "`detail.causedBy` is the id of no execution",
    remedy: "Echo the `webhook-id` of the request that caused the event, or leave the field out",
  },
  chain_limit: CHAIN,
  runbook_unknown: { cause: "There is no runbook of this id", remedy: "Check `runbookId`" },
  incident_unknown: {
    cause: "The incident that the request names was never reported",
    remedy: "Report the incident first, or leave `incidentId` out",
  },
  not_permitted: {
    cause: "The source may not run this runbook, or not for this team",
    remedy: "Read the message; `WORKFLOW_SOURCES` says what a source may run",
  },
  paused: PAUSED,
  frozen: FROZEN,
  runbook_not_approved: NOT_APPROVED,
  approval_expired: EXPIRED,
  active_executions: SKIPS.active_executions,
  invalid_parameters: BAD_PARAMETERS,
  invalid_template: BAD_TEMPLATE,
  egress_denied: DENIED,
};

const REMEDY = ["why", "what to do"] as const;
const rowsOf = <K extends string>(names: readonly K[], remedies: Record<K, Remedy>) =>
  names.map((name) => [code(name), remedies[name].cause, remedies[name].remedy]);

export const skipTable = () => table(["reason", ...REMEDY], rowsOf(SKIP_REASONS, SKIPS));
export const rejectionTable = () => table(["reason", ...REMEDY], rowsOf(REJECTION_REASONS, REJECTIONS));

export function answerTable(): string {
  const codes = Object.keys(ERROR_CODES) as ErrorCode[];
  const rows = codes.map((name) => [
    `${ERROR_CODES[name].status} ${ERROR_CODES[name].title}`,
    code(name),
    ERROR_ADVICE[name],
  ]);
  return table(["answer", "`code`", "what to do"], rows);
}

/** The team hears of it by an event; of the service's, an alarm goes off too. */
const WHOSE = { team: "the team's", service: "**the service's**" } as const;

export function executionTable(): string {
  const codes: readonly ExecutionError["code"][] = EXECUTION_ERROR_CODES;
  return table(
    ["`error.code`", "why", "whose matter"],
    codes.map((name) => [code(name), EXECUTION_ERROR_ADVICE[name], WHOSE[CONCERNS[name]]]),
  );
}
