// The functions of the API called as API Gateway calls them, over a table, KMS, Secrets Manager and Step Functions of a
// test file's own. Every answer is held against the contract on its way out.
import { randomUUID } from "node:crypto";
import { type AttributeValue, ScanCommand } from "@aws-sdk/client-dynamodb";
import { expect } from "vitest";
import * as z from "zod";
import type { ApiKind } from "../../infra/local/api-gateway/gateway.ts";
import { gatewayEvent } from "../../infra/local/api-gateway/gateway-event.ts";
import { flattenClaims } from "../../infra/local/api-gateway/jwt.ts";
import { restEvent } from "../../infra/local/api-gateway/rest-event.ts";
import { applyEnvironment, buildFunctionEnvironment } from "../../infra/local/host/environment.ts";
import { openServices } from "../../infra/local/host/services.ts";
import { createInvoker, loadFromFunctions } from "../../infra/local/lambda/lambda.ts";
import { GROUPS_CLAIM } from "../../infra/local/oidc/identity.ts";
import { buildArns } from "../../infra/local/platform/arns.ts";
import { listen } from "../../infra/local/platform/ports.ts";
import { openState } from "../../infra/local/platform/state.ts";
import { readContractWorkflow } from "../../infra/local/step-functions/workflow-definition.ts";
import { RULES } from "../../shared/contract/events.ts";
import { listDocumentedErrors, type Route } from "../../shared/contract/route.ts";
import { ROUTES, type RouteName } from "../../shared/contract/routes.ts";
import { ERROR_CODES, type ErrorCode, ISSUE_CODES, type IssueCode } from "../../shared/domain/errors.ts";
import { openTable } from "../../shared/store/client.ts";
import { createTable, LOCAL_REGION, type TestTable } from "./dynamodb.ts";
import { dataFolder } from "./local-host.ts";
import { underItsName } from "./table-calls.ts";

const arns = buildArns(LOCAL_REGION);
const invoke = createInvoker(underItsName(loadFromFunctions), arns);

/** Who asks: the claims of the token that the authorizer accepted. */
export type Person = { sub: string; groups: readonly string[] };
export const person = (...groups: string[]): Person => ({
  sub: `user-${groups.join("-") || "nobody"}`,
  groups,
});
export const PLATFORM_ADMIN = person("platform-admin");

export type Asked = {
  /** `null`: the event carries no claims. */ as?: Person | null;
  /** The claims of the token that the authorizer accepted, instead of `as`. */
  claims?: Record<string, unknown>;
  /** The `Authorization` header, in place of the token with these claims. */ authorization?:
    | string
    | undefined;
  params?: Record<string, string>;
  query?: Record<string, string>;
  /** The query as it is written, in place of `query`. */ rawQuery?: string;
  headers?: Record<string, string>;
  body?: unknown;
  /** The body byte for byte, in place of `body`. */ raw?: string | Uint8Array;
  /** The gateway hands the body over in base64, as it does what is no text. */ inBase64?: true;
};
export type Problem = z.infer<typeof Problem>;
/** `body` is the JSON of the answer; `problem` is set if it is one. */
export type ApiAnswer = {
  status: number;
  headers: Record<string, string>;
  text: string;
  body: unknown;
  problem: Problem | null;
};

export const Problem = z.strictObject({
  type: z.string().startsWith("urn:runbooks:problem:"),
  title: z.string().min(1),
  status: z.int(),
  detail: z.string().min(1),
  code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
  requestId: z.string().min(1),
  errors: z
    .array(
      z.strictObject({
        pointer: z.string().regex(/^(\/|$)/),
        message: z.string().min(1),
        code: z.enum(Object.keys(ISSUE_CODES) as [IssueCode, ...IssueCode[]]),
      }),
    )
    .min(1)
    .optional(),
});

const Result = z.strictObject({
  statusCode: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string().optional(),
});

