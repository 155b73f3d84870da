// docs/events.md: every event in and out, its rules and its schema, written from the contract.
import { INCOMING_EVENTS, OUTGOING_EVENTS, toJsonSchema } from "../../shared/contract/event-schemas.ts";
import { BUS, MAX_EVENT_BYTES, OWN_SOURCE, QUEUE, RULES } from "../../shared/contract/events.ts";
import {
  DECISION_DAYS,
  MAX_CHAIN,
  SKIP_REASONS,
} from "../../shared/domain/automations/automation-decision.ts";
import { MAX_CLOCK_SKEW_MS, MAX_EVENT_AGE_DAYS } from "../../shared/domain/incidents/incident-event.ts";
import { REJECTION_REASONS } from "../../shared/domain/incidents/rejection.ts";
import { code, kibibytes, table } from "./markdown.ts";

export function eventsDocument(): string {
  return `${[opening(), reports(), requests(), automations(), refusals(), announcements(), schemas()].join("\n\n")}\n`;
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

The service has an event bus of its own, named ${code(BUS)}. Incident systems and workflows put events on it; the service
announces there what it did. Each rule feeds one queue, each queue one function, and each queue has a dead-letter queue:
failed deliveries are repeated by the queue and nowhere else, up to ${QUEUE.maxReceives} times.

${table(["rule", "bus", "function", "why"], rows)}

Publish on the local stack from a file, or from standard input (\`-\`). The answer is the event's id, or why it is rejected:

\`\`\`sh
${emitCommand()}
\`\`\``;
}

/** With the time of whoever runs it: an event of long ago is refused. */
function emitCommand(): string {
  const { source, detailTypes, example } = INCOMING_EVENTS.incident;
  const event = { source, "detail-type": detailTypes[0], detail: example };
  const text = JSON.stringify(event, null, 2).replaceAll(/"\d{4}-\d\d-\d\dT[^"]*"/g, '"$(date -u +%FT%TZ)"');
  return `npm run -s emit -- - <<EVENT\n${text}\nEVENT`;
}

function reports(): string {
  const { incident } = INCOMING_EVENTS;
  return `## Incidents

Source ${code(incident.source)} (or what \`INCIDENT_SOURCES\` names), detail types ${incident.detailTypes.map(code).join(", ")}.

${json({ source: incident.source, "detail-type": incident.detailTypes[0], detail: incident.example })}

- Each report carries the whole state of the incident. The newest one stands, whatever order they arrive in: by
  \`updatedAt\`, or the event's \`time\` without one, then by the kind (in the order above), then by the event's id. The
  bus counts \`time\` in seconds only, so give \`updatedAt\` where an incident can change twice in a second.
- Fields that the schema does not name are allowed. They are not kept with the incident and templates cannot name them;
  patterns see them.
- The team is believed: who may put events on the bus decides about that. \`KNOWN_TEAMS\` narrows it to teams that exist.
- \`detail.causedBy\` is the id of the run that caused the report, if one did: the \`webhook-id\` of the request that the
  run sent. Echo it, and chains of runs that cause one another end after ${MAX_CHAIN} runs.`;
}

function requests(): string {
  const event = INCOMING_EVENTS["execution-requested"];
  return `## Requests for a run

Source ${code(event.source)} (or what \`WORKFLOW_SOURCES\` names), detail type ${code(event.detailTypes[0])}.

${json({ source: event.source, "detail-type": event.detailTypes[0], detail: event.example })}

- One \`requestId\` of one source starts one run at most within ${DECISION_DAYS} days, however often and in whatever event it comes.
  A refusal is final for its event: the same event again is refused as before, and tells it once in the audit. Ask anew
  with another event, or redrive the dead letter.
- The runbook must be approved, the parameters must fit it. With an \`incidentId\`, a team's runbook runs for incidents of
  its own team only. An incident that has not been reported yet is waited for until the last delivery.
- The run is for the runbook's team, else the incident's, else the one that \`teamId\` names, else the only team that the
  source acts for. A source of several teams must name one.
- Who may ask: the bus's resource policy decides who can send under which source, and \`WORKFLOW_SOURCES\` which sources
  are heard. An entry \`source\` may run every team's runbooks, an entry \`source=team\` acts as a responder of that team.
- The run's \`executedBy\` is \`workflow:<source>\`, its \`triggeredBy\` is \`workflow\`.`;
}

function automations(): string {
  return `## What automations make of an event

The automations of the incident's team and the global ones are asked. Those that are enabled and whose pattern matches
decide once for each event; the decision stands for ${DECISION_DAYS} days, however often the event is delivered. A run, its
decision and its audit entry are written together or not at all.

An automation acts as \`automation:<id>\`, a responder of its team (a global one: of the incident's team). It may do what
such a person may: the runbook must be approved, the incident must be of its team, the parameters must fit.

Reasons for which a matching automation runs nothing, in the audit and in \`Automation Skipped\`: ${SKIP_REASONS.map(code).join(", ")}.
A skip is as final as a run, and is written only while all of what it was decided from still stands: the automation, its
runbook, the run or the claim in its way. Where any of that has changed, it is decided again.
What may pass by itself is no decision. A throttled table: the queue delivers the event again. The rate of starts:
the event waits in its queue and comes again after a minute or so, then more rarely, for up to ${QUEUE.maxRequeueMinutes} minutes.`;
}

function refusals(): string {
  return `## What is refused

An event that cannot be used goes to its rule's dead-letter queue at once, as it came, with the message attributes
\`reason\` and \`message\`. It does not hold up others. Why it was refused is kept in the table for 90 days, and for a
request also in the audit of its runbook. Reasons: ${REJECTION_REASONS.map(code).join(", ")}.

Events are refused that have more than ${kibibytes(MAX_EVENT_BYTES)}, that are from more than ${MAX_CLOCK_SKEW_MS / 60_000} minutes in the
future, or older than ${MAX_EVENT_AGE_DAYS} days. To redrive, fix the cause and start a message move task on the
dead-letter queue. A request that was refused is asked anew, known by the \`reason\` that the task leaves it; every other
decision stays as it is, so redriving starts nothing twice.`;
}

function announcements(): string {
  const rows = OUTGOING_EVENTS.map(({ detailType, summary }) => [code(detailType), summary]);
  return `## What the service announces

Source ${code(OWN_SOURCE)}. Audit entries leave through the table's stream, so nothing is announced that did not happen, and
nothing that happened stays silent. Delivery is at least once: \`auditId\` tells a repetition. Events are published in
the order of each thing that they are about, and \`sequence\` counts them, since EventBridge may reorder. They hold no
secret, no parameter, no payload. The service never listens to events of this source.

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
