// Kinds of sources of on-call systems, which send one incident in each message over HTTP.
import type { Kind } from "./kind.ts";

/** PagerDuty sends two forms: v3 webhooks, and over EventBridge those of v2. */
const inPagerDuty = (v3: string, v2 = v3) => [`/event/data${v3}`, `/incident${v2}`];
const eventOf = (v3: string, v2?: string) => [
  { "/event/event_type": [`incident.${v3}`] },
  ...(v2 === undefined ? [] : [{ "/event": [`incident.${v2}`] }]),
];
const OCCURRED = ["/event/occurred_at", "/created_on"];

/** incident.io puts an incident under the name of the event's type. */
const INCIDENT_IO = ["incident_created_v2", "incident_updated_v2", "incident_status_updated_v2/incident"];
const inIncidentIo = (rest: string) => INCIDENT_IO.map((type) => `/public_incident.${type}${rest}`);
const oneOf = (field: string, values: readonly string[]) =>
  inIncidentIo(field).map((pointer) => ({ [pointer]: values }));

export const INCIDENT_KINDS = {
  pagerduty: {
    system: "PagerDuty",
    document: "https://developer.pagerduty.com/docs/webhooks-overview",
    events: { partner: "aws.partner/pagerduty.com/", message: "/detail" },
    http: ["pagerduty"],
    deliveryId: { place: ["/event/id"] },
    fields: {
      id: [inPagerDuty("/id")],
      title: [...inPagerDuty("/title"), ...inPagerDuty("/summary")],
      status: inPagerDuty("/status"),
      priority: [...inPagerDuty("/priority/summary"), ...inPagerDuty("/urgency")],
      createdAt: inPagerDuty("/created_at"),
      updatedAt: OCCURRED,
      assignee: inPagerDuty("/assignees/0/summary", "/assignments/0/assignee/summary"),
    },
    metadata: {
      number: inPagerDuty("/number", "/incident_number"),
      key: inPagerDuty("/incident_key"),
      service: inPagerDuty("/service/summary"),
      serviceId: inPagerDuty("/service/id"),
      teams: inPagerDuty("/teams"),
      escalationPolicy: inPagerDuty("/escalation_policy/summary"),
      link: inPagerDuty("/html_url"),
    },
    cases: [
      ...eventOf("triggered", "trigger").map((where) => ({ where, report: "Created" as const })),
      ...eventOf("acknowledged", "acknowledge").map((where) => ({
        where,
        report: "Acknowledged" as const,
        fields: { acknowledgedAt: OCCURRED },
      })),
      ...eventOf("escalated", "escalate").map((where) => ({ where, report: "Escalated" as const })),
      ...eventOf("resolved", "resolve").map((where) => ({ where, report: "Resolved" as const })),
      { where: { "/event": ["incident.annotate"] }, report: null, why: "The message is a note." },
      { where: { "/event/data/type": ["incident"] }, report: "Updated" },
      { where: { "/incident/type": ["incident"] }, report: "Updated" },
    ],
    otherwise: { report: null, why: "The message does not carry an incident." },
  },
  opsgenie: {
    system: "Opsgenie",
    document: "https://support.atlassian.com/opsgenie/docs/opsgenie-edge-connector-alert-action-data/",
    http: ["bearer", "basic"],
    fields: {
      id: [["/alert/alertId"]],
      title: ["/alert/message"],
      // Most actions do not say whether somebody has acknowledged the alert.
      status: [{ guess: "open" }],
      priority: ["/alert/priority"],
      createdAt: ["/alert/createdAt"],
      updatedAt: ["/alert/updatedAt"],
      assignee: ["/alert/owner"],
    },
    metadata: {
      alias: ["/alert/alias"],
      tinyId: ["/alert/tinyId"],
      entity: ["/alert/entity"],
      tags: ["/alert/tags"],
      teams: ["/alert/teams"],
      details: ["/alert/details"],
      description: ["/alert/description"],
      integration: ["/integrationName"],
    },
    cases: [
      { where: { "/action": ["Create"] }, report: "Created", fields: { status: [{ text: "open" }] } },
      { where: { "/action": ["UnAcknowledge"] }, report: "Updated", fields: { status: [{ text: "open" }] } },
      {
        where: { "/action": ["Acknowledge"] },
        report: "Acknowledged",
        fields: { status: [{ text: "acknowledged" }], acknowledgedAt: ["/alert/updatedAt"] },
      },
      { where: { "/action": ["Escalate", "EscalateNext"] }, report: "Escalated" },
      {
        where: { "/action": ["Close", "Delete"] },
        report: "Resolved",
        fields: { status: [{ text: "closed" }] },
      },
    ],
    otherwise: { report: "Updated" },
  },
  incident_io: {
    system: "incident.io",
    document: "https://api-docs.incident.io/tag/Webhooks/",
    http: ["standard_webhooks"],
    deliveryId: { header: "webhook-id" },
    fields: {
      id: [inIncidentIo("/id")],
      title: inIncidentIo("/name"),
      status: inIncidentIo("/incident_status/name"),
      priority: inIncidentIo("/severity/name"),
      createdAt: inIncidentIo("/created_at"),
      updatedAt: inIncidentIo("/updated_at"),
      assignee: inIncidentIo("/incident_role_assignments/0/assignee/name"),
    },
    metadata: {
      reference: inIncidentIo("/reference"),
      link: inIncidentIo("/permalink"),
      summary: inIncidentIo("/summary"),
      category: inIncidentIo("/incident_status/category"),
      type: inIncidentIo("/incident_type/name"),
      fields: inIncidentIo("/custom_field_entries"),
    },
    cases: [
      ...oneOf("/incident_status/category", ["learning", "closed", "declined", "merged", "canceled"]).map(
        (where) => ({ where, report: "Resolved" as const }),
      ),
      { where: { "/event_type": ["public_incident.incident_created_v2"] }, report: "Created" },
      {
        where: {
          "/event_type": inIncidentIo("").map((pointer) => pointer.slice(1).replace("/incident", "")),
        },
        report: "Updated",
      },
    ],
    otherwise: { report: null, why: "The message carries no public incident." },
  },
} as const satisfies Record<string, Kind>;
