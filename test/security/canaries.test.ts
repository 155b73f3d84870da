// Secrets go in through every door of a running host, and are then looked for wherever it keeps or says anything.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  DynamoDBStreamsClient,
  ExpiredIteratorException,
  ListStreamsCommand,
  type _Record as StreamRecord,
  TrimmedDataAccessException,
} from "@aws-sdk/client-dynamodb-streams";
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { buildArns } from "../../infra/local/platform/arns.ts";
import { toAnnouncement } from "../../shared/domain/announcement.ts";
import { CALLBACK_TOKEN_HEADER } from "../../shared/domain/executions/callback.ts";
import { MASK } from "../../shared/domain/runbooks/webhook-auth.ts";
import { consoleUrl } from "../../shared/step-functions/arns.ts";
import { parseAuditEntry } from "../../shared/store/stream.ts";
import { everyItem } from "../support/api.ts";
import { canary, leaksIn, SPELLINGS } from "../support/canaries.ts";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "../support/dynamodb.ts";
import {
  type Cell,
  callbacksOf,
  definitionOf,
  echoOf,
  helperCells,
  parametersOf,
  secretsOf,
} from "../support/helper-canaries.ts";
import { type Asked, dataFolder, type HostProcess, spawnLocalHost } from "../support/local-host.ts";
import { type ReceivedRequest, type Receiver, startReceiver } from "../support/receiver.ts";
import { streamRecords } from "../support/stream.ts";

const aws = { region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS };
const BOSS = { user: "boss", groups: ["platform-admin"] };
const folder = dataFolder();
const answers: string[] = [];
let host: HostProcess;
let receiver: Receiver;

const SECRETS = {
  bearer: canary("bearer"),
  replaced: canary("replaced"),
  password: canary("password"),
  client: canary("client"),
  custom: canary("custom"),
  parameter: canary("parameter"),
  token: canary("token").replaceAll(/[^!-~]/g, ""),
  refused: canary("refused"),
};

/** The runs that carry a secret through every helper, in every position. */
const HELPER_RUNS = helperCells();
const HELPER_SECRETS = secretsOf(HELPER_RUNS.flat());
/** Of each of them, what members of the team read. */
const READ = { observer: new Map<number, string>(), responder: new Map<number, string>() };
const CALLS = 3;
/** Milliseconds: many runs at once, on a machine that does other work. */
const PATIENCE = 80_000;

/** What a careless receiver sends back: the credential and the payload in many spellings, around the cut of 16 KiB. */
function echo({ path, headers, body }: ReceivedRequest) {
  if (path.startsWith("/token")) return tokenAnswer(headers);
  if (path.startsWith("/helpers/")) return helperAnswer(Number(path.split("/")[2]), headers);
  const given = [headers.authorization, headers["x-api-key"], body, ...secretsIn(body)].map(String);
  const bare = given.flatMap((text) => [text, text.replace(/^Bearer /, "")]);
  const spelt = bare.flatMap((text) => Object.values(SPELLINGS).map((spell) => spell(text)));
  const filled = spelt.join("\n");
  const across = Number(path.slice("/echo/".length)) || 0;
  const padding = ".".repeat(Math.max(0, 16 * 1024 - across));
  return { status: 500, body: `${padding}${across > 0 ? given[0] : filled}\n${filled}` };
}

/** The values of a payload, as a receiver that has parsed it would log them. */
function secretsIn(body: string): string[] {
  const parsed = z.record(z.string(), z.unknown()).safeParse(JSON.parse(body || "{}"));
  return Object.values(parsed.data ?? {}).map(String);
}

let tokensGiven = 0;
function tokenAnswer(headers: ReceivedRequest["headers"]) {
  tokensGiven++;
  const said = { error: "slow_down", error_description: headers.authorization };
  if (tokensGiven === 1)
    return { status: 503, body: JSON.stringify({ ...said, access_token: SECRETS.token }) };
  return { body: JSON.stringify({ access_token: SECRETS.token, token_type: "Bearer", expires_in: 3600 }) };
}

async function ask(method: string, path: string, asked: Asked = {}) {
  const answer = await host.ask(method, path, { as: BOSS, ...asked });
  answers.push(JSON.stringify([...answer.headers]), answer.text);
  return answer;
}
const Named = z.looseObject({ id: z.string() });

function idOf({ body, text }: { body: unknown; text: string }): string {
  const named = Named.safeParse(body);
  if (named.success) return named.data.id;
  throw new Error(text);
}

