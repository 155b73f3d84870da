// Generates docs/events.md from the contract: every incoming and outgoing event, its rules and its schema.

import { INCOMING_EVENTS, OUTGOING_EVENTS, toJsonSchema } from "../../shared/contract/event-schemas.ts";
import { BUS, MAX_EVENT_BYTES, OWN_SOURCE, QUEUE, RULES } from "../../shared/contract/events.ts";
import { ANNOUNCEMENTS, RECOVERED, SECRET_ROTATED } from "../../shared/domain/announcement.ts";
import {
  DECISION_DAYS,
  MAX_CHAIN,
  SKIP_REASONS,
} from "../../shared/domain/automations/automation-decision.ts";
import { RECOVERY_DAYS } from "../../shared/domain/executions/recovery.ts";
import { MAX_CLOCK_SKEW_MS, MAX_EVENT_AGE_DAYS } from "../../shared/domain/incidents/incident-event.ts";
import { REJECTION_REASONS } from "../../shared/domain/incidents/rejection.ts";
import { code, kibibytes, table } from "./markdown.ts";
import { patternDifferences } from "./pattern-differences.ts";

export function eventsDocument(): string {
  return `${[opening(), reports(), requests(), automations(), patternDifferences(), refusals(), announcements(), schemas()].join("\n\n")}\n`;
}

const json = (value: unknown) => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;

function opening(): string {
  const rows = Object.entries(RULES).map(([name, rule]) => [
    code(name),
    code(rule.bus),
    code(rule.target),
    rule.summary,
  ]);
  return `# Events

<!-- Written from the contract by \`npm run docs\`: change the data, not this text. -->

The service has its own event bus, ${code(BUS)}. Incident systems and workflows publish events on it, and the service
publishes its own events there. Systems that do not speak these events are connected by [sources](sources.md). Each rule feeds one queue, and each queue one function. Only the queue retries failed
deliveries, up to ${QUEUE.maxReceives} times. Then it moves the message to its dead-letter queue.

${table(["rule", "bus", "function", "why"], rows)}

Publish on the local stack from a file, or from standard input (\`-\`). The command prints the event's id, and the reason if the event is rejected:

\`\`\`sh
${emitCommand()}
\`\`\``;
}

/** Inserts the current time when the command runs, because the service rejects old events. */
function emitCommand(): string {
  const { source, detailTypes, example } = INCOMING_EVENTS.incident;
  const event = { source, "detail-type": detailTypes[0], detail: example };
  const text = JSON.stringify(event, null, 2).replaceAll(/"\d{4}-\d\d-\d\dT[^"]*"/g, '"$(date -u +%FT%TZ)"');
  return `npm run -s emit -- - <<EVENT\n${text}\nEVENT`;
}

function reports(): string {
  const { incident } = INCOMING_EVENTS;
  return `## Incidents

Source ${code(incident.source)} (or the sources in \`INCIDENT_SOURCES\`), detail types ${incident.detailTypes.map(code).join(", ")}.

${json({ source: incident.source, "detail-type": incident.detailTypes[0], detail: incident.example })}

- Times may be ISO 8601 with a zone (\`Z\`, \`+01:00\`, \`+0100\`), HTTP dates, or seconds or milliseconds since 1970; a priority may
  be a number.
- The system that reports an incident first is the only one that may report it. No system may use an id that begins
  with \`source_\`: such ids are of [sources](sources.md).
- Each report carries the whole state of the incident. The newest report wins, in whatever order reports arrive. Reports
  sort by \`updatedAt\` (or the event's \`time\` without it), then by kind in the order above, then by event id. The bus
  gives \`time\` in seconds, so send \`updatedAt\` if an incident can change twice in a second.
- Fields that the schema does not name are allowed. The service does not store them with the incident, and templates
  cannot use them. Patterns can match them.
- The service trusts \`teamId\`: the bus's resource policy decides who may publish. \`KNOWN_TEAMS\` limits it to known teams.
- \`detail.causedBy\` is the id of the run that caused the report: the \`webhook-id\` of the run's request. Echo it, so that
  the service can end chains of runs that cause one another after ${MAX_CHAIN} runs.`;
}

function requests(): string {
  const event = INCOMING_EVENTS["execution-requested"];
  return `## Requests for a run

Source ${code(event.source)} (or the sources in \`WORKFLOW_SOURCES\`), detail type ${code(event.detailTypes[0])}.

${json({ source: event.source, "detail-type": event.detailTypes[0], detail: event.example })}

- One \`requestId\` of one source starts at most one run within ${DECISION_DAYS} days, in however many events it comes.
  A refusal is final for its event: the service refuses a redelivery for the same reason and writes one audit entry. To
  retry, send the request in a new event, or redrive the message from the dead-letter queue.
- The runbook must be approved, and the parameters must match its schema. With an \`incidentId\`, a team's runbook runs
  only for incidents of its own team. The queue retries a request for an unknown incident until the last delivery.
- The run is for the runbook's team, else the incident's, else the team in \`teamId\`, else the only team that the source
  acts for. A source of several teams must send \`teamId\`.
- Permissions: the bus's resource policy decides who may publish under which source, and \`WORKFLOW_SOURCES\` lists the
  accepted sources. An entry \`source\` may run every team's runbooks. An entry \`source=team\` acts as a responder of that team.
- The run's \`executedBy\` is \`workflow:<source>\`, its \`triggeredBy\` is \`workflow\`.`;
}

