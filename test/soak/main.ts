// `npm run soak -- --minutes 30`: mixed traffic, kills and restarts, indexes that lag by up to 2 s; then the invariants.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { startDynamoDb } from "../../infra/local/dynamodb/dynamodb.ts";
import { ensureTable } from "../../infra/local/dynamodb/table.ts";
import { loadIdentity, signToken } from "../../infra/local/oidc/identity.ts";
import { DEFAULT_REGION } from "../../infra/local/platform/arns.ts";
import { messageOf } from "../../infra/local/platform/errors.ts";
import { findFreePort } from "../../infra/local/platform/ports.ts";
import { describeIssues, readInput } from "../../shared/contract/read-input.ts";
import { ServiceError } from "../../shared/domain/errors.ts";
import { violations } from "../support/invariants.ts";
import { startLaggingIndexes } from "../support/lagging-indexes.ts";
import { SEED } from "../support/long-form.ts";
import { repeat } from "../support/repeat.ts";
import { countStored, readQueues } from "./counters.ts";
import { startReceivers } from "./receivers.ts";
import { Stack } from "./stack.ts";
import { type Ask, Traffic } from "./traffic.ts";

const Options = z.object({
  minutes: z.coerce.number().positive().max(600),
  perSecond: z.coerce.number().positive(),
});
const TABLE = "runbooks";
const MAX_LAG_MS = 2_000;
/** A kill every two minutes in the first part; then a long rest, in which memory and handles must not grow. */
const KILL_MINUTES = 2;
const KILLING_SHARE = 0.4;
/** The longest that a run may take after the last start: its timeout, and two passes of the reconciler. */
const SETTLE_SECONDS = 300;
const MAX_LOOKS = 10;

function readOptions(args: string[]): z.output<typeof Options> {
  const { values } = parseArgs({
    args,
    options: { minutes: { type: "string", default: "30" }, "per-second": { type: "string", default: "2" } },
  });
  const read = readInput(Options, { minutes: values.minutes, perSecond: values["per-second"] });
  if (read.ok) return read.data;
  throw new Error(`${describeIssues(read.issues, "the options")}.`);
}

async function callerOf(stack: Stack): Promise<Ask> {
  const groups = ["platform-admin", "team:payments:admin", "team:payments:responder"];
  const identity = await loadIdentity(stack.dataDir);
  const token = await signToken(identity, { user: "soak", groups, expiresInSeconds: 86_400 });
  return async (method, path, body, key) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(key !== undefined && { "idempotency-key": key }),
    };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${stack.api}${path}`, {
      ...{ method, headers, ...sent },
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? null : JSON.parse(text) };
  };
}

/** Starts an action every so often, whether earlier ones are done or not. */
async function drive(traffic: Traffic, perSecond: number, until: number): Promise<void> {
  const open = new Set<Promise<void>>();
  while (performance.now() < until) {
    const action = traffic.act().finally(() => open.delete(action));
    open.add(action);
    await pause((1000 / perSecond) * 2 * Math.random());
  }
  await Promise.all(open);
}

async function killNow(stack: Stack, until: number): Promise<void> {
  while (performance.now() < until) {
    await pause(KILL_MINUTES * 60_000);
    await stack.kill();
  }
}

async function rowOf(minute: number, stack: Stack, traffic: Traffic) {
  const { rssMb, handles } = stack.measure();
  const answers = [...traffic.answers].map(([status, count]) => `${status}: ${count}`).sort();
  return {
    ...{ minute, kills: stack.kills, "RSS (MB)": rssMb, handles },
    ...(await readQueues(stack.aws)),
    ...(await countStored()),
    answers: answers.join(", "),
  };
}

/** A line each minute, and all of them as a table at the end. */
async function report(stack: Stack, traffic: Traffic, minutes: number): Promise<void> {
  const began = performance.now();
  const rows: object[] = [];
  for (let minute = 1; minute <= minutes; minute++) {
    // A row takes seconds on a busy machine.
    await pause(Math.max(0, began + minute * 60_000 - performance.now()));
    const row = await rowOf(minute, stack, traffic).catch((error: unknown) => ({
      minute,
      error: messageOf(error),
    }));
    rows.push(row);
    process.stdout.write(`${JSON.stringify(row)}\n`);
  }
  console.table(rows);
}

/** Waits until nothing is under way, and answers what is wrong then. */
async function settle(stack: Stack, ledger: Parameters<typeof violations>[0]): Promise<string[]> {
  const until = performance.now() + SETTLE_SECONDS * 1000;
  for (;;) {
    const stored = await countStored();
    const { queued } = await readQueues(stack.aws);
    if ((stored.active === 0 && queued === 0 && stored["slots held"] === 0) || performance.now() > until)
      break;
    await pause(2_000);
  }
  const look = () => violations({ ...ledger, settled: true });
  return repeat(look, { times: MAX_LOOKS, isPassing: isSlow });
}

/** The table may be slow to answer on a busy machine: that is no finding. */
const isSlow = (error: unknown) => error instanceof ServiceError && error.code === "unavailable";

async function soak({ minutes, perSecond }: z.output<typeof Options>): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "soak-"));
  const dataDir = join(folder, "data");
  mkdirSync(dataDir);
  const database = await startDynamoDb(await findFreePort(), join(folder, "dynamodb"));
  Object.assign(process.env, {
    ...{ AWS_REGION: DEFAULT_REGION, AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" },
    ...{ AWS_ENDPOINT_URL_DYNAMODB: database.endpoint, TABLE_NAME: TABLE },
  });
  const client = new DynamoDBClient({});
  await ensureTable(client, TABLE);
  const indexes = await startLaggingIndexes(database.endpoint, client, TABLE);
  const stack = await Stack.create(dataDir, indexes.url, TABLE);
  const receiver = await startReceivers(() => stack.api);
  process.stderr.write(`${minutes} minutes, seed ${SEED}, log ${join(folder, "host.log")}\n`);
  let isSound = false;
  try {
    const traffic = new Traffic(await callerOf(stack), stack.aws);
    indexes.delayMs = () => Math.random() * MAX_LAG_MS;
    await traffic.prepare(receiver.url);
    const began = performance.now();
    const end = began + minutes * 60_000;
    await Promise.all([
      drive(traffic, perSecond, end),
      killNow(stack, began + KILLING_SHARE * minutes * 60_000),
      report(stack, traffic, minutes),
    ]);
    const wrong = [...traffic.wrong, ...(await settle(stack, { ledger: receiver.requests }))];
    if (indexes.failure() !== null) wrong.push(`The indexes lost a write: ${messageOf(indexes.failure())}`);
    const last = await rowOf(minutes, stack, traffic);
    process.stdout.write(
      `${JSON.stringify({ ...last, settled: true, queries: indexes.queries, longestLagMs: Math.round(indexes.longestLagMs()), calls: receiver.requests.length, wrong })}\n`,
    );
    isSound = wrong.length === 0;
    return isSound ? 0 : 1;
  } finally {
    await stack.end("SIGTERM");
    await receiver.close();
    await indexes.close();
    client.destroy();
    await database.stop();
    // What went wrong is looked for in the log and in the data.
    if (isSound) rmSync(folder, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await soak(readOptions(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${messageOf(error).split("\n")[0]}\n`);
  process.exitCode = 1;
}
