// The largest body of each hostile shape, and the largest definition of each: work is bounded by a multiple of what
// reading and writing the same bytes costs in the same run. CPU time of this process, not the time on the wall.
import { beforeAll, describe, expect, it } from "vitest";
import { findTemplateParameterIssues } from "../../shared/application/automations/automation-parameters.ts";
import { templateShape } from "../../shared/application/request/template-context.ts";
import { maxBodyBytesOf, type Route } from "../../shared/contract/route.ts";
import { ALL_ROUTES, type RouteName } from "../../shared/contract/routes.ts";
import { checkEventPattern } from "../../shared/domain/event-pattern/check.ts";
import { explainEventPattern } from "../../shared/domain/event-pattern/explain.ts";
import { matchWithinLimit } from "../../shared/domain/event-pattern/match.ts";
import { IncidentEvent } from "../../shared/domain/incidents/incident-event.ts";
import { authorize } from "../../shared/http/authorize.ts";
import type { ApiContext, ApiEvent } from "../../shared/http/call.ts";
import { toApiEvent } from "../../shared/http/gateway-event.ts";
import { formatProblem, toServiceError } from "../../shared/http/problem.ts";
import { parseRequest } from "../../shared/http/request.ts";
import { applyParameters } from "../../shared/parameters/apply.ts";
import { checkParameterSchema } from "../../shared/parameters/check.ts";
import { loadPatternEngine } from "../../shared/parameters/pattern-engine.ts";
import { checkDelivery } from "../../shared/webhook/check-definition.ts";
import { readEgressPolicy } from "../../shared/webhook/egress/egress-policy.ts";
import { findPastedSecret } from "../../shared/webhook/pasted-secrets.ts";
import { hostileBodies, hostileSchemas, hostileTemplates, nearSecrets } from "../support/hostile.ts";
import { LONG } from "../support/long-form.ts";

beforeAll(() => {
  process.env["GROUPS_CLAIM"] = "cognito:groups";
});

const cpuMs = (work: () => unknown): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

/** The target on an idle machine is 250 ms; a busy one is slower at everything, the baseline included. */
const FLOOR_MS = 250;
const TIMES = 40;
const SAMPLE = JSON.stringify(Array.from({ length: 8_000 }, (_, i) => ({ name: `value ${i}` })));
const baseline = () => cpuMs(() => JSON.stringify(JSON.parse(SAMPLE)));

/** The better of two: what a collection of garbage adds is not work over the input. */
function expectLinear(what: string, work: () => unknown): void {
  const bound = Math.max(FLOOR_MS, TIMES * Math.min(baseline(), baseline(), baseline()));
  let least = cpuMs(work);
  for (let again = 0; again < 1 && least > bound; again++) least = Math.min(least, cpuMs(work));
  expect(least, what).toBeLessThan(bound);
}

const WITH_BODY = ALL_ROUTES.filter(([, route]) => route.body);

/** As the middlewares do: the caller is known and allowed, and then the rest is parsed. */
async function readThrough(name: RouteName, route: Route, event: ApiEvent): Promise<void> {
  const context = { call: { startedAt: new Date() } } as ApiContext;
  const middy = { event, context, response: undefined, error: null, internal: {} };
  await authorize(route, () => null).before?.(middy);
  await parseRequest(name, () => () => []).before?.(middy);
}