const definition = (path: string, webhookAuth: object) => ({
  name: "Restart",
  description: "Restarts",
  teamId: "payments",
  webhookUrl: `${receiver.url}${path}`,
  webhookAuth,
  parameters: { type: "object", properties: { pin: { type: "string", writeOnly: true } } },
  payloadTemplate: '{"pin":"{{params.pin}}"}',
  retryPolicy: { maxAttempts: 2, initialDelaySeconds: 0 },
});

/** Made with one credential, run with it, and read back through every route that shows it. */
async function story(path: string, webhookAuth: object, later: object = {}): Promise<void> {
  const runbook = `/runbooks/${idOf(await ask("POST", "/runbooks", { body: definition(path, webhookAuth) }))}`;
  await ask("PATCH", runbook, { body: { description: "Restarts it gently", ...later } });
  await ask("POST", `${runbook}/approve`, { body: { version: 2 } });
  const parameters = { pin: SECRETS.parameter };
  await ask("POST", `${runbook}/preview`, { body: { parameters } });
  const headers = { "idempotency-key": `key-of-${runbook.slice(-26)}` };
  const execution = `/executions/${idOf(await ask("POST", `${runbook}/executions`, { body: { parameters }, headers }))}`;
  await vi.waitFor(
    async () => expect((await ask("GET", execution)).body).toMatchObject({ status: "FAILED" }),
    { timeout: PATIENCE, interval: 200 },
  );
  expect(Object((await ask("GET", execution)).body).attempts).toHaveLength(2);
  await ask("POST", `${execution}/rerun`);
  for (const more of ["", "/versions", "/versions/1", "/versions/2/diff", "/executions", "/audit"]) {
    expect((await ask("GET", runbook + more)).status).toBe(200);
  }
}

/** Fails at first, and takes on the work at last. */
function helperAnswer(run: number, headers: ReceivedRequest["headers"]) {
  const call = Number(headers["x-runbook-attempt"]) - 1;
  const body = echoOf(HELPER_RUNS[run] ?? [], call, CALLS);
  return { status: call < CALLS - 1 ? 500 : 202, body };
}

/** Sent, answered with echoes, called back with notes and a failure, and read by members of the team. */
async function helperStory(cells: readonly Cell[], run: number): Promise<void> {
  const given = {
    ...definition("/", { type: "none" }),
    ...definitionOf(cells, `${receiver.url}/helpers/${run}`),
    retryPolicy: { maxAttempts: CALLS, initialDelaySeconds: 0 },
    completion: { mode: "callback" },
  };
  const runbook = `/runbooks/${idOf(await ask("POST", "/runbooks", { body: given }))}`;
  await ask("POST", `${runbook}/approve`, { body: { version: 1 } });
  const body = { parameters: parametersOf(cells) };
  expect((await ask("POST", `${runbook}/preview`, { body })).status).toBe(200);
  const execution = `/executions/${idOf(await ask("POST", `${runbook}/executions`, { body }))}`;
  const sent = () => receiver.requests.filter(({ path }) => path.startsWith(`/helpers/${run}/`));
  await vi.waitFor(() => expect(sent()).toHaveLength(CALLS), { timeout: PATIENCE, interval: 200 });
  const headers = { [CALLBACK_TOKEN_HEADER]: String(sent().at(-1)?.headers[CALLBACK_TOKEN_HEADER]) };
  for (const said of callbacksOf(cells)) {
    expect((await ask("POST", `${execution}/callback`, { body: said, headers })).status).toBe(204);
  }
  await vi.waitFor(
    async () => expect((await ask("GET", execution)).body).toMatchObject({ status: "FAILED" }),
    { timeout: PATIENCE, interval: 200 },
  );
  for (const role of ["observer", "responder"] as const) {
    const as = { user: role, groups: [`team:payments:${role}`] };
    READ[role].set(run, (await ask("GET", execution, { as })).text);
  }
}

/** Requests that are refused, with a secret in each of them. */
async function refusals(): Promise<void> {
  const { refused } = SECRETS;
  const bad = [
    definition("/", { type: "bearer", token: `${refused}\n` }),
    definition("/", { type: "bearer", token: [refused] }),
    definition("/", { type: refused }),
    definition("/", { type: "custom", customHeaders: { "Content-Length": refused } }),
    {
      ...definition("/", { type: "none" }),
      webhookUrl: `https://ana:${encodeURIComponent(refused)}@example.com/`,
    },
    {
      ...definition("/", { type: "none" }),
      parameters: { type: "object", properties: { a: { type: refused } } },
    },
  ];
  for (const body of bad) expect((await ask("POST", "/runbooks", { body })).status).toBe(400);
  await ask("POST", "/runbooks", { body: `{"webhookAuth": "${refused}"` });
}

