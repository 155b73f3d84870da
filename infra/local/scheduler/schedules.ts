// The clock of EventBridge Scheduler: sends each schedule's input to its queue when it is due. What was missed while
// nothing ran is sent once, with the last time at which it was due.
import { randomUUID } from "node:crypto";
import { rateOf } from "../../../shared/domain/schedules/expression.ts";
import { findDueTick } from "../../../shared/domain/schedules/tick-times.ts";
import type { Arns } from "../platform/arns.ts";
import { sleep } from "../platform/sleep.ts";
import { runInTransaction, type State } from "../platform/state.ts";
import { type QueueDirectory, queueName } from "../sqs/queue-directory.ts";
import type { Queues } from "../sqs/queues.ts";
import { type Definition, openScheduleRows, type ScheduleRow, type ScheduleRows } from "./schedule-rows.ts";

/** How often the clock is looked at. AWS promises the minute. */
const LOOK_MS = 1_000;

export type Schedules = ReturnType<typeof openSchedules>;
type Parts = { state: State; queues: Queues; directory: QueueDirectory; arns: Arns; now: () => Date };
type Given = Omit<ScheduleRow, "createdAt" | "changedAt" | "after"> & { createdAt?: number };

export function openSchedules(parts: Parts) {
  const { state, now } = parts;
  const rows = openScheduleRows(state);
  /** When each is due next, in milliseconds; Infinity: never again. Of those that were looked at since they changed. */
  const next = new Map<string, number>();
  const look = (row: ScheduleRow, at: Date): void => {
    const found = row.definition.State === "ENABLED" ? findDue(row, at) : { due: null, next: null };
    next.set(keyOf(row), found.next?.getTime() ?? Number.POSITIVE_INFINITY);
    const { due } = found;
    if (due !== null) send(row, due, rows, parts);
  };
  return {
    find: rows.find,
    all: rows.all,
    /** Times count from now on, or from the start. */
    put(row: Given): void {
      const changedAt = now().getTime();
      const after = beginOf(row.definition, changedAt);
      rows.put({ ...row, createdAt: row.createdAt ?? changedAt, changedAt, after });
      next.delete(keyOf(row));
    },
    remove(group: string, name: string): boolean {
      next.delete(keyOf({ grp: group, name }));
      return rows.remove(group, name);
    },
    /** Looks at the clock until `signal` aborts. */
    async run(signal: AbortSignal): Promise<void> {
      while (!signal.aborted) {
        const at = now();
        for (const row of rows.all()) if ((next.get(keyOf(row)) ?? 0) <= at.getTime()) look(row, at);
        await sleep(LOOK_MS, signal);
      }
    },
  };
}

const keyOf = ({ grp, name }: Pick<ScheduleRow, "grp" | "name">) => `${grp}/${name}`;

/** The message and the time until which all is sent are written together. */
function send(
  row: ScheduleRow,
  due: Date,
  rows: ScheduleRows,
  { state, queues, directory, arns }: Parts,
): void {
  runInTransaction(state, () => {
    const queue = queueName(row.definition.Target.Arn);
    if (directory.has(queue)) queues.send(queue, toBody(row, due, arns));
    rows.advance(row, due.getTime());
  });
}

/** A rate is due when it starts, and then whenever its time has passed. Returns milliseconds. */
function beginOf({ ScheduleExpression, StartDate }: Definition, now: number): number {
  const start = StartDate === undefined ? now : Math.max(now, StartDate * 1000);
  const rate = rateOf(ScheduleExpression);
  return rate === null ? start - (StartDate === undefined ? 0 : 1) : start - rate;
}

function findDue({ definition, after }: ScheduleRow, at: Date) {
  const { ScheduleExpression: expression, ScheduleExpressionTimezone: timeZone, EndDate } = definition;
  const end = EndDate === undefined ? at.getTime() : EndDate * 1000;
  const until = new Date(Math.min(at.getTime(), end));
  return findDueTick({ expression, timeZone }, new Date(after), until);
}

/** AWS's words in the input are replaced by what they stand for. */
function toBody({ grp, name, definition }: ScheduleRow, due: Date, arns: Arns): string {
  const values = {
    "schedule-arn": arns.schedule(grp, name),
    "scheduled-time": due.toISOString().replace(/\.\d{3}Z$/, "Z"),
    "execution-id": randomUUID(),
    "attempt-number": "1",
  };
  return Object.entries(values).reduce(
    (body, [word, value]) => body.replaceAll(`<aws.scheduler.${word}>`, value),
    definition.Target.Input,
  );
}
