// Assembles the local stack around its data folder: endpoints, issuer, functions and background jobs.
import type { Server } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SCHEDULES, STREAM_TARGETS } from "../../../shared/contract/events.ts";
import { WORKFLOW_FUNCTIONS } from "../../../shared/contract/workflow.ts";
import { gateway } from "../api-gateway/gateway.ts";
import { jwtAuthorizer } from "../api-gateway/jwt.ts";
import { CONTRACT_ROUTES, listModules, PAGES_TARGET, routeTable } from "../api-gateway/route-table.ts";
import { createPages, pagesFolder } from "../console/pages.ts";
import { loadWithWidgets } from "../console/widgets-page.ts";
import { ensureTable } from "../dynamodb/table.ts";
import { Activity } from "../lambda/activity.ts";
import { type Concurrency, LIMITS, limitConcurrency } from "../lambda/concurrency.ts";
import { createInvoker, loadAfter, loadFromFunctions } from "../lambda/lambda.ts";
import { AUDIENCE, type Identity, loadIdentity } from "../oidc/identity.ts";
import { KEYS_PATH, startIssuer } from "../oidc/issuer.ts";
import { buildArns } from "../platform/arns.ts";
import { HostError } from "../platform/errors.ts";
import { logToStderr } from "../platform/log.ts";
import { LOOPBACK, listen } from "../platform/ports.ts";
import type { State } from "../platform/state.ts";
import { CONTRACT_RULES } from "../sqs/queue-names.ts";
import { readContractWorkflow } from "../step-functions/workflow-definition.ts";
import { type Cleanups, GRACE_MS, startBackground } from "./background.ts";
import { applyEnvironment, buildFunctionEnvironment, TABLE_NAME } from "./environment.ts";
import type { Database, Host, Parts } from "./parts.ts";
import { openServices } from "./services.ts";
import type { Settings } from "./settings.ts";
import { firstLine } from "./start-errors.ts";

const CONTRACT: Parts = {
  load: loadFromFunctions,
  routes: CONTRACT_ROUTES,
  rules: CONTRACT_RULES,
  schedules: SCHEDULES,
  streamTargets: STREAM_TARGETS,
  workflow: readContractWorkflow,
  log: logToStderr,
  concurrency: LIMITS,
  dynamoDb: null,
  now: () => new Date(),
};

export async function assembleHost(
  settings: Settings,
  overrides: Partial<Parts>,
  state: State,
  database: Database,
  cleanups: Cleanups,
): Promise<Omit<Host, "stop" | "failed">> {
  const parts = { ...CONTRACT, ...overrides };
  const { dataDir } = settings;
  const arns = buildArns(settings.region);
  const activity = new Activity();
  const withPages = loadAfter(parts.load, PAGES_TARGET, createPages(pagesFolder(dataDir)));
  const load = loadWithWidgets(withPages);
  const functions = limitConcurrency(activity.watch(createInvoker(load, arns)), parts.concurrency);
  const { invoke } = functions;
  const services = await openServices({ ...parts, state, dataDir, arns, invoke });
  const awsPort = await serve(services.endpoint, settings.awsPort, "AWS_PORT", cleanups);
  services.locate(`http://${LOOPBACK}:${awsPort}`);

  const identity = await loadIdentity(dataDir);
  const apiPort = await serveApi({ parts, functions, identity, settings }, cleanups);

  const table = database.tableName ?? settings.tableName ?? TABLE_NAME;
  const endpoints = {
    aws: `http://${LOOPBACK}:${awsPort}`,
    api: `http://${LOOPBACK}:${apiPort}`,
    dynamoDb: database.endpoint,
    issuer: identity.issuer,
    pages: pagesFolder(dataDir),
    rules: Object.keys(parts.rules),
  };
  applyEnvironment({ ...buildFunctionEnvironment(process.env, endpoints, arns), TABLE_NAME: table });

  // Load the handlers while Java starts, so that the first request is as fast as later ones.
  await Promise.all([database.answers, preload(parts)]);
  const { streamArn } = await openTable(table, parts);
  const databaseFolder = database.folder ?? null;
  startBackground(parts, services, { invoke, activity, arns, state, streamArn, databaseFolder }, cleanups);
  return { api: endpoints.api, aws: endpoints.aws, dynamoDb: database.endpoint, identity, arns };
}

type ApiParts = { parts: Parts; functions: Concurrency; identity: Identity; settings: Settings };

/** Serves the API, and the issuer of its tokens, where people sign in to the console. Returns the API's port. */
async function serveApi(
  { parts, functions, identity, settings }: ApiParts,
  cleanups: Cleanups,
): Promise<number> {
  const authorize = jwtAuthorizer(identity.issuer, AUDIENCE, `${identity.issuer}${KEYS_PATH}`);
  const { routes, log } = parts;
  const { apiKind: kind = "http" } = settings;
  const api = gateway({ kind, findRoute: routeTable(routes), authorize, functions, log });
  const port = await serve(api, settings.apiPort, "PORT", cleanups);
  cleanups.push(await startIssuer(identity, listConsoleUrls(port), parts.log));
  return port;
}

/** The names of this machine under which a browser may show the console. */
const listConsoleUrls = (port: number) => [`http://${LOOPBACK}:${port}`, `http://localhost:${port}`];

async function openTable(name: string, { streamTargets }: Pick<Parts, "streamTargets">) {
  const client = new DynamoDBClient({});
  const stream = Object.keys(streamTargets).length > 0;
  return ensureTable(client, name, { stream }).finally(() => client.destroy());
}

/** Listens. On stop, gives requests in progress the grace period to finish. */
async function serve(server: Server, port: number, variable: string, cleanups: Cleanups): Promise<number> {
  const found = await listen(server, port, variable);
  cleanups.push(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    await Promise.race([closed, pause(GRACE_MS, undefined, { ref: false })]);
    server.closeAllConnections();
    await closed;
  });
  return found;
}

/** Loads all functions at start, so that a broken one is reported before its first event. */
async function preload({ load, routes, rules, schedules, streamTargets }: Parts): Promise<void> {
  const events = [rules, schedules, streamTargets].flatMap((group) => Object.values(group));
  const paths = new Set([
    ...Object.entries(routes).flatMap(([name, route]) => listModules(name, route)),
    ...Object.values(WORKFLOW_FUNCTIONS).map((name) => `workflow/${name}`),
    ...events.map(({ target }) => `events/${target}`),
  ]);
  await Promise.all([...paths].map((path) => load(path).catch((error) => refuseToStart(path, error))));
}

function refuseToStart(path: string, error: unknown): never {
  const [place = ""] = /functions\/\S+|shared\/\S+/.exec(stackOf(error)) ?? [];
  const where = place === "" ? "" : ` (${place})`;
  throw new HostError(
    `functions/${path}.ts cannot be loaded: ${firstLine(error)}${where}. Fix it, then start again.`,
  );
}

const stackOf = (error: unknown) => (error instanceof Error ? (error.stack ?? "") : "");
