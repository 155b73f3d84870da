// `npm run bench:overload`: a constant rate of starts at twice what the local stack was just measured to carry.
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import * as z from "zod";
import { Session } from "../../infra/docs/examples.ts";
import { type DemoHost, startDemoHost } from "../../infra/local/demo/host.ts";
import { Receiver } from "../../infra/local/demo/receiver.ts";
import { messageOf } from "../../infra/local/platform/errors.ts";
import { requireJava } from "../../infra/local/platform/java.ts";
import { describeIssues, readInput } from "../../shared/contract/read-input.ts";
import { quantile, round } from "./figures.ts";
import { ALONE } from "./host.ts";

const Options = z.object({
  minutes: z.coerce.number().positive().max(120),
  /** Times what the stack carries. */
  times: z.coerce.number().positive().max(100),
});

/** `--minutes`: how long, by default 3. `--times`: how much, by default twice what it carries. */
function readOptions(given: string[]): z.output<typeof Options> {
  const { values } = parseArgs({
    args: given,
    options: { minutes: { type: "string", default: "3" }, times: { type: "string", default: "2" } },
  });
  const read = readInput(Options, values);
  if (read.ok) return read.data;
  throw new Error(`${describeIssues(read.issues, "the options")}.`);
}

/** How long the capacity is measured for, after a first few seconds in which everything is compiled. */
const WARM_SECONDS = 5;
const MEASURED_SECONDS = 20;
/** The shortest overall timeout that a runbook may have. Here it counts from the answer to the start. */
const TIMEOUT_SECONDS = 30;
const AT_ONCE = 8;

const Run = z.looseObject({ id: z.string(), status: z.string(), createdAt: z.string() });
const Ended = Run.extend({ completedAt: z.string().nullable(), error: z.unknown() });
type Ended = z.output<typeof Ended>;

/** Answers of the API to starts: by status, and the runs that were accepted. */
class Starts {
  readonly answers = new Map<string, number>();
  readonly accepted = new Set<string>();
  readonly seconds: number[] = [];
  withoutRetryAfter = 0;
  private readonly url: string;
  private readonly token: string;

  constructor(api: string, token: string, runbookId: string) {
    this.url = `${api}/runbooks/${runbookId}/executions`;
    this.token = token;
  }

  async start(): Promise<string | null> {
    const began = performance.now();
    const response = await this.send().catch(() => null);
    const status = String(response?.status ?? "no answer");
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
    this.seconds.push((performance.now() - began) / 1000);
    if (!response) return null;
    const text = await response.text();
    if (response.status !== 202) {
      if (!response.headers.get("retry-after")) this.withoutRetryAfter++;
      return null;
    }
    const { id } = Run.parse(JSON.parse(text));
    this.accepted.add(id);
    return id;
  }

  private send(): Promise<Response> {
    const headers = { authorization: `Bearer ${this.token}`, "idempotency-key": randomUUID() };
    return fetch(this.url, { method: "POST", headers, signal: AbortSignal.timeout(60_000) });
  }
}

async function approved(session: Session, hook: string): Promise<string> {
  const body = {
    teamId: "payments",
    name: "Overload",
    description: "Restarts one service of the payments platform",
    webhookUrl: `${hook}/restart`,
    payloadTemplate: '{"by": {{execution.executedBy}}}',
    timeoutSeconds: TIMEOUT_SECONDS,
    attemptTimeoutSeconds: 10,
  };
  const id = await session.create("/runbooks", { body });
  await session.ask("POST", `/runbooks/${id}/approve`, { body: { version: 1 } });
  return id;
}

