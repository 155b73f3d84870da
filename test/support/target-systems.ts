// What the systems of `examples/targets` ask of a request, after their public documents, and how they answer.
import * as z from "zod";
import type { ReceivedRequest } from "./receiver.ts";

type Answer = { status: number; headers?: Record<string, string>; body?: string };

/** `credential`: the header that carries it, and the name of the secret; null: it is in path, query or body. */
export type TargetSystem = {
  method: string;
  /** Path and query, secrets as `secretOf` makes them. */
  path: string | RegExp;
  contentType: RegExp | null;
  credential: readonly [header: string, value: string] | null;
  /** Of the parsed body: JSON, or the fields of a form. Null: there is no body. */
  body: z.ZodType | null;
  /** Further headers that the system asks for. */
  headers?: Record<string, RegExp>;
  answer: Answer;
  /** An answer that says that nothing was done, though its status is 2xx or it looks like one. */
  refusal?: Answer;
};

/** The text that stands for a secret in tests. Some secrets hold more than a key. */
const SECRETS: Record<string, string> = {
  "slack-webhook": "T024BE7LD/B012AB3CD/ZW54zwLBuT7ogQ3Y",
  opsgenie: "GenieKey eb243592-faa2-4ba2-a551q-1afdf565c889",
  splunk: "Splunk 12345678-1234-1234-1234-1234567890ab",
};
export const secretOf = (name: string): string => SECRETS[name] ?? `key-of-${name}-7f3a9c`;
const bearer = (name: string) => ["authorization", `Bearer ${secretOf(name)}`] as const;
const basic = (name: string) =>
  ["authorization", `Basic ${Buffer.from(`runbooks:${secretOf(name)}`).toString("base64")}`] as const;

const json = /^application\/json(;\s*charset=utf-8)?$/i;
const form = /^application\/x-www-form-urlencoded/i;
const utcTime = z.iso.datetime();
const created = (location: string): Answer => ({ status: 201, headers: { location }, body: "{}" });

const KUBERNETES = "/apis/apps/v1/namespaces/shop/deployments/checkout";

