// The kinds of sources in words: the system, how it signs, and the settings to make on its side.
import type { Source } from "./source.ts";

export type Kind = Source["kind"];
export type Scheme = NonNullable<Source["verification"]>["scheme"];

type KindWords = {
  system: string;
  /** How its system can sign over HTTP, the recommended way first; none: it comes over EventBridge alone. */
  schemes: readonly Scheme[];
  /** It reports by the clock: a schedule is all that it has. */
  clock?: true;
  /** The beginning of `eventSource`, if it can come over a partner's event bus. */
  partner?: string;
  /** What to do on its side. */
  steps: readonly string[];
};

const NO_SETTING = "Nothing is to be set: its events come over the default event bus of the account.";
const BEARER = "Custom header: `Authorization`, with the value `Bearer` and the secret of the source.";

/** A kind that is not in it is shown by its name. */
const KINDS: Readonly<Partial<Record<Kind, KindWords>>> = {
  cloudwatch_alarm: {
    system: "Amazon CloudWatch alarms",
    schemes: [],
    steps: [NO_SETTING, "For teams and priorities by tags, turn on tag propagation of the alarm."],
  },
  guardduty: { system: "Amazon GuardDuty", schemes: [], steps: [NO_SETTING] },
  aws_health: { system: "AWS Health", schemes: [], steps: [NO_SETTING] },
  ssm_incident: {
    system: "AWS Systems Manager Incident Manager",
    schemes: [],
    steps: ["Turn on a CloudTrail trail with management events in the region of the response plans."],
  },
  pagerduty: {
    system: "PagerDuty",
    schemes: ["pagerduty"],
    partner: "aws.partner/pagerduty.com/",
    steps: [
      "Integrations → Generic Webhooks (v3) → New Webhook, with this address.",
      "Events: all of `incident.*`.",
      "PagerDuty shows the signing secret once: it is the secret of the source.",
    ],
  },
  opsgenie: {
    system: "Opsgenie",
    schemes: ["bearer", "basic"],
    steps: ["Settings → Integrations → Webhook, with this address.", BEARER],
  },
  incident_io: {
    system: "incident.io",
    schemes: ["standard_webhooks"],
    steps: [
      "Settings → Webhooks → Add endpoint, with this address.",
      "Events: public incident created, updated and status updated (v2).",
      "The signing secret of the endpoint is the secret of the source.",
    ],
  },
  alertmanager: {
    system: "Prometheus Alertmanager",
    schemes: ["bearer", "basic"],
    steps: [
      "A receiver with `webhook_configs`: `url` is this address, `send_resolved: true`, `max_alerts: 0`.",
      "`http_config.authorization` with type `Bearer` and the secret of the source as credentials.",
    ],
  },
  grafana: {
    system: "Grafana Alerting",
    schemes: ["grafana", "bearer", "basic"],
    steps: [
      "Alerting → Contact points → Webhook, with this address.",
      "HMAC signature: the secret of the source, and the timestamp header `X-Grafana-Alerting-Timestamp`.",
      "Leave Max alerts at 0, the payload as it is, and resolved messages on.",
    ],
  },
  datadog: {
    system: "Datadog",
    schemes: ["bearer", "basic"],
    steps: [
      "Integrations → Webhooks → New, with this address, and the payload of the document about sources.",
      BEARER,
      "Write `@webhook-NAME` into the message of each monitor, outside of conditions.",
    ],
  },
  schedule: {
    system: "The clock: Amazon EventBridge Scheduler",
    schemes: [],
    clock: true,
    steps: ["Nothing is to be set: a tick comes whenever the schedule is due."],
  },
  generic: {
    system: "Any system that sends JSON",
    schemes: ["standard_webhooks", "pagerduty", "grafana", "bearer", "basic"],
    partner: "aws.partner/",
    steps: ["Send each message to this address, signed as the source says."],
  },
};

export const KNOWN_KINDS = Object.keys(KINDS) as Kind[];

export const describeKind = (kind: string): KindWords =>
  KINDS[kind as Kind] ?? { system: kind, schemes: [], steps: [] };

/** Scheme → how the secret is written. */
export const SCHEME_HINTS: Readonly<Record<Scheme, string>> = {
  standard_webhooks: "Begins with whsec_.",
  pagerduty: "The signing secret that PagerDuty shows once.",
  grafana: "Any text of 16 characters or more, the same in Grafana.",
  bearer: "Any text of 16 characters or more, the same in the system.",
  basic: "user:password",
};