/** Runs a second of a few callers who each wait until the receiver was called, and then start again. */
async function measureCapacity(starts: Starts, called: (id: string) => boolean, seconds: number) {
  const end = performance.now() + seconds * 1000;
  let ended = 0;
  const caller = async () => {
    while (performance.now() < end) {
      const id = await starts.start();
      while (id !== null && !called(id)) await pause(2);
      if (id !== null) ended++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
  return ended / seconds;
}

/** Starts at a constant rate, whatever becomes of earlier starts. */
async function startAtRate(starts: Starts, perSecond: number, minutes: number): Promise<void> {
  const open: Promise<unknown>[] = [];
  const began = performance.now();
  const count = Math.round(perSecond * minutes * 60);
  for (let n = 0; n < count; n++) {
    await pause(Math.max(0, began + (n * 1000) / perSecond - performance.now()));
    open.push(starts.start());
  }
  await Promise.all(open);
}

async function readRun(session: Session, id: string): Promise<Ended> {
  for (let tries = 0; tries < 60; tries++) {
    const { answer } = await session.ask("GET", `/executions/${id}`);
    const read = Ended.safeParse(answer.body);
    if (answer.status === 200 && read.data?.completedAt) return read.data;
    await pause(1000);
  }
  throw new Error(`The execution ${id} did not end`);
}

const secondsOf = ({ createdAt, completedAt }: Ended) =>
  (Date.parse(completedAt ?? "") - Date.parse(createdAt)) / 1000;

const spread = (seconds: readonly number[]) => [0.5, 0.99, 1].map((share) => round(quantile(seconds, share)));

function report(starts: Starts, runs: readonly Ended[], called: (id: string) => boolean) {
  const failed = runs.filter(({ status }) => status !== "SUCCESS");
  return {
    answers: Object.fromEntries(starts.answers),
    "refused without Retry-After": starts.withoutRetryAfter,
    "start to answer (s): p50, p99, most": spread(starts.seconds),
    accepted: runs.length,
    "ended as SUCCESS": runs.length - failed.length,
    [`ended more than ${TIMEOUT_SECONDS} s after the start`]: runs.filter(
      (run) => secondsOf(run) > TIMEOUT_SECONDS,
    ).length,
    "receiver answered 200, and not SUCCESS": failed.filter(({ id }) => called(id)).length,
    "accepted to end (s): p50, p99, most": spread(runs.map(secondsOf)),
    errors: [...new Set(failed.map(({ error }) => JSON.stringify(error)))].slice(0, 5),
  };
}

async function overload(host: DemoHost, receiver: Receiver, { minutes, times }: z.output<typeof Options>) {
  const session = new Session(host, ALONE);
  const runbookId = await approved(session, await receiver.start());
  const token = await host.token("ana", ...ALONE.ana);
  const newStarts = () => new Starts(host.api, token, runbookId);
  const ids = new Set<string>();
  let seen = 0;
  const called = (id: string) => {
    for (; seen < receiver.requests.length; seen++)
      ids.add(String(receiver.requests[seen]?.headers["webhook-id"]));
    return ids.has(id);
  };
  await measureCapacity(newStarts(), called, WARM_SECONDS);
  const capacity = await measureCapacity(newStarts(), called, MEASURED_SECONDS);
  const rate = capacity * times;
  process.stderr.write(`It carries ${round(capacity)} runs a second; now ${round(rate)} starts a second …\n`);
  const starts = newStarts();
  await startAtRate(starts, rate, minutes);
  const runs: Ended[] = [];
  for (const id of starts.accepted) runs.push(await readRun(session, id));
  const offered = { "carried (runs/s)": round(capacity), "offered (starts/s)": round(rate), minutes };
  return { ...offered, ...report(starts, runs, called) };
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  await requireJava();
  process.env["RATE_LIMIT_STARTS_PER_MINUTE"] = "0";
  const host = await startDemoHost();
  const receiver = new Receiver();
  try {
    console.log(await overload(host, receiver, options));
  } finally {
    await receiver.stop();
    await host.stop();
  }
}

await main().catch((error: unknown) => {
  const [line] = messageOf(error).split("\n");
  process.stderr.write(`${line}\n`);
  process.exitCode = 1;
});
