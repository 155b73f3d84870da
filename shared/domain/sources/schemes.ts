// How messages over HTTP are verified, as data: the headers, what is signed, and how the secret is written.

export const SCHEMES = {
  standard_webhooks: {
    summary:
      "Standard Webhooks, as Svix signs: HMAC-SHA256 of id, time and body; a secret begins with whsec_",
    headers: ["webhook-id", "webhook-timestamp", "webhook-signature"],
  },
  pagerduty: {
    summary: "PagerDuty v1: HMAC-SHA256 of the body in X-PagerDuty-Signature",
    headers: ["x-pagerduty-signature"],
  },
  grafana: {
    summary:
      "Grafana: HMAC-SHA256 of the time and the body in X-Grafana-Alerting-Signature; the time in X-Grafana-Alerting-Timestamp",
    headers: ["x-grafana-alerting-signature", "x-grafana-alerting-timestamp"],
  },
  bearer: { summary: "The secret itself in Authorization: Bearer", headers: ["authorization"] },
  basic: {
    summary: "The secret is user:password in Authorization: Basic",
    headers: ["authorization"],
  },
} as const satisfies Record<string, { summary: string; headers: readonly string[] }>;
export type SchemeName = keyof typeof SCHEMES;
export const SCHEME_NAMES = Object.keys(SCHEMES) as [SchemeName, ...SchemeName[]];
