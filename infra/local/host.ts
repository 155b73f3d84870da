// Puts the local host together, and takes it apart again in the reverse order.
import type { Server } from "node:http";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SCHEDULES, STREAM_TARGETS } from "../../shared/contract/events.ts";
import { WORKFLOW_FUNCTIONS } from "../../shared/contract/workflow.ts";
import { type Arns, arnsIn } from "./arns.ts";
import { type Cleanups, GRACE_MS, runBackground } from "./background.ts";
import { type DynamoDbLocal, startDynamoDb } from "./dynamodb.ts";
import { applyEnvironment, cursorKey, functionEnvironment, TABLE_NAME } from "./environment.ts";
import { gateway } from "./gateway.ts";
import { AUDIENCE, type Identity, identityIn, startIssuer } from "./identity.ts";
import { findJava, type Java } from "./java.ts";
import { jwtAuthorizer } from "./jwt.ts";
import { invoker, type LoadHandler, loadFromFunctions } from "./lambda.ts";
import { type Log, logged, logToStderr } from "./log.ts";
import { freePort, LOOPBACK, listen } from "./ports.ts";
import { CONTRACT_RULES, type RuleData } from "./queue-names.ts";
import { CONTRACT_ROUTES, type RouteData, routeTable } from "./route-table.ts";
import type { Schedules } from "./scheduler.ts";
import { openServices } from "./services.ts";
import type { Settings } from "./settings.ts";
import { openState } from "./state.ts";
import { ensureTable } from "./table.ts";
import { contractWorkflow, type Workflow } from "./workflow-definition.ts";

/** What a test may put in place of the contract's own. */
export type Parts = {
  load: LoadHandler;
  routes: Readonly<Record<string, RouteData>>;
  rules: Readonly<Record<string, RuleData>>;
  schedules: Schedules;
  streamTargets: Readonly<Record<string, { target: string }>>;
  workflow: (arns: Arns) => Workflow;
  log: Log;
  /** A DynamoDB Local that runs already, and a table of its own in it; else one is started. */
  dynamoDb: { endpoint: string; tableName: string } | null;
};

const CONTRACT: Parts = {
  load: loadFromFunctions,
  routes: CONTRACT_ROUTES,
  rules: CONTRACT_RULES,
  schedules: SCHEDULES,
  streamTargets: STREAM_TARGETS,
  workflow: contractWorkflow,
  log: logToStderr,
  dynamoDb: null,
};

export type Host = {
  api: string;
  aws: string;
  dynamoDb: string;
  identity: Identity;
  arns: Arns;
  /** Settles when DynamoDB Local ends although nobody stopped it. */
  failed: Promise<void>;
  stop: () => Promise<void>;
};

export async function startHost(settings: Settings, given: Partial<Parts> = {}): Promise<Host> {
  const cleanups: Cleanups = [];
  const stop = async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    return { ...(await assemble(settings, { ...CONTRACT, ...given }, cleanups)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(settings: Settings, parts: Parts, cleanups: Cleanups): Promise<Omit<Host, "stop">> {
  const { dataDir } = settings;
  const { log } = parts;
  const arns = arnsIn(settings.region);
  const java = parts.dynamoDb === null ? await findJava() : null;
  const state = openState(dataDir);
  cleanups.push(() => state.close());
  const invoke = invoker(parts.load, arns);
  const services = await openServices({ ...parts, state, dataDir, arns, invoke });
  const awsPort = await serve(services.endpoint, settings.awsPort, "AWS_PORT", cleanups);
  services.locate(`http://${LOOPBACK}:${awsPort}`);

  const identity = await identityIn(dataDir);
  const issuer = await startIssuer(identity, log);
  cleanups.push(issuer.stop);
  const authorize = jwtAuthorizer(identity.issuer, AUDIENCE, issuer.jwksUrl);
  const api = gateway({ findRoute: routeTable(parts.routes), authorize, invoke, log });
  const apiPort = await serve(api, settings.apiPort, "PORT", cleanups);

  const dynamoDbPort = parts.dynamoDb ? 0 : await freePort(settings.dynamoDbPort, "DYNAMODB_PORT");
  const dynamoDb = parts.dynamoDb?.endpoint ?? `http://${LOOPBACK}:${dynamoDbPort}`;
  const table = parts.dynamoDb?.tableName ?? TABLE_NAME;
  const endpoints = {
    aws: `http://${LOOPBACK}:${awsPort}`,
    api: `http://${LOOPBACK}:${apiPort}`,
    dynamoDb,
    rules: Object.keys(parts.rules),
  };
  const cursor = await cursorKey(dataDir);
  applyEnvironment({ ...functionEnvironment(process.env, endpoints, cursor, arns), TABLE_NAME: table });

  // Handlers are loaded while Java starts, so that the first request is as quick as the next.
  const [local] = await Promise.all([
    java && database(java, dynamoDbPort, dataDir, log, cleanups),
    preload(parts),
  ]);
  const client = new DynamoDBClient({});
  const { streamArn } = await ensureTable(client, table).finally(() => client.destroy());
  runBackground(parts, services, { invoke, arns, state, streamArn }, cleanups);
  return {
    api: endpoints.api,
    aws: endpoints.aws,
    dynamoDb,
    identity,
    arns,
    failed: local?.ended ?? new Promise<void>(() => undefined),
  };
}

async function database(
  java: Java,
  port: number,
  dataDir: string,
  log: Log,
  cleanups: Cleanups,
): Promise<DynamoDbLocal> {
  const local = await startDynamoDb(port, join(dataDir, "dynamodb"), java);
  cleanups.push(local.stop);
  if (!local.loopbackOnly) {
    log("WARN", "This Java has no compiler: DynamoDB Local listens on all addresses of this machine", {
      port,
    });
  }
  return local;
}

/** Listens, and on stop lets requests under way end within the grace. */
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

async function preload({ load, log, routes, rules, schedules, streamTargets }: Parts): Promise<void> {
  const events = [rules, schedules, streamTargets].flatMap((group) => Object.values(group));
  const paths = new Set([
    ...Object.keys(routes).map((name) => `api/${name}`),
    ...Object.values(WORKFLOW_FUNCTIONS).map((name) => `workflow/${name}`),
    ...events.map(({ target }) => `events/${target}`),
  ]);
  const loads = [...paths].map((path) =>
    load(path).catch((error: unknown) =>
      log("ERROR", "A function cannot be loaded", { path, ...logged(error) }),
    ),
  );
  await Promise.all(loads);
}
