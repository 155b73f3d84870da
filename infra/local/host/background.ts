// Background jobs: resumed executions, queues, schedules, and the table's stream.
import { setTimeout as pause } from "node:timers/promises";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { openCheckpoints } from "../dynamodb/checkpoints.ts";
import { processedFile } from "../dynamodb/dynamodb-command.ts";
import { feedStream } from "../dynamodb/stream.ts";
import { namingProcessed } from "../dynamodb/stream-pruning.ts";
import { runSchedule, type Schedules } from "../eventbridge/scheduler.ts";
import type { Activity } from "../lambda/activity.ts";
import type { Invoke } from "../lambda/lambda.ts";
import type { Arns } from "../platform/arns.ts";
import { type Log, toLogDetails } from "../platform/log.ts";
import type { State } from "../platform/state.ts";
import { consumeQueue } from "../sqs/queue-consumer.ts";
import type { RuleData } from "../sqs/queue-names.ts";
import type { Services } from "./services.ts";

/** Grace period for work in progress when the local stack stops. */
export const GRACE_MS = 2_000;

/** Steps to stop the local stack, run in reverse order. */
export type Cleanups = Array<() => unknown>;
type Jobs = {
  rules: Readonly<Record<string, RuleData>>;
  schedules: Schedules;
  streamTargets: Readonly<Record<string, { target: string; prefix: string }>>;
  log: Log;
};
type Running = {
  invoke: Invoke;
  arns: Arns;
  state: State;
  activity: Activity;
  /** Null: no function reads the stream. */
  streamArn: string | null;
  /** Null: the database is not this stack's own, and nothing is pruned there. */
  databaseFolder: string | null;
};

function checkpointsOf({ streamTargets }: Jobs, { state, databaseFolder }: Running) {
  const checkpoints = openCheckpoints(state);
  if (databaseFolder === null) return checkpoints;
  const targets = Object.values(streamTargets).map(({ target }) => target);
  return namingProcessed(checkpoints, targets, processedFile(databaseFolder));
}

/** Starts all background jobs, and adds their end to the steps of a stop. */
export function startBackground(parts: Jobs, services: Services, running: Running, cleanups: Cleanups): void {
  const { log } = parts;
  const stopping = new AbortController();
  const { signal } = stopping;
  const { queues, executions, schedules } = services;
  const { streamArn, databaseFolder, ...rest } = running;
  const common = { ...rest, log };
  const streams = new DynamoDBStreamsClient({ endpoint: process.env["AWS_ENDPOINT_URL_DYNAMODB"] ?? "" });
  const checkpoints = checkpointsOf(parts, running);
  const work = [
    ...Object.entries(parts.rules).map(([queue, { target }]) =>
      consumeQueue({ queue, target }, { ...common, queues }, signal),
    ),
    ...Object.entries(parts.schedules).map(([name, schedule]) => runSchedule(name, schedule, common, signal)),
    schedules.run(signal),
    ...Object.values(parts.streamTargets).flatMap((target) =>
      streamArn === null
        ? []
        : [feedStream(target, { ...common, streamArn, client: streams, checkpoints }, signal)],
    ),
  ].map((job) => job.catch((error: unknown) => log("ERROR", "A background job ended", toLogDetails(error))));
  const resumedCount = executions.resume();
  if (resumedCount > 0) log("INFO", "Executions resumed after the restart", { count: resumedCount });
  cleanups.push(async () => {
    executions.suspend();
    stopping.abort();
    await Promise.race([Promise.all(work), pause(GRACE_MS, undefined, { ref: false })]);
    streams.destroy();
  });
}
