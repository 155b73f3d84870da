// What happens by itself: rules that feed queues that feed functions, the clock, and the table's stream.
import { Duration } from "aws-cdk-lib";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { type EventBus, type EventPattern, Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as LambdaTarget, SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { type Function as LambdaFunction, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { SqsDlq, SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { BUS, QUEUE, RULES, SCHEDULES, STREAM_TARGETS } from "../../shared/contract/events.ts";
import { deadLetterQueue, workQueue } from "./queues.ts";

/** How long EventBridge itself tries to reach a queue before the event goes to the dead letters. */
const TO_QUEUE = { retryAttempts: 185, maxEventAge: Duration.hours(24) };

export type EventSources = {
  bus: EventBus;
  table: TableV2;
  stateMachineArn: string;
  functionOf: (name: string) => LambdaFunction;
};

const streamTargets: Record<string, { target: string }> = STREAM_TARGETS;

/** Answers the dead-letter queues. */
export function buildEvents(scope: Construct, sources: EventSources): Queue[] {
  return [
    ...Object.entries(RULES).map(([name, rule]) => buildRule(scope, name, rule, sources)),
    ...Object.entries(SCHEDULES).map(([name, clock]) => buildSchedule(scope, name, clock, sources)),
    ...Object.entries(streamTargets).map(([name, { target }]) => buildStream(scope, name, target, sources)),
  ];
}

type RuleData = { bus: string; pattern: Record<string, unknown>; target: string; summary: string };

function buildRule(scope: Construct, name: string, rule: RuleData, sources: EventSources): Queue {
  const consumer = sources.functionOf(rule.target);
  const deadLetters = deadLetterQueue(scope, name);
  const queue = workQueue(scope, name, deadLetters, consumer.timeout ?? Duration.seconds(30));
  new Rule(scope, `${name}-rule`, {
    description: rule.summary,
    eventPattern: patternOf(rule, sources.stateMachineArn),
    ...(rule.bus === BUS && { eventBus: sources.bus }),
    targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters, ...TO_QUEUE })],
  });
  consumer.addEventSource(
    new SqsEventSource(queue, { batchSize: QUEUE.batchSize, reportBatchItemFailures: true }),
  );
  return deadLetters;
}

/** AWS's own bus tells of every state machine of the account: only ours is listened to. */
function patternOf({ bus, pattern }: RuleData, stateMachineArn: string): EventPattern {
  const { "detail-type": detailType, detail, ...rest } = pattern;
  const narrowed = bus === BUS ? detail : { ...Object(detail), stateMachineArn: [stateMachineArn] };
  return { ...rest, detailType, detail: narrowed } as EventPattern;
}

type Clock = { everyMinutes: number; target: string; summary: string };

function buildSchedule(scope: Construct, name: string, clock: Clock, { functionOf }: EventSources): Queue {
  const deadLetters = deadLetterQueue(scope, name);
  const period = Duration.minutes(clock.everyMinutes);
  const target = functionOf(clock.target);
  // A run that failed is not repeated: the next one is due before a repetition would help.
  target.configureAsyncInvoke({
    retryAttempts: 0,
    maxEventAge: Duration.minutes(Math.max(1, clock.everyMinutes)),
  });
  new Rule(scope, `${name}-schedule`, {
    description: clock.summary,
    schedule: Schedule.rate(period),
    targets: [
      new LambdaTarget(target, { deadLetterQueue: deadLetters, retryAttempts: 2, maxEventAge: period }),
    ],
  });
  return deadLetters;
}

export function buildStream(
  scope: Construct,
  name: string,
  target: string,
  { table, functionOf }: Pick<EventSources, "table" | "functionOf">,
): Queue {
  const deadLetters = deadLetterQueue(scope, name);
  if (!table.tableStreamArn) throw new Error("The table has no stream");
  const reader = functionOf(target);
  table.grantStreamRead(reader);
  reader.addEventSourceMapping(name, {
    eventSourceArn: table.tableStreamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 100,
    // One bad record must not hold up its shard: the batch is halved until it stands alone, then set aside.
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    retryAttempts: 10,
    maxRecordAge: Duration.hours(23),
    onFailure: new SqsDlq(deadLetters),
  });
  return deadLetters;
}