/** By the file's name without its ending. Bodies are strict: a member that the system does not know fails. */
export const TARGET_SYSTEMS: Record<string, TargetSystem> = {
  "github-workflow": {
    method: "POST",
    path: "/repos/example/checkout/actions/workflows/redeploy.yml/dispatches",
    contentType: json,
    credential: bearer("github"),
    headers: { accept: /^application\/vnd\.github\+json$/, "x-github-api-version": /^2022-11-28$/ },
    // Inputs are texts: GitHub answers 422 to a number.
    body: z.strictObject({
      ref: z.literal("main"),
      inputs: z.strictObject({ environment: z.literal("production"), replicas: z.literal("0") }),
    }),
    answer: { status: 204 },
  },
  "github-deployment": {
    method: "POST",
    path: "/repos/example/shop/deployments",
    contentType: json,
    credential: bearer("github"),
    body: z.strictObject({
      ref: z.literal("v1.4.2"),
      task: z.string().optional(),
      auto_merge: z.literal(false),
      required_contexts: z.array(z.string()).length(0),
      environment: z.literal("production"),
      description: z.string().optional(),
      transient_environment: z.boolean().optional(),
      production_environment: z.boolean().optional(),
    }),
    answer: created("https://api.github.com/repos/example/shop/deployments/1"),
    refusal: { status: 202, body: '{"message":"Auto-merged main into topic-branch on deployment."}' },
  },
  jenkins: {
    method: "POST",
    path: "/job/ops/job/restart-service/buildWithParameters",
    contentType: form,
    credential: basic("jenkins"),
    body: z.strictObject({ SERVICE: z.literal("check out & pay"), FORCE: z.literal("false") }),
    answer: { status: 201, headers: { location: "https://jenkins.example.com/queue/item/7/" } },
    refusal: { status: 200, body: "<html>Sign in</html>" },
  },
  awx: {
    method: "POST",
    path: "/api/v2/job_templates/42/launch/",
    contentType: json,
    credential: bearer("awx"),
    body: z.strictObject({
      limit: z.literal("web-1.example.com,web-2.example.com"),
      extra_vars: z.strictObject({ service: z.literal("checkout") }),
    }),
    answer: { status: 201, body: '{"job":77,"ignored_fields":{}}' },
  },
  "kubernetes-restart": {
    method: "PATCH",
    path: KUBERNETES,
    contentType: /^application\/strategic-merge-patch\+json$/,
    credential: bearer("kubernetes"),
    body: z.strictObject({
      spec: z.strictObject({
        template: z.strictObject({
          metadata: z.strictObject({
            annotations: z.strictObject({ "kubectl.kubernetes.io/restartedAt": utcTime }),
          }),
        }),
      }),
    }),
    answer: { status: 200, body: '{"kind":"Deployment"}' },
  },
  "kubernetes-scale": {
    method: "PATCH",
    path: `${KUBERNETES}/scale`,
    contentType: /^application\/merge-patch\+json$/,
    credential: bearer("kubernetes"),
    body: z.strictObject({ spec: z.strictObject({ replicas: z.literal(0) }) }),
    answer: { status: 200, body: '{"kind":"Scale"}' },
  },
  "kubernetes-delete-pod": {
    method: "DELETE",
    path: "/api/v1/namespaces/shop/pods/checkout-7d9f-x2x4z?gracePeriodSeconds=30",
    contentType: null,
    credential: bearer("kubernetes"),
    body: null,
    answer: { status: 404, body: '{"kind":"Status","reason":"NotFound"}' },
    refusal: { status: 403, body: '{"kind":"Status","reason":"Forbidden"}' },
  },
  "argo-workflow": {
    method: "POST",
    path: "/api/v1/workflows/ops/submit",
    contentType: json,
    credential: bearer("argo"),
    body: z.strictObject({
      namespace: z.literal("ops"),
      resourceKind: z.literal("WorkflowTemplate"),
      resourceName: z.literal("restart-service"),
      submitOptions: z.strictObject({
        // The name of a Kubernetes object.
        name: z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/),
        parameters: z.tuple([z.literal("service=checkout")]),
      }),
    }),
    answer: { status: 200, body: "{}" },
  },
  "argo-rollout": {
    method: "PATCH",
    path: "/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/checkout/status",
    contentType: /^application\/merge-patch\+json$/,
    credential: bearer("kubernetes"),
    body: z.strictObject({ status: z.strictObject({ promoteFull: z.literal(true) }) }),
    answer: { status: 200, body: '{"kind":"Rollout"}' },
  },
  "slack-webhook": {
    method: "POST",
    path: `/services/${secretOf("slack-webhook")}`,
    contentType: json,
    credential: null,
    body: z.strictObject({ text: z.literal("Disk &gt; 90 % on db-1 &amp; db-2") }),
    answer: { status: 200, body: "ok" },
  },
  "slack-message": {
    method: "POST",
    path: "/api/chat.postMessage",
    contentType: json,
    credential: bearer("slack-bot"),
    body: z.strictObject({ channel: z.literal("C024BE91L"), text: z.literal("checkout was restarted") }),
    answer: { status: 200, body: '{"ok":true,"ts":"1503435956.000247"}' },
    refusal: { status: 200, body: '{"ok":false,"error":"channel_not_found"}' },
  },
  teams: {
    method: "POST",
    path: `/workflows/0123456789abcdef0123456789abcdef/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${secretOf("teams")}`,
    contentType: json,
    credential: null,
    body: z.strictObject({
      type: z.literal("message"),
      attachments: z.tuple([
        z.strictObject({
          contentType: z.literal("application/vnd.microsoft.card.adaptive"),
          content: z.strictObject({
            type: z.literal("AdaptiveCard"),
            version: z.literal("1.4"),
            body: z.array(z.looseObject({ type: z.literal("TextBlock"), text: z.string() })).length(2),
          }),
        }),
      ]),
    }),
    answer: { status: 202 },
  },
  pagerduty: {
    method: "POST",
    path: "/v2/enqueue",
    contentType: json,
    credential: null,
    body: z.strictObject({
      routing_key: z.literal(secretOf("pagerduty")),
      event_action: z.literal("trigger"),
      dedup_key: z.literal("checkout-latency"),
      payload: z.strictObject({
        summary: z.string().max(1024),
        source: z.string(),
        severity: z.literal("error"),
        timestamp: utcTime,
      }),
    }),
    answer: { status: 202, body: '{"status":"success"}' },
  },
  opsgenie: {
    method: "POST",
    path: "/v2/alerts",
    contentType: json,
    credential: ["authorization", secretOf("opsgenie")],
    body: z.strictObject({
      message: z.string().max(130),
      alias: z.literal("checkout-latency"),
      responders: z.tuple([z.strictObject({ type: z.literal("team"), name: z.literal("payments") })]),
      tags: z.tuple([z.literal("latency")]),
    }),
    answer: { status: 202, body: '{"result":"Request will be processed"}' },
  },
  servicenow: {
    method: "POST",
    path: "/api/now/table/incident",
    contentType: json,
    credential: basic("servicenow"),
    headers: { accept: /^application\/json$/ },
    body: z.strictObject({
      short_description: z.string().max(160),
      urgency: z.literal("1"),
      correlation_id: z.string().min(1),
    }),
    answer: created(
      "https://example.service-now.com/api/now/table/incident/9d385017c611228701d22104cc95c371",
    ),
  },
  "datadog-downtime": {
    method: "POST",
    path: "/api/v2/downtime",
    contentType: json,
    credential: ["dd-api-key", secretOf("datadog-api")],
    headers: { "dd-application-key": new RegExp(`^${secretOf("datadog-app")}$`) },
    body: z.strictObject({
      data: z.strictObject({
        type: z.literal("downtime"),
        attributes: z.strictObject({
          scope: z.literal("service:checkout"),
          monitor_identifier: z.strictObject({ monitor_tags: z.tuple([z.literal("*")]) }),
          message: z.string(),
          schedule: z.strictObject({ end: utcTime }),
        }),
      }),
    }),
    answer: { status: 200, body: '{"data":{"id":"00000000-0000-1234-0000-000000000000"}}' },
  },
  alertmanager: {
    method: "POST",
    path: "/api/v2/silences",
    contentType: json,
    credential: basic("alertmanager"),
    body: z.strictObject({
      matchers: z
        .array(z.strictObject({ name: z.string(), value: z.string(), isRegex: z.boolean() }))
        .length(2),
      startsAt: utcTime,
      endsAt: utcTime,
      createdBy: z.string(),
      comment: z.string(),
    }),
    answer: { status: 200, body: '{"silenceID":"5f1e4b3c"}' },
  },
  grafana: {
    method: "POST",
    path: "/api/annotations",
    contentType: json,
    credential: bearer("grafana"),
    body: z.strictObject({
      dashboardUID: z.string(),
      time: z.int().min(1_600_000_000_000),
      tags: z.tuple([z.literal("runbook")]),
      text: z.literal("checkout restarted"),
    }),
    answer: { status: 200, body: '{"message":"Annotation added","id":1}' },
  },
  rundeck: {
    method: "POST",
    path: "/api/41/job/2c6ba1a5-2a4c-4f2b-b3a3-6f5dbe2c1a51/run",
    contentType: json,
    credential: ["x-rundeck-auth-token", secretOf("rundeck")],
    headers: { accept: /^application\/json$/ },
    body: z.strictObject({ options: z.strictObject({ cache: z.literal("catalog") }) }),
    answer: { status: 200, body: '{"id":1,"status":"running"}' },
  },
  stackstorm: {
    method: "POST",
    path: "/api/v1/executions",
    contentType: json,
    credential: ["st2-api-key", secretOf("stackstorm")],
    body: z.strictObject({
      action: z.literal("linux.service"),
      parameters: z.strictObject({
        hosts: z.literal("web-1,web-2"),
        act: z.literal("restart"),
        service: z.literal("nginx"),
      }),
    }),
    answer: { status: 201, body: '{"id":"54e657d60640fd16887d6855","status":"requested"}' },
  },
  gitlab: {
    method: "POST",
    path: "/api/v4/projects/shop%2Fcheckout/trigger/pipeline",
    contentType: form,
    credential: null,
    body: z.strictObject({
      token: z.literal(secretOf("gitlab")),
      ref: z.literal("main"),
      "variables[SERVICE]": z.literal("checkout"),
    }),
    answer: created("https://gitlab.example.com/api/v4/projects/1/pipelines/7"),
  },
  splunk: {
    method: "POST",
    path: "/services/collector/event",
    contentType: json,
    credential: ["authorization", secretOf("splunk")],
    body: z.strictObject({
      time: z.number().min(1_600_000_000).max(10_000_000_000),
      sourcetype: z.literal("_json"),
      index: z.literal("ops"),
      event: z.strictObject({ note: z.string(), run: z.string() }),
    }),
    answer: { status: 200, body: '{"text":"Success","code":0}' },
    refusal: { status: 200, body: '{"text":"Incorrect index","code":7}' },
  },
  launchdarkly: {
    method: "PATCH",
    path: "/api/v2/flags/shop/new-checkout",
    contentType: /^application\/json; domain-model=launchdarkly\.semanticpatch$/,
    credential: ["authorization", secretOf("launchdarkly")],
    body: z.strictObject({
      environmentKey: z.literal("production"),
      comment: z.string(),
      instructions: z.tuple([z.strictObject({ kind: z.literal("turnFlagOff") })]),
    }),
    answer: { status: 200, body: "{}" },
  },
  consul: {
    method: "PUT",
    path: "/v1/kv/config/shop/checkout/max-retries?cas=0",
    contentType: /^text\/plain/,
    credential: ["x-consul-token", secretOf("consul")],
    body: z.literal("3"),
    answer: { status: 200, body: "true\n" },
    refusal: { status: 200, body: "false\n" },
  },
  cloudflare: {
    method: "POST",
    path: "/client/v4/zones/023e105f4ecef8ad9ca31a8372d0c353/purge_cache",
    contentType: json,
    credential: bearer("cloudflare"),
    body: z.strictObject({ files: z.tuple([z.literal("https://shop.example.com/app.css")]) }),
    answer: { status: 200, body: '{"success":true,"errors":[]}' },
    refusal: { status: 200, body: '{"success":false,"errors":[{"code":1012}]}' },
  },
  "azure-automation": {
    method: "PUT",
    path: /^\/subscriptions\/0{8}-0000-0000-0000-0{12}\/resourceGroups\/ops\/providers\/Microsoft\.Automation\/automationAccounts\/ops\/jobs\/execution_\w{26}\?api-version=2023-11-01$/,
    contentType: json,
    credential: ["authorization", "Bearer token-of-azure-4d2e"],
    body: z.strictObject({
      properties: z.strictObject({
        runbook: z.strictObject({ name: z.literal("Restart-Vm") }),
        parameters: z.strictObject({ VmName: z.literal("web-1") }),
      }),
    }),
    answer: created("https://management.azure.com/jobs/1"),
  },
  windmill: {
    method: "POST",
    path: "/api/w/ops/jobs/run/f/f/ops/restart_service",
    contentType: json,
    credential: bearer("windmill"),
    body: z.strictObject({ service: z.literal("checkout") }),
    answer: { status: 201, body: "0194a5c9-0000-0000-0000-000000000000" },
  },
  vault: {
    method: "PUT",
    path: "/v1/sys/leases/revoke-prefix/database/creds/checkout",
    contentType: json,
    credential: ["x-vault-token", secretOf("vault")],
    body: z.strictObject({}),
    answer: { status: 204 },
  },
  "aws-api-gateway": {
    method: "POST",
    path: "/prod/instances/i-0123456789abcdef0/reboot",
    contentType: json,
    credential: ["x-api-key", secretOf("api-gateway")],
    body: z.strictObject({ requestedBy: z.string() }),
    answer: { status: 200, body: "{}" },
  },
  "ansible-eda": {
    method: "POST",
    path: "/eda-event-streams/api/eda/v1/external_event_stream/1b9e3f0e-6c0c-4d0b-8c5e-2f7a6d5c4b3a/post/",
    contentType: json,
    credential: null,
    body: z.strictObject({ host: z.literal("web-1.example.com"), run: z.string() }),
    answer: { status: 200 },
  },
};