beforeAll(async () => {
  receiver = await startReceiver(echo);
  host = await spawnLocalHost(folder.path, { POWERTOOLS_LOG_LEVEL: "DEBUG" });
  collecting = collectStream();
  await Promise.all([
    story(
      "/echo/0",
      { type: "bearer", token: SECRETS.replaced },
      { webhookAuth: { type: "bearer", token: SECRETS.bearer } },
    ),
    story("/echo/20", { type: "bearer", token: SECRETS.bearer }),
    story("/echo/0", { type: "basic", username: "ana", password: SECRETS.password }),
    story("/echo/7", { type: "custom", customHeaders: { "X-Api-Key": SECRETS.custom } }),
    story("/echo/0", {
      type: "oauth2",
      tokenUrl: `${receiver.url}/token`,
      clientId: "shop",
      clientSecret: SECRETS.client,
    }),
    refusals(),
    ...HELPER_RUNS.map(helperStory),
  ]);
  await plantAll();
}, 2 * PATIENCE);
afterAll(async () => {
  collected = true;
  await collecting;
  await host.end("SIGTERM");
  await receiver.close();
  folder.remove();
});

/** A secret that does get out, put into each sink through its own door: what finds this would find any other. */
const PLANTED = { planted: canary("planted") };

async function plantAll(): Promise<void> {
  const mark = PLANTED.planted;
  await ask("POST", "/runbooks", { body: { [mark]: 1 } });
  await ask("GET", `/runbooks/${encodeURIComponent(mark)}`);
  const client = new DynamoDBClient({ ...aws, endpoint: host.dynamoDb });
  const Item = { pk: { S: "planted" }, sk: { S: "planted" }, text: { S: mark } };
  await client.send(new PutItemCommand({ TableName: "runbooks", Item }));
  client.destroy();
  const sfn = new SFNClient({ ...aws, endpoint: host.aws });
  const { stateMachine } = buildArns(LOCAL_REGION);
  const input = JSON.stringify({ executionId: mark });
  await sfn.send(new StartExecutionCommand({ stateMachineArn: stateMachine, name: "planted", input }));
}

async function tableScan(): Promise<string> {
  const client = new DynamoDBClient({ ...aws, endpoint: host.dynamoDb });
  const table = { client, tableName: "runbooks", endpoint: host.dynamoDb, streamArn: "" };
  return JSON.stringify(await everyItem(table));
}

/** Every record that the stream has had, by its id: the local stack deletes what its functions have processed. */
const streamed = new Map<string, StreamRecord>();
let collecting = Promise.resolve();
let collected = false;

/** The records where the reading stood were deleted: the next one begins at the first that is there. */
function noneIfDeleted(error: unknown): StreamRecord[] {
  if (error instanceof TrimmedDataAccessException || error instanceof ExpiredIteratorException) return [];
  throw error;
}

async function collectStream(): Promise<void> {
  const client = new DynamoDBStreamsClient({ ...aws, endpoint: host.dynamoDb });
  const { Streams = [] } = await client.send(new ListStreamsCommand({ TableName: "runbooks" }));
  const arn = Streams[0]?.StreamArn ?? "";
  while (!collected) {
    const records = await streamRecords(client, arn).catch(noneIfDeleted);
    for (const record of records) streamed.set(record.eventID ?? "", record);
    await pause(50);
  }
  client.destroy();
}

async function histories(): Promise<string> {
  const sfn = new SFNClient({ ...aws, endpoint: host.aws });
  const { stateMachine: stateMachineArn } = buildArns(LOCAL_REGION);
  const { executions = [] } = await sfn.send(
    new ListExecutionsCommand({ stateMachineArn, maxResults: 1000 }),
  );
  const reported = executions.map(async ({ executionArn }) => [
    await sfn.send(new DescribeExecutionCommand({ executionArn })),
    await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 })),
  ]);
  return JSON.stringify(await Promise.all(reported));
}

/** What the bus receives: the events that leave the service. */
async function events(): Promise<string> {
  const parsed = [...streamed.values()].map((record) =>
    parseAuditEntry(JSON.parse(JSON.stringify(record), fixed)),
  );
  return JSON.stringify(parsed.map((entry) => entry && toAnnouncement(entry, consoleUrl)));
}

/** DynamoDB Local's stream writes an empty map as `{}`, where DynamoDB writes `{"M":{}}`. */
function fixed(key: string, value: unknown): unknown {
  const isEmpty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return isEmpty && !Array.isArray(value) && key !== "M" ? { M: {} } : value;
}