export type TestApi = { table: TestTable; dataDir: string; aws: string; stop: () => Promise<void> };
type Parts = {
  /**
   * `idle`: runs are stored and started, and the machine ends at once without a result, so nothing writes behind a
   * test's back. `waiting`: it does nothing and is RUNNING until it is stopped.
   */
  machine?: "idle" | "waiting" | "real";
  env?: Record<string, string>;
};

let buildEvent: typeof gatewayEvent | typeof restEvent = gatewayEvent;

/** From now on, the functions get the events of this kind of API. */
export function askThrough(kind: ApiKind): void {
  buildEvent = kind === "rest" ? restEvent : gatewayEvent;
}

/** Sets the environment of the functions, so call it before anything of theirs is used. */
export async function startApi({ machine = "idle", env = {} }: Parts = {}): Promise<TestApi> {
  const folder = dataFolder();
  const state = openState(folder.path);
  const workflow = {
    idle: () => workflowOf(idle),
    waiting: () => workflowOf(waiting),
    real: readContractWorkflow,
  }[machine];
  const log = () => undefined;
  const first = await createTable();
  const services = await openServices({
    state,
    dataDir: folder.path,
    arns,
    invoke,
    rules: { "source-messages": RULES["source-messages"] },
    workflow,
    log,
  });
  const port = await listen(services.endpoint, 0, "AWS_PORT");
  const aws = `http://127.0.0.1:${port}`;
  services.locate(aws);
  const given = { ...process.env, POWERTOOLS_LOG_LEVEL: "SILENT", RATE_LIMIT_STARTS_PER_MINUTE: "0", ...env };
  const places = { ...ABSENT, aws, dynamoDb: first.endpoint, rules: ["source-messages"] };
  const variables = buildFunctionEnvironment(given, places, arns);
  applyEnvironment({ ...variables, TABLE_NAME: first.tableName });
  const api: TestApi = { table: first, dataDir: folder.path, aws, stop };
  return api;

  async function stop() {
    services.executions.suspend();
    const closed = new Promise((resolve) => services.endpoint.close(resolve));
    services.endpoint.closeAllConnections();
    await closed;
    state.close();
    folder.remove();
    api.table.client.destroy();
  }
}

/** Another table for the functions, empty, so that a full read is quick. */
export async function renewTable(api: TestApi): Promise<void> {
  api.table.client.destroy();
  api.table = await createTable();
  process.env["TABLE_NAME"] = api.table.tableName;
  openTable().table = api.table.tableName;
}

/** What these tests call nothing of. */
const ABSENT = { api: "http://127.0.0.1:9", issuer: "http://127.0.0.1:9", pages: "/nowhere", rules: [] };

const idle = { StartAt: "Idle", States: { Idle: { Type: "Succeed" } } } as const;
const waiting = { StartAt: "Wait", States: { Wait: { Type: "Wait", Seconds: 3600, End: true } } } as const;
const workflowOf = (definition: typeof idle | typeof waiting) => ({
  ...{ text: JSON.stringify(definition), definition, changedAt: new Date() },
});

/** Calls a route. The answer must follow the contract, and must reveal nothing internal. */
export async function ask(name: RouteName, asked: Asked = {}): Promise<ApiAnswer> {
  const requestId = randomUUID();
  const result = Result.parse(await invoke(`api/${name}`, eventOf(name, asked, requestId), CALL));
  const text = result.body ?? "";
  const body: unknown = text === "" ? undefined : JSON.parse(text);
  const { statusCode: status, headers } = result;
  const problem = status >= 400 ? checkedProblem(name, status, body, requestId) : null;
  if (!problem) checkAnswer(name, status, body);
  const type = problem ? "application/problem+json" : "application/json";
  expect(headers, "headers").toMatchObject({
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    ...(text !== "" && { "content-type": type }),
  });
  return { status, headers, text, body, problem };
}

const CALL = { timeoutSeconds: 20 };

