// Invokes scheduled functions like EventBridge, but never concurrently with the invocation before.
import { randomUUID } from "node:crypto";
import type { Invoke } from "../lambda/lambda.ts";
import { ACCOUNT, type Arns } from "../platform/arns.ts";
import { type Log, toLogDetails } from "../platform/log.ts";
import { sleep } from "../platform/sleep.ts";

/** The first invocation comes soon after the start, so that it reconciles what an earlier stack left behind. */
const FIRST_RUN_MS = 3_000;
const FUNCTION_SECONDS = 60;

export type Schedules = Readonly<Record<string, { everyMinutes: number; target: string }>>;
type Parts = { invoke: Invoke; arns: Arns; log: Log };

/** Runs one schedule until `signal` aborts. */
export async function runSchedule(
  name: string,
  schedule: Schedules[string],
  parts: Parts,
  signal: AbortSignal,
  firstRunMs = FIRST_RUN_MS,
): Promise<void> {
  let wait = firstRunMs;
  while (!signal.aborted) {
    await sleep(wait, signal);
    if (signal.aborted) return;
    const began = Date.now();
    await runOnce(name, schedule.target, parts);
    wait = Math.max(0, began + schedule.everyMinutes * 60_000 - Date.now());
  }
}

async function runOnce(name: string, target: string, { invoke, arns, log }: Parts): Promise<void> {
  const event = {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: ACCOUNT,
    time: new Date().toISOString().replace(/\.\d{3}Z$/, "Z"),
    region: arns.region,
    resources: [arns.rule("default", name)],
    detail: {},
  };
  try {
    await invoke(`events/${target}`, event, { timeoutSeconds: FUNCTION_SECONDS });
  } catch (error) {
    log("ERROR", "A scheduled function failed", { schedule: name, ...toLogDetails(error) });
  }
}
