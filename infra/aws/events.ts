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
import { requireQueue } from "./queues.ts";

/** How long EventBridge itself tries to reach a queue before the event goes to the dead letters. */
const TO_QUEUE = { retryAttempts: 185, maxEventAge: Duration.hours(24) };

type EventSources = {
  bus: EventBus;
  table: TableV2;
  stateMachineArn: string;
  functionOf: (name: string) => LambdaFunction;
  queues: ReadonlyMap<string, Queue>;
  deadLetters: ReadonlyMap<string, Queue>;
};

export function buildEvents(scope: Construct, sources: EventSources): void {
  for (const [name, rule] of Object.entries(RULES)) buildRule(scope, name, rule, sources);
  for (const [name, clock] of Object.entries(SCHEDULES)) buildSchedule(scope, name, clock, sources);
  for (const [name, { target }] of Object.entries(STREAM_TARGETS)) buildStream(name, target, sources);
}

type RuleData = { bus: string; pattern: Record<string, unknown>; target: string; summary: string };

function buildRule(scope: Construct, name: string, rule: RuleData, sources: EventSources): void {
  const consumer = sources.functionOf(rule.target);
  const queue = requireQueue(sources.queues, name);
  const deadLetters = requireQueue(sources.deadLetters, name);
  new Rule(scope, `${name}-rule`, {
    description: rule.summary,
    eventPattern: buildPattern(rule, sources.stateMachineArn),
    ...(rule.bus === BUS && { eventBus: sources.bus }),
    targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters, ...TO_QUEUE })],
  });
  consumer.addEventSource(
    new SqsEventSource(queue, { batchSize: QUEUE.batchSize, reportBatchItemFailures: true }),
  );
  // What can never be processed it sets aside at once, with the reason; what is over the rate comes again later.
  deadLetters.grantSendMessages(consumer);
  queue.grantSendMessages(consumer);
}

/** AWS's own bus tells of every state machine of the account: only ours is listened to. */
function buildPattern({ bus, pattern }: RuleData, stateMachineArn: string): EventPattern {
  const { "detail-type": detailType, detail, ...rest } = pattern;
  const narrowed = bus === BUS ? detail : { ...Object(detail), stateMachineArn: [stateMachineArn] };
  return { ...rest, detailType, detail: narrowed } as EventPattern;
}

type ScheduleData = { everyMinutes: number; target: string; summary: string };

function buildSchedule(scope: Construct, name: string, clock: ScheduleData, sources: EventSources): void {
  const deadLetters = requireQueue(sources.deadLetters, name);
  const period = Duration.minutes(clock.everyMinutes);
  const target = sources.functionOf(clock.target);
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
}

function buildStream(name: string, target: string, sources: EventSources): void {
  const { table, functionOf } = sources;
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
    onFailure: new SqsDlq(requireQueue(sources.deadLetters, name)),
  });
}
