// Kinds of sources of on-call systems, which send one incident in each message over HTTP.
import type { Kind } from "./kind.ts";

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
      id: [["/event/data/id"]],
      title: ["/event/data/title", "/event/data/summary"],
      status: ["/event/data/status"],
      priority: ["/event/data/priority/summary", "/event/data/urgency"],
      createdAt: ["/event/data/created_at"],
      updatedAt: ["/event/occurred_at"],
      assignee: ["/event/data/assignees/0/summary"],
    },
    metadata: {
      number: ["/event/data/number"],
      key: ["/event/data/incident_key"],
      service: ["/event/data/service/summary"],
      serviceId: ["/event/data/service/id"],
      teams: ["/event/data/teams"],
      escalationPolicy: ["/event/data/escalation_policy/summary"],
      link: ["/event/data/html_url"],
    },
    cases: [
      { where: { "/event/event_type": ["incident.triggered"] }, report: "Created" },
      {
        where: { "/event/event_type": ["incident.acknowledged"] },
        report: "Acknowledged",
        fields: { acknowledgedAt: ["/event/occurred_at"] },
      },
      { where: { "/event/event_type": ["incident.escalated"] }, report: "Escalated" },
      { where: { "/event/event_type": ["incident.resolved"] }, report: "Resolved" },
      { where: { "/event/data/type": ["incident"] }, report: "Updated" },
    ],
    otherwise: { report: null, why: "The message does not carry an incident." },
  },
  opsgenie: {
    system: "Opsgenie",
    document: "https://support.atlassian.com/opsgenie/docs/integrate-opsgenie-with-webhook/",
    http: ["bearer", "basic"],
    fields: {
      id: [["/alert/alertId"]],
      title: ["/alert/message"],
      status: [{ text: "open" }],
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
      { where: { "/action": ["Create"] }, report: "Created" },
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
    document: "https://docs.incident.io/integrations/webhooks",
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