/** Returns why the system would refuse the request, by what it asks for; none if it takes it. */
export function findFaults(system: TargetSystem, request: ReceivedRequest): string[] {
  const { method, path, headers } = request;
  const type = headers["content-type"];
  const asked = Object.entries(system.headers ?? {}).filter(
    ([name, form]) => !form.test(String(headers[name])),
  );
  const fits = typeof system.path === "string" ? system.path === path : system.path.test(path);
  return [
    ...(method === system.method ? [] : [`method ${method}`]),
    ...(fits ? [] : [`path ${path}`]),
    ...((system.contentType?.test(String(type)) ?? type === undefined) ? [] : [`content type ${type}`]),
    ...(system.credential && headers[system.credential[0]] !== system.credential[1] ? ["credential"] : []),
    ...asked.map(([name]) => `header ${name}: ${headers[name]}`),
    ...bodyFaults(system, request),
  ];
}

function bodyFaults({ body: schema, contentType }: TargetSystem, { body }: ReceivedRequest): string[] {
  if (schema === null) return body === "" ? [] : [`a body: ${body}`];
  const parsed = schema.safeParse(readBody(body, contentType));
  return parsed.success ? [] : [`body ${body}: ${z.prettifyError(parsed.error)}`];
}

function readBody(body: string, contentType: RegExp | null): unknown {
  if (contentType === form) return Object.fromEntries(new URLSearchParams(body));
  return contentType?.test("text/plain") ? body : JSON.parse(body);
}
