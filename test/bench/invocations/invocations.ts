// CPU time of an invocation against a bare handler that makes the same calls: every route, and every other function.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { ENTRIES } from "../../../infra/aws/bundle/entries.ts";
import type { ReceivedRequest } from "../../../infra/local/demo/receiver.ts";
import { type LoadHandler, loadFromFunctions } from "../../../infra/local/lambda/lambda.ts";
import { ALL_ROUTES, type RouteName } from "../../../shared/contract/routes.ts";
import { type Figure, figure, inRounds } from "../figures.ts";
import { bareHandler } from "./bare.ts";
import { invoke, type Recording, record, sendTo, watchCalls } from "./recorder.ts";
import { useEverything } from "./session.ts";

const QUIET = { POWERTOOLS_LOG_LEVEL: "SILENT", POWERTOOLS_METRICS_DISABLED: "true" };
/** Before the first round, and in each of them. */
const WARM = 10;
const TIMES = 12;

const ROUTES = new Map(ALL_ROUTES.map(([name, { method, path }]) => [`${method} ${path}`, name]));
/** The local stack has no user pool, and its trigger calls nothing. */
const OTHERS = ENTRIES.filter(({ kind }) => kind !== "api" && kind !== "identity").map(
  ({ kind, name }) => `${kind}/${name}`,
);

/** By what was invoked: `api/<route>`, or the path of the function. */
type Recordings = Map<string, Recording>;

function nameOf(path: string, event: unknown): string {
  const { routeKey } = Object(event) as { routeKey?: string };
  const route: RouteName | undefined = ROUTES.get(routeKey ?? "");
  return route === undefined ? path : `api/${route}`;
}

const isGood = ({ answer, calls }: Recording) =>
  Number(Object(answer)["statusCode"] ?? 200) < 400 && (calls.length > 0 || "statusCode" in Object(answer));

/** The last good invocation of each function is the one that is played again. */
async function recordAll(): Promise<{
  recordings: Recordings;
  port: number;
  requests: readonly ReceivedRequest[];
}> {
  const recordings: Recordings = new Map();
  const load: LoadHandler = async (path) => {
    const handler = await loadFromFunctions(path);
    const forget = await forgetVersions();
    return async (event, context) => {
      forget();
      const recording = await record(handler, event, context);
      if (isGood(recording)) recordings.set(nameOf(path, event), recording);
      return recording.answer;
    };
  };
  const isDone = () => OTHERS.every((path) => recordings.has(path));
  return { recordings, ...(await useEverything(load, isDone)) };
}

/** Each function remembers for itself what it has read: here it has not met the runbook yet, as in docs/cost.md. */
async function forgetVersions(): Promise<() => void> {
  const { getApproval, getVersion } = await import("../../../shared/store/versions.ts");
  return () => {
    getVersion.forget();
    getApproval.forget();
  };
}

/** Milliseconds of CPU time of this process for one call. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let n = 0; n < TIMES; n++) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / TIMES;
}

async function replayed(recording: Recording, forget: () => void): Promise<Recording> {
  forget();
  const { handler, event, context } = recording;
  const again = await record(handler, structuredClone(event), withTime(context));
  const [before, now] = [recording, again].map(({ answer }) => Object(answer)["statusCode"]);
  if (before !== now) throw new Error(`It answered ${before} and now ${now}`);
  return again;
}

const withTime = (context: Recording["context"]) => ({ ...context, getRemainingTimeInMillis: () => 300_000 });

type Play = { server: ChildProcess; port: number; requests: readonly ReceivedRequest[]; forget: () => void };

async function ratios(name: string, recording: Recording, play: Play): Promise<number[]> {
  play.server.send(recording.exchanges);
  await once(play.server, "message");
  // What it asks for now that all keys are read.
  const again = await replayed(recording, play.forget);
  const executionId = Object(recording.event)["executionId"];
  const webhook = play.requests.findLast(({ headers }) => headers["webhook-id"] === executionId) ?? null;
  const { handler, event, context } = recording;
  const bare = bareHandler(again, name === "workflow/deliver-webhook" ? webhook : null, play.port);
  const timed = withTime(context);
  const ours = async () => {
    play.forget();
    return JSON.stringify(await invoke(handler, event, timed));
  };
  const theirs = async () => JSON.stringify(await bare(event));
  for (let n = 0; n < WARM; n++) await Promise.all([await ours(), await theirs()]);
  return inRounds(async (round) => {
    // Each goes first in turn.
    const first = round % 2 === 0 ? await cpuOf(ours) : null;
    const least = await cpuOf(theirs);
    return (first ?? (await cpuOf(ours))) / least;
  });
}

const kindOf = (name: string): string => {
  const route = ALL_ROUTES.find(([each]) => `api/${each}` === name)?.[1];
  return route === undefined ? "other" : route.method === "GET" ? "read" : "write";
};

export async function benchInvocations(): Promise<Figure[]> {
  Object.assign(process.env, QUIET);
  const stop = watchCalls();
  const { recordings, port, requests } = await recordAll();
  const missing = ALL_ROUTES.filter(([name]) => !recordings.has(`api/${name}`)).map(([name]) => name);
  if (missing.length > 0) throw new Error(`Not recorded: ${missing.join(", ")}`);
  const server = fork(fileURLToPath(new URL("replay-server.ts", import.meta.url)), [String(port)]);
  try {
    await once(server, "message");
    sendTo(port);
    const play = { server, port, requests, forget: await forgetVersions() };
    const figures: Figure[] = [];
    for (const [name, recording] of recordings) {
      const values = await ratios(name, recording, play).catch((error: unknown) => {
        throw new Error(`${name}: ${error}`, { cause: error });
      });
      figures.push(figure(`CPU of an invocation, ${kindOf(name)}: ${name}`, "÷ bare", ...values));
    }
    return figures.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } finally {
    server.kill();
    stop();
  }
}
