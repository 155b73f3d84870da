// The runbooks of the browser's world: what an on-call team would have, over a receiver on this machine.

const text = (description: string, more: object = {}) => ({ type: "string", description, ...more });
/** A run that fails is not tried for long here. */
const QUICK = { maxAttempts: 2, initialDelaySeconds: 0, maxDelaySeconds: 0, safeToRepeat: true };

export const restartService = (hook: string) => ({
  teamId: "payments",
  name: "Restart a service",
  description:
    "Restarts one service of the payments platform and drains it first. Use it when a service hangs.",
  webhookUrl: `${hook}/clusters/{{params.cluster}}/restart`,
  webhookAuth: { type: "bearer" as const, token: "prod-token-1234" },
  whileDraft: "run_approved" as const,
  retryPolicy: QUICK,
  parameters: {
    type: "object",
    properties: {
      service: text("Which service", { maxLength: 40 }),
      cluster: text("Where it runs", { enum: ["eu", "us"], default: "eu" }),
      drainSeconds: {
        type: "integer",
        minimum: 0,
        maximum: 600,
        default: 30,
        description: "How long open requests may take",
      },
    },
    required: ["service"],
  },
  payloadTemplate: `{
  "service": "{{params.service}}",
  "drainSeconds": {{params.drainSeconds}},
  "by": {{execution.executedBy}}
}`,
  cases: [
    {
      name: "checkout, with every default",
      parameters: { service: "checkout" },
      expect: {
        url: `${hook}/clusters/eu/restart`,
        body: { service: "checkout", drainSeconds: 30, by: "golden-case" },
      },
    },
  ],
});

/** What Ana makes of it afterwards, for somebody else to review. */
export const restartServiceChanges = (hook: string) => ({
  webhookUrl: `${hook}/v2/clusters/{{params.cluster}}/restart`,
  timeoutSeconds: 120,
  payloadTemplate: `{
  "service": "{{params.service}}",
  "drainSeconds": {{params.drainSeconds}},
  "reason": "{{default params.reason "on call"}}",
  "by": {{execution.executedBy}}
}`,
  parameters: {
    ...restartService(hook).parameters,
    properties: {
      ...restartService(hook).parameters.properties,
      reason: text("Why, for the log of the platform", { maxLength: 200 }),
    },
  },
  cases: [
    {
      name: "checkout, with every default",
      parameters: { service: "checkout" },
      expect: {
        url: `${hook}/v2/clusters/eu/restart`,
        body: { service: "checkout", drainSeconds: 30, reason: "on call", by: "golden-case" },
      },
    },
  ],
  changeNote: "The platform's version 2 logs why",
});

export const failOver = (hook: string) => ({
  teamId: "payments",
  name: "Fail over the database",
  description:
    "Promotes the standby of the payments database. The old primary stays read-only until somebody looks.",
  webhookUrl: `${hook}/databases/{{params.cluster}}/failover`,
  webhookMethod: "PUT" as const,
  webhookAuth: {
    type: "oauth2" as const,
    tokenUrl: `${hook}/oauth/token`,
    clientId: "runbooks",
    clientSecret: "a-secret-of-some-length",
    scope: "failover",
  },
  concurrency: { limit: 1, key: "cluster", onLimit: "reject" as const },
  retryPolicy: { maxAttempts: 1, safeToRepeat: false },
  completion: { mode: "callback" as const, timeoutSeconds: 900 },
  timeoutSeconds: 600,
  parameters: {
    type: "object",
    properties: {
      cluster: text("Which database", { enum: ["ledger", "orders"] }),
      confirmDataLoss: {
        type: "boolean",
        default: false,
        description: "Whether the last seconds may be lost",
      },
    },
    required: ["cluster"],
  },
  payloadTemplate:
    '{"allowDataLoss": {{params.confirmDataLoss}}, "callback": {{callback.url}}, "token": {{callback.token}}}',
});

export const purgeCache = (hook: string) => ({
  teamId: null,
  name: "Purge the CDN cache",
  description: "Removes what the CDN keeps of one site. Visitors are slow for some minutes.",
  webhookUrl: `${hook}/zones/{{params.zone}}/purge`,
  webhookHeaders: { "x-requested-by": "runbooks" },
  secrets: { key: "a-key-of-the-cdn" },
  retryPolicy: QUICK,
  parameters: {
    type: "object",
    properties: {
      zone: text("The site", { enum: ["shop", "blog", "status"] }),
      paths: {
        type: "array",
        items: { type: "string", maxLength: 200 },
        maxItems: 30,
        description: "Paths; none: all",
      },
    },
    required: ["zone"],
  },
  payloadTemplate:
    '{"key": {{secrets.key}}, {{#if (isSet params.paths)}}"paths": {{json params.paths}},{{/if}} "zone": {{params.zone}}}',
});

const simple = (teamId: string | null, name: string, description: string, url: string) => ({
  teamId,
  name,
  description,
  webhookUrl: url,
  retryPolicy: QUICK,
  parameters: {
    type: "object",
    properties: { target: text("What it is done to", { maxLength: 60 }) },
    required: ["target"],
  },
  payloadTemplate: '{"target": {{params.target}}, "incident": {{default incident.id "none"}}}',
});

export const scaleUp = (hook: string) =>
  simple(
    "payments",
    "Scale a deployment",
    "Adds a replica to a deployment of the payments platform.",
    `${hook}/scale`,
  );
export const rebuildIndex = (hook: string) =>
  simple(
    "search",
    "Rebuild the search index",
    "Builds the index again from the catalogue, beside the old one.",
    `${hook}/index`,
  );
export const silenceAlert = (hook: string) =>
  simple(
    null,
    "Silence an alert",
    "Silences one alert for an hour while somebody works on it.",
    `${hook}/silences`,
  );
export const rebootHost = (hook: string) =>
  simple("payments", "Reboot a host", "Reboots a machine of the old data centre.", `${hook}/reboot`);
