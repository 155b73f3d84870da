// The runbook of the demo: typed parameters, a payload, and a golden case of what it must render.

/** In a golden case, ids and people are always the same. */
const EXPECTED_BODY = { service: "checkout", drainSeconds: 30, by: "golden-case" };

/** The runbook of Ana, who runs the payments team's platform. */
export const buildRestartRunbook = (hook: string) => ({
  teamId: "payments",
  name: "Restart a service",
  description: "Restarts one service of the payments platform and drains it first",
  webhookUrl: `${hook}/clusters/{{params.cluster}}/restart`,
  webhookAuth: { type: "bearer" as const, token: "prod-token-1234" },
  parameters: {
    type: "object",
    properties: {
      service: { type: "string", maxLength: 40, description: "Which service" },
      cluster: { type: "string", enum: ["eu", "us"], default: "eu" },
      drainSeconds: { type: "integer", minimum: 0, maximum: 600, default: 30 },
    },
    required: ["service"],
  },
  payloadTemplate:
    '{"service": "{{params.service}}", "drainSeconds": {{params.drainSeconds}}, "by": {{execution.executedBy}}}',
  cases: [
    {
      name: "checkout, with every default",
      parameters: { service: "checkout" },
      expect: { url: `${hook}/clusters/eu/restart`, body: { ...EXPECTED_BODY } },
    },
  ],
});