/** Calls any other function of the service: `events/on-incident`, `workflow/deliver-webhook`. */
export const callFunction = (path: string, event: unknown) => invoke(path, event, CALL);

function eventOf(name: RouteName, asked: Asked, requestId: string) {
  const { params = {}, query = {}, raw, body } = asked;
  const route: Route = ROUTES[name];
  const path = route.path.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(params[key] ?? ""));
  const url = new URL(`http://api.example.com${path}`);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  if (asked.rawQuery !== undefined) url.search = asked.rawQuery;
  const bytes = Buffer.from(raw ?? (body === undefined ? "" : JSON.stringify(body)));
  const typed = bytes.length > 0 ? { "content-type": "application/json" } : {};
  const request = {
    method: route.method,
    url,
    headers: { ...typed, ...authorizationOf(asked), ...asked.headers },
    body: bytes,
    sourceIp: "127.0.0.1",
    requestId,
    receivedAt: new Date(),
  };
  const routeKey = `${route.method} ${route.path}`;
  const match = { routeKey, pathParameters: params };
  const event = buildEvent(request, match, flat(claimsOf(asked)));
  return asked.inBase64 ? { ...event, body: bytes.toString("base64"), isBase64Encoded: true } : event;
}

const flat = (claims: Record<string, unknown> | null) => claims && flattenClaims(claims);

function claimsOf({ as = PLATFORM_ADMIN, claims }: Asked): Record<string, unknown> | null {
  return claims ?? (as && { sub: as.sub, [GROUPS_CLAIM]: [...as.groups] });
}

/** The authorizer has verified the token, so no signature is looked at behind it. */
function authorizationOf(asked: Asked): { authorization?: string } {
  if ("authorization" in asked)
    return asked.authorization === undefined ? {} : { authorization: asked.authorization };
  const claims = claimsOf(asked);
  return claims ? { authorization: `Bearer ${tokenOf(claims)}` } : {};
}

/** A token with these claims, unsigned. */
export function tokenOf(claims: unknown): string {
  return (
    [{ alg: "none" }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".") + "."
  );
}

function checkAnswer(name: RouteName, status: number, body: unknown): void {
  const { answer }: Route = ROUTES[name];
  expect(status, `${name} answered ${JSON.stringify(body)}`).toBe(answer.status);
  if (!answer.body) expect(body).toBeUndefined();
  else expect(answer.body.safeParse(body).error?.issues ?? [], name).toEqual([]);
}

function checkedProblem(name: RouteName, status: number, body: unknown, requestId: string): Problem {
  const problem = Problem.parse(body);
  expect(status).toBe(ERROR_CODES[problem.code].status);
  expect(problem).toMatchObject({ status, requestId });
  expect(listDocumentedErrors(ROUTES[name]), `codes of ${name}`).toContain(problem.code);
  expect(ours(JSON.stringify(body)), `${name} reveals internals`).toEqual([]);
  return problem;
}

/** What of a text no caller may read: stacks, files, AWS's own words, the names of our things. */
function ours(text: string): string[] {
  const known = [
    /\bat [^"]*:\d+:\d+/,
    /\.ts\b/,
    /node_modules|node:/,
    /[A-Za-z]+Exception/,
    /dynamodb/i,
    /ECONN/,
  ];
  const names = [process.env["TABLE_NAME"], process.env["KMS_KEY_ID"]].filter((n) => n !== undefined);
  const found = known.map((pattern) => pattern.exec(text)?.[0]).filter((match) => match !== undefined);
  return [...found, ...names.filter((name) => text.includes(name))];
}

/** Every item of the table, as DynamoDB holds it, in the order of keys. */
export async function everyItem({ client, tableName }: TestTable): Promise<Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: tableName, ConsistentRead: true, ExclusiveStartKey: from }),
    );
    items.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from);
  const key = (item: Record<string, AttributeValue>) => `${item["pk"]?.S} ${item["sk"]?.S}`;
  return items.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
