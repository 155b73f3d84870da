// Runs a second on the local stack, and what each of them costs in CPU time of Node and Java.
import { execFileSync } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { Session } from "../../infra/docs/examples.ts";
import { type DemoHost, startDemoHost } from "../../infra/local/demo/host.ts";
import { Receiver } from "../../infra/local/demo/receiver.ts";
import { type Figure, figure, inRounds } from "./figures.ts";
import { ALONE, approved } from "./host.ts";

/** Of each round. */
const RUNS = 100;
const AT_ONCE = 8;

export async function benchThroughput(): Promise<Figure[]> {
  // One caller may start as many runs as there are.
  process.env["RATE_LIMIT_STARTS_PER_MINUTE"] = "0";
  const host = await startDemoHost();
  const receiver = new Receiver();
  try {
    const session = new Session(host, ALONE);
    const id = await approved(session, await receiver.start(), "Bench throughput");
    await finish(session, receiver, id, 100);
    const rounds = await inRounds(async () => {
      const [began, before] = [performance.now(), cpuSeconds(host)];
      await finish(session, receiver, id, RUNS);
      const seconds = (performance.now() - began) / 1000;
      const after = cpuSeconds(host);
      const cpu = (of: "node" | "java") => ((after[of] - before[of]) * 1000) / RUNS;
      return { rate: RUNS / seconds, node: cpu("node"), java: cpu("java") };
    });
    const of = (key: "rate" | "node" | "java") => rounds.map((each) => each[key]);
    return [
      figure(`runs that end in a second, ${AT_ONCE} at once`, "runs/s", ...of("rate")),
      figure("CPU time of Node for each run", "ms", ...of("node")),
      figure("CPU time of Java for each run", "ms", ...of("java")),
    ];
  } finally {
    await receiver.stop();
    await host.stop();
  }
}

/** Starts so many runs, a few at once, and waits until all have ended. */
async function finish(session: Session, receiver: Receiver, runbookId: string, runs: number) {
  let left = runs;
  const one = async () => {
    while (left-- > 0)
      await untilCalled(receiver, await session.create(`/runbooks/${runbookId}/executions`, {}));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  await session.poll(`/runbooks/${runbookId}/executions?status=RUNNING`, ({ body }) => {
    return z.looseObject({ items: z.array(z.unknown()) }).parse(body).items.length === 0;
  });
}

async function untilCalled({ requests }: Receiver, executionId: string): Promise<void> {
  while (!requests.some(({ headers }) => headers["webhook-id"] === executionId)) await pause(2);
}

/** CPU seconds that the host, and the processes that it has started (DynamoDB Local), have used so far. */
function cpuSeconds({ pid }: DemoHost): { node: number; java: number } {
  const all = execFileSync("ps", ["-eo", "pid=,ppid=,cputimes="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const started = new Set([pid]);
  // A parent is listed before its children.
  for (const [own = 0, parent = 0] of all) if (started.has(parent)) started.add(own);
  const used = (match: (own: number) => boolean) =>
    all.reduce((sum, [own = 0, , seconds = 0]) => sum + (match(own) ? seconds : 0), 0);
  return { node: used((own) => own === pid), java: used((own) => own !== pid && started.has(own)) };
}
