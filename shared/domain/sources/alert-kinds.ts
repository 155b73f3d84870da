// Kinds of sources of monitoring systems, which send groups of alerts, or alerts of monitors, over HTTP.
import type { Kind, Place } from "./kind.ts";

/** Grafana sends what Alertmanager sends, and more. Both say that an alert fires, not that it has begun to. */
const GROUP = {
  items: "/alerts",
  omitted: "/truncatedAlerts",
  fields: {
    id: [["/fingerprint"]],
    episode: ["/startsAt"],
    title: ["/annotations/summary", "/annotations/title", "/labels/alertname"],
    status: ["/status"],
    priority: ["/labels/severity", "/labels/priority"],
    createdAt: ["/startsAt"],
  },
  cases: [
    { where: { "/status": ["firing"] }, report: "Created", ongoing: true },
    { where: { "/status": ["resolved"] }, report: "Resolved" },
  ],
  otherwise: { report: null, why: "The alert is neither firing nor resolved." },
} as const satisfies Partial<Kind>;

const GROUP_METADATA: Record<string, Place> = {
  labels: ["/labels"],
  annotations: ["/annotations"],
  link: ["/generatorURL"],
  receiver: ["message:/receiver"],
  groupKey: ["message:/groupKey"],
};

export const ALERT_KINDS = {
  alertmanager: {
    system: "Prometheus Alertmanager",
    document: "https://prometheus.io/docs/alerting/latest/configuration/#webhook_config",
    http: ["bearer", "basic"],
    ...GROUP,
    metadata: GROUP_METADATA,
  },
  grafana: {
    system: "Grafana Alerting",
    document:
      "https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/",
    http: ["grafana", "bearer", "basic"],
    ...GROUP,
    metadata: {
      ...GROUP_METADATA,
      values: ["/values"],
      dashboard: ["/dashboardURL"],
      panel: ["/panelURL"],
      silence: ["/silenceURL"],
    },
  },
  datadog: {
    system: "Datadog",
    document: "https://docs.datadoghq.com/integrations/webhooks/",
    http: ["bearer", "basic"],
    deliveryId: { place: ["/id"] },
    fields: {
      // The cycle joins all events from the trigger of an alert to its recovery: it is the episode.
      id: [["/alert_id"], ["/alert_cycle_key"]],
      title: ["/title"],
      status: ["/alert_transition"],
      priority: ["/priority"],
      updatedAt: ["/date", "/last_updated"],
    },
    metadata: {
      monitor: ["/alert_id"],
      scope: ["/scope"],
      metric: ["/metric"],
      host: ["/hostname"],
      tags: ["/tags"],
      link: ["/link"],
      organization: ["/org"],
    },
    cases: [
      {
        // Also when a warning becomes an alert within the cycle. `Re-Triggered`, `Renotify` and such are updates.
        where: { "/alert_transition": ["Triggered", "Warn", "No Data"] },
        report: "Created",
        ongoing: true,
        fields: { createdAt: ["/date"] },
      },
      { where: { "/alert_transition": ["Recovered"] }, report: "Resolved" },
    ],
    otherwise: { report: "Updated" },
  },
} as const satisfies Record<string, Kind>;
