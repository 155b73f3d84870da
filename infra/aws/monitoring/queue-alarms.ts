// Alarms on what waits and what is given up: queues, dead letters and the table's stream. Events of strangers page nobody.
import { Duration } from "aws-cdk-lib";
import { Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { QUEUE, RULES, SCHEDULES, STREAM_TARGETS } from "../../../shared/contract/events.ts";
import { METRICS } from "../../../shared/contract/metrics.ts";
import type { Entry } from "../bundle/entries.ts";
import { type AlarmDefinition, ownMetric, sumOver } from "./alarm.ts";

type Watched = {
  serviceName: string;
  queues: ReadonlyMap<string, Queue>;
  deadLetters: ReadonlyMap<string, Queue>;
  functions: readonly { entry: Entry; function: LambdaFunction }[];
};

/** Seconds. A message that fails is delivered again after three minutes, five times. */
const LATE_SECONDS = QUEUE.maxReceives * 3 * 60;
/** Milliseconds that the stream's reader may be behind. */
const STREAM_LATE_MS = 5 * 60_000;

const MAXIMUM = { statistic: Stats.MAXIMUM, period: Duration.minutes(1) };

export function listQueueAlarms({ serviceName, queues, deadLetters, functions }: Watched): AlarmDefinition[] {
  const gaveUp = Object.entries(RULES).map(
    ([rule, { target }]): AlarmDefinition => ({
      name: "<rule>-gave-up",
      of: rule,
      metric: ownMetric(serviceName, METRICS.gaveUp, target, sumOver(5)),
      threshold: 1,
      datapoints: [1, 1],
    }),
  );
  const late = [...queues].map(
    ([rule, queue]): AlarmDefinition => ({
      name: "<rule>-late",
      of: rule,
      metric: queue.metricApproximateAgeOfOldestMessage(MAXIMUM),
      threshold: LATE_SECONDS,
      datapoints: [5, 5],
    }),
  );
  const dead = [...deadLetters].map(
    ([name, queue]): AlarmDefinition => ({
      name: nameOfDeadLetters(name),
      of: name,
      metric: queue.metricApproximateNumberOfMessagesVisible(MAXIMUM),
      threshold: 1,
      datapoints: [1, 1],
    }),
  );
  return [...gaveUp, ...late, ...dead, ...listStreamAlarms(functions)];
}

/** What strangers send can reach the dead letters of rules alone. */
function nameOfDeadLetters(name: string): AlarmDefinition["name"] {
  if (name in SCHEDULES) return "<schedule>-dead-letters";
  return name in STREAM_TARGETS ? "<stream>-dead-letters" : "<rule>-dead-letters";
}

function listStreamAlarms(functions: Watched["functions"]): AlarmDefinition[] {
  return Object.entries(STREAM_TARGETS).map(([name, { target }]) => {
    const reader = functions.find(({ entry }) => entry.name === target);
    if (!reader) throw new Error(`No function ${target}`);
    const metric = reader.function.metric("IteratorAge", MAXIMUM);
    return { name: "<stream>-late", of: name, metric, threshold: STREAM_LATE_MS, datapoints: [5, 5] };
  });
}