function automations(): string {
  return `## How automations handle an event

The service evaluates the automations of the incident's team and the global ones. An enabled automation whose pattern
matches decides once for each event, and the decision is valid for ${DECISION_DAYS} days, however often the event is delivered.
One transaction writes the run, the decision and the audit entry.

An automation acts as \`automation:<id>\`, with the permissions of a responder of its team (a global one: of the
incident's team). The runbook must be approved, the incident must be of its team, and the parameters must match.

Reasons why a matching automation is skipped, in the audit and in \`Automation Skipped\`: ${SKIP_REASONS.map(code).join(", ")}.
A skip is as final as a run, unless somebody asks for a [catch-up](automations.md#what-is-true-now). The service writes
both only if their evidence is unchanged: the automation, the latest report of the incident, the runbook, and the run or
claim that prevents it. If any of these has changed, the automation decides again.
Transient failures are retried and not recorded. If the table is throttled, the queue delivers the event again. If the
rate limit is reached, or starts are paused, the service requeues the event with growing delays, from about a minute on,
for up to ${QUEUE.maxRequeueMinutes} minutes. What is paused even then is skipped as \`paused\`.`;
}

function refusals(): string {
  return `## Rejected events

The service sends an unusable event immediately and unchanged to its rule's dead-letter queue, with the message
attributes \`reason\` and \`message\`. It does not block other events. The table keeps the reason for 90 days; for a
request, the audit of its runbook has it too. Reasons: ${REJECTION_REASONS.map(code).join(", ")}.

The service rejects events that are larger than ${kibibytes(MAX_EVENT_BYTES)}, dated more than ${MAX_CLOCK_SKEW_MS / 60_000} minutes in the
future, or older than ${MAX_EVENT_AGE_DAYS} days. To redrive, fix the cause and start a message move task on the
dead-letter queue. The service decides a refused request again: it recognizes it by the attribute \`reason\`, which the
task preserves. All other decisions stay valid, so redriving never starts a run twice.`;
}

function announcements(): string {
  const rows = OUTGOING_EVENTS.map(({ detailType, summary }) => [code(detailType), summary]);
  return `## Events that the service publishes

Source ${code(OWN_SOURCE)}. The service publishes audit entries from the table's stream, so it publishes
exactly the changes that were committed. Delivery is at least once: deduplicate by \`announcementId\`. Events of one audit chain
are published in order, and \`sequence\` numbers them, because EventBridge may reorder. They contain no secrets, no
parameters and no payloads. The service ignores events of this source.

An event tells what was so when it happened: a runbook that is renamed later keeps its name there. Route by
\`teamId\`, \`runbookName\`, \`executedBy\`, \`triggeredBy\` or \`automationId\`. An execution has one end, which is
final: after \`Succeeded\`, \`Failed\` or \`Cancelled\` no other follows.
[How to be notified](how-to/notify.md) has rules to a topic, a chat and another bus.

${code(RECOVERED.detailType)} comes beside ${code(ANNOUNCEMENTS["execution.succeeded"].detailType)}, with an \`announcementId\` of its own. Ends
belong together by runbook and by the value of the concurrency \`key\`; without a key, by runbook alone. Cancelled
executions count as neither. A failure waits ${RECOVERY_DAYS} days for its recovery. One success announces the recovery, however
often or by how many functions it is delivered, and no crash loses it. Not promised: events of different executions
have no order, so a failure that the service reads after the success that followed it is recovered by the next success,
and a recovery that a newer failure has overtaken before it was read is not announced.

${code(SECRET_ROTATED.detailType)} comes beside ${code(ANNOUNCEMENTS["source.updated"].detailType)}, with an \`announcementId\` of its own. Changes of
sources are numbered by \`sequence\` together with pauses and freeze windows, which are not announced: numbers are missing.

${table(["detail type", "when"], rows)}`;
}

function schemas(): string {
  const incoming = Object.values(INCOMING_EVENTS).map(
    ({ detailTypes, detail }) =>
      `### \`detail\` of ${detailTypes.map(code).join(", ")}\n\n${json(toJsonSchema(detail, "input"))}`,
  );
  const outgoing = Map.groupBy(OUTGOING_EVENTS, ({ detail }) => detail);
  const outgoingTypes = [...outgoing].map(
    ([detail, events]) =>
      `### \`detail\` of ${events.map((e) => code(e.detailType)).join(", ")}\n\n${json(toJsonSchema(detail, "output"))}`,
  );
  return ["## Schemas", "JSON Schema 2020-12.", ...incoming, ...outgoingTypes].join("\n\n");
}
