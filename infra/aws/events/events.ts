// Event sources of functions: EventBridge rules through SQS queues, schedules, and the table's stream.
import { Duration } from "aws-cdk-lib";
import { EventBus, type EventPattern, Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as LambdaTarget, SqsQueue } from "aws-cdk-lib/aws-events-targets";
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type IFunction,
  StartingPosition,
} from "aws-cdk-lib/aws-lambda";
import { SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import {
  BUS,
  QUEUE,
  RULES,
  SCHEDULES,
  STREAM_TARGETS,
  type StreamTarget,
} from "../../../shared/contract/events.ts";
import type { ServiceTable } from "../data/table.ts";
import { requireQueue } from "./queues.ts";

/** EventBridge's own retries for a queue, before it sends the event to the dead-letter queue. */
const TO_QUEUE = { retryAttempts: 185, maxEventAge: Duration.hours(24) };

type EventSources = {
  bus: EventBus;
  table: ServiceTable;
  stateMachineArn: string;
  functionOf: (name: string) => IFunction;
  queues: ReadonlyMap<string, Queue>;
  deadLetters: ReadonlyMap<string, Queue>;
  /** Batches of one queue that are processed at the same time. The others wait in the queue. */
  eventConcurrency: number;
  /** Event buses of partners, whose events are messages of sources. */
  partnerEventBuses: readonly string[];
};

export function buildEvents(scope: Construct, sources: EventSources): void {
  for (const [name, rule] of Object.entries(RULES)) buildRule(scope, name, rule, sources);
  for (const [name, schedule] of Object.entries(SCHEDULES)) buildSchedule(scope, name, schedule, sources);
  for (const [name, target] of Object.entries(STREAM_TARGETS)) buildStream(scope, name, target, sources);
}

type RuleData = {
  bus: string;
  pattern: Record<string, unknown>;
  ofStateMachine?: true;
  partnerPattern?: Record<string, unknown>;
  target: string;
  summary: string;
};

function buildRule(scope: Construct, name: string, rule: RuleData, sources: EventSources): void {
  const consumer = sources.functionOf(rule.target);
  const queue = requireQueue(sources.queues, name);
  const deadLetters = requireQueue(sources.deadLetters, name);
  const targets = [new SqsQueue(queue, { deadLetterQueue: deadLetters, ...TO_QUEUE })];
  new Rule(scope, `${name}-rule`, {
    description: rule.summary,
    eventPattern: buildPattern(rule, sources.stateMachineArn),
    ...(rule.bus === BUS && { eventBus: sources.bus }),
    targets,
  });
  const { partnerPattern } = rule;
  for (const [n, bus] of (partnerPattern ? sources.partnerEventBuses : []).entries()) {
    new Rule(scope, `${name}-rule-partner-${n}`, {
      description: `${rule.summary} (${bus})`,
      eventPattern: partnerPattern as EventPattern,
      eventBus: EventBus.fromEventBusName(scope, `PartnerBus${n}`, bus),
      targets,
    });
  }
  queue.grantConsumeMessages(consumer);
  new EventSourceMapping(scope, `${name}-mapping`, {
    target: consumer,
    eventSourceArn: queue.queueArn,
    batchSize: QUEUE.batchSize,
    reportBatchItemFailures: true,
    maxConcurrency: sources.eventConcurrency,
  });
  // The function sends invalid events to the dead-letter queue with the reason, and requeues rate-limited ones.
  deadLetters.grantSendMessages(consumer);
  queue.grantSendMessages(consumer);
}

/** AWS's default bus carries events of every state machine in the account. The pattern selects the service's own. */
function buildPattern({ pattern, ofStateMachine }: RuleData, stateMachineArn: string): EventPattern {
  const { "detail-type": detailType, detail, ...rest } = pattern;
  const narrowed = ofStateMachine ? { ...Object(detail), stateMachineArn: [stateMachineArn] } : detail;
  return { ...rest, detailType, ...(narrowed !== undefined && { detail: narrowed }) } as EventPattern;
}

type ScheduleData = { everyMinutes: number; target: string; summary: string };

function buildSchedule(scope: Construct, name: string, schedule: ScheduleData, sources: EventSources): void {
  const deadLetters = requireQueue(sources.deadLetters, name);
  const period = Duration.minutes(schedule.everyMinutes);
  const target = sources.functionOf(schedule.target);
  // No retries: the next scheduled invocation comes before a retry would help.
  target.configureAsyncInvoke({
    retryAttempts: 0,
    maxEventAge: Duration.minutes(Math.max(1, schedule.everyMinutes)),
  });
  new Rule(scope, `${name}-schedule`, {
    description: schedule.summary,
    schedule: Schedule.rate(period),
    targets: [
      new LambdaTarget(target, { deadLetterQueue: deadLetters, retryAttempts: 2, maxEventAge: period }),
    ],
  });
}

/**
 * The mappings stand by themselves, so that they stay the same ones when callers of their functions name something else.
 * A new one of the stream would read its last day again.
 */
function buildStream(
  scope: Construct,
  name: string,
  { target, prefix, windowSeconds }: StreamTarget,
  sources: EventSources,
): void {
  const { table, functionOf } = sources;
  if (!table.tableStreamArn) throw new Error("The table has no stream");
  const reader = functionOf(target);
  table.grantStreamRead(reader);
  new EventSourceMapping(scope, `${name}-mapping`, {
    target: reader,
    eventSourceArn: table.tableStreamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 100,
    maxBatchingWindow: Duration.seconds(windowSeconds),
    filters: [
      FilterCriteria.filter({
        eventName: FilterRule.isEqual("INSERT"),
        dynamodb: { Keys: { pk: { S: FilterRule.beginsWith(prefix) } } },
      }),
    ],
    // One bad record must not block its shard. Lambda bisects the batch, then sends that record to the queue alone.
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    retryAttempts: 10,
    maxRecordAge: Duration.hours(23),
    onFailure: new SqsDlq(requireQueue(sources.deadLetters, name)),
  });
}