function eventOf(name: RouteName, body: string) {
  const segments = { typ: "JWT" };
  const claims = { sub: "ana", "cognito:groups": ["platform-admin"] };
  const token = [segments, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
  const [, route] = ALL_ROUTES.find(([known]) => known === name) ?? [];
  const ids = Object.keys(route?.params?.shape ?? {});
  const idOf = (key: string) =>
    key === "version" ? "1" : `${key.replace("Id", "")}_01k00000000000000000000001`;
  return toApiEvent({
    routeKey: "$default",
    rawPath: "/",
    headers: { "content-type": "application/json", authorization: `Bearer ${token.join(".")}.x` },
    pathParameters: Object.fromEntries(ids.map((key) => [key, idOf(key)])),
    requestContext: {
      requestId: "r",
      http: { method: "POST" },
      authorizer: { jwt: { claims: { ...claims, "cognito:groups": "[platform-admin]" } } },
    },
    body,
    isBase64Encoded: false,
  });
}

/** Each shape has three places; the short form tries one of them with each route, and all of them with all routes. */
const isTurn = (body: number, route: number) => LONG || body % 3 === (Math.floor(body / 3) + route) % 3;

describe.each(WITH_BODY.map(([name, route], turn) => [name, route, turn] as const))(
  "%s",
  (name, route, turn) => {
    const shapes = hostileBodies(maxBodyBytesOf(route), route.body).filter((_, n) => isTurn(n, turn));

    it("reads or refuses the largest body of each shape at a linear cost, and answers briefly", async () => {
      for (const { what, body } of shapes) {
        const before = process.cpuUsage();
        const answered = await readThrough(name, route, eventOf(name, body)).then(
          () => "",
          (error: unknown) => formatProblem(toServiceError(error), "r").body ?? "",
        );
        const { user, system } = process.cpuUsage(before);
        expect(answered.length, what).toBeLessThan(200 * 1024);
        const bound = Math.max(FLOOR_MS, TIMES * baseline());
        expect((user + system) / 1000, what).toBeLessThan(bound);
      }
    });
  },
);

const shape = templateShape({ type: "object", properties: { a: { type: "string" } } });
const policy = readEgressPolicy({
  WEBHOOK_ALLOW_HTTP: false,
  WEBHOOK_EGRESS_ALLOW: [],
  WEBHOOK_HOST_ALLOW: [],
  WEBHOOK_PORTS: [],
});

describe("a save", () => {
  beforeAll(() => loadPatternEngine({ properties: { p: { type: "string", pattern: "a" } } }));

  it("looks for pasted secrets at a linear cost, for any near match", () => {
    for (const text of nearSecrets(64 * 1024)) {
      expectLinear(`pasted secrets: ${text.slice(0, 40)}`, () => findPastedSecret(text));
    }
  });

  it.each(Object.entries(hostileTemplates(256 * 1024)))("checks a template of %s", (what, source) => {
    const definition = {
      webhookUrl: `https://example.com/${source.slice(0, 2000)}`,
      webhookHeaders: Object.fromEntries(
        Array.from({ length: 30 }, (_, i) => [`x-${i}`, source.slice(0, 4096)]),
      ),
      webhookMethod: "POST" as const,
      webhookAuth: { type: "none" as const },
      payloadFormat: "json" as const,
      payloadTemplate: source,
    };
    expectLinear(what, () => checkDelivery(definition, policy, shape));
    const parameters = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [`p${i}`, source.slice(0, 5000)]),
    );
    expectLinear(`parameters: ${what}`, () => findTemplateParameterIssues(SCHEMA, parameters));
  });

  it.each(Object.entries(hostileSchemas()))(
    "checks a schema of %s, and parameters for it",
    (what, schema) => {
      expectLinear(what, () => checkParameterSchema(schema));
      const given = Object.fromEntries(
        Array.from({ length: 4_000 }, (_, i) => [`${"k".repeat(58)}${i}`, "a".repeat(5)]),
      );
      expectLinear(`parameters: ${what}`, () => applyParameters(SCHEMA, given));
    },
  );

  const names = Array.from({ length: 50 }, (_, i) => `p${i}`);
  const SCHEMA = {
    type: "object",
    properties: Object.fromEntries(names.map((n) => [n, { type: "string" }])),
  };
});

describe("an event", () => {
  const conditions = (make: (i: number) => unknown, count = 50) =>
    Array.from({ length: count }, (_, i) => make(i));
  const pattern = {
    detail: {
      incident: {
        metadata: {
          ip: conditions((i) => ({ cidr: `10.0.${i}.0/24` })),
          text: conditions((i) => ({ wildcard: `*aab${i}*` })),
        },
      },
    },
  } as unknown as Parameters<typeof matchWithinLimit>[0];
  const metadata = {
    ip: conditions((i) => `192.168.${i >> 8}.${i & 255}`, 10_000),
    text: "ab".repeat(25_000),
  };
  const event = { detail: { incident: { metadata } } } as unknown as Parameters<typeof matchWithinLimit>[1];

  it("is read, matched, and explained at a linear cost", () => {
    expect(checkEventPattern(pattern)).toEqual([]);
    expectLinear("parse", () => IncidentEvent.safeParse(event));
    expectLinear("match", () => matchWithinLimit(pattern, event));
    expectLinear("explain", () => {
      try {
        explainEventPattern(pattern, event);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    });
  });
});