/** Every file of the data folder byte for byte: the table, queues, histories, checkpoints. */
function disk(): string {
  const files = readdirSync(folder.path, { recursive: true, withFileTypes: true }).filter((f) => f.isFile());
  return files.map((f) => readFileSync(join(f.parentPath, f.name)).toString("latin1")).join("\n");
}

const SINKS: Record<string, { read: () => string | Promise<string>; atLeast: number; planted: boolean }> = {
  "the table": { read: tableScan, atLeast: 20_000, planted: true },
  "the table's stream": {
    read: () => JSON.stringify([...streamed.values()]),
    atLeast: 20_000,
    planted: true,
  },
  "the answers of the API": { read: () => answers.join("\n"), atLeast: 20_000, planted: true },
  "the log": { read: () => host.stdout() + host.stderr(), atLeast: 10_000, planted: true },
  "the histories of the state machine": { read: histories, atLeast: 10_000, planted: true },
  "the data folder": { read: disk, atLeast: 50_000, planted: true },
  "the events that are announced": { read: events, atLeast: 2_000, planted: false },
};

/** Characters on either side of a secret that is put into a sink's text. */
const WINDOW = 32 * 1024;

describe.each(Object.entries(SINKS))("%s", (_sink, { read, atLeast, planted }) => {
  it("[F1][F3][F4][F5][F6][F7][F10][F11][C7][L3] holds no secret in any spelling", async () => {
    const text = await read();
    expect(text.length).toBeGreaterThan(atLeast);
    expect(leaksIn(text, { ...SECRETS, ...HELPER_SECRETS })).toEqual([]);
  });

  it.runIf(planted)("[F7] would show one that gets in by its own door", async () => {
    await expect.poll(async () => leaksIn(await read(), PLANTED)).not.toEqual([]);
  });

  it("[F7] would show one in each of its spellings, in the midst of what else is there", async () => {
    const { bearer } = SECRETS;
    const text = await read();
    const around = text.slice(text.length / 2 - WINDOW, text.length / 2 + WINDOW);
    for (const [name, spell] of Object.entries(SPELLINGS)) {
      const holding = around.slice(0, WINDOW) + spell(bearer) + around.slice(WINDOW);
      expect(leaksIn(holding, { bearer }), name).not.toEqual([]);
    }
  });
});

describe.each(Object.entries(READ))("a run as the %s of its team reads it", (_role, read) => {
  it.each([...HELPER_RUNS.entries()])(
    "[F7] shows masks in the place of every secret: run %s",
    (run, cells) => {
      const text = read.get(run) ?? "";
      expect(leaksIn(text, secretsOf(cells))).toEqual([]);
      const { request, result, attempts, callback, error } = JSON.parse(text);
      const count = (value: unknown) => JSON.stringify(value).split(MASK).length - 1;
      // Names that are masked become one.
      expect(count(request)).toBeGreaterThan((cells.length * 2) / 3);
      expect(attempts).toHaveLength(CALLS);
      // The answer to the last call is shown; those before it lie in the table.
      expect(count(result)).toBeGreaterThan(cells.length);
      expect(count(callback.notes)).toBeGreaterThan(cells.length / 2);
      expect(count(callback.result.message)).toBeGreaterThan(0);
      expect(count(callback.result.output)).toBeGreaterThan(cells.length / 2);
      expect(error.message).toContain(MASK);
    },
  );
});

describe("the search", () => {
  it("[F7] has had something to find: every secret did go out to the receiver", () => {
    const heard = JSON.stringify(receiver.requests.map(({ headers, body }) => [headers, body]));
    const { replaced: _replaced, refused: _refused, ...used } = SECRETS;
    for (const [door, secret] of Object.entries(used)) {
      expect(leaksIn(heard, { [door]: secret }), door).not.toEqual([]);
    }
  });

  it("[F7] has had every helper in every position to find: each form went out", () => {
    const heard = receiver.requests
      .filter(({ path }) => path.startsWith("/helpers/"))
      .map(({ path, headers, body }) => [path, JSON.stringify(headers), body].join("\n"))
      .join("\n");
    for (const { name, form } of HELPER_RUNS.flat()) {
      expect(form.length, `${name}: too short to be hidden`).toBeGreaterThanOrEqual(6);
      expect(leaksIn(heard, { [name]: form }), name).not.toEqual([]);
    }
  });

  it("[F7] finds a secret that was cut in two", () => {
    const { bearer } = SECRETS;
    for (const part of [bearer.slice(0, 32), bearer.slice(-32)])
      expect(leaksIn(part, { bearer })).not.toEqual([]);
  });

  it("finds nothing where nothing is", () => {
    expect(leaksIn(canary("other"), SECRETS)).toEqual([]);
  });
});
