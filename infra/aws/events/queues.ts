// SQS queues between event buses and functions, and dead-letter queues. All are encrypted and require TLS.
import { Duration, Validations } from "aws-cdk-lib";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { QUEUE, RULES, SCHEDULES, STREAM_TARGETS } from "../../../shared/contract/events.ts";
import { timeoutOf } from "../functions/function.ts";

const SAFE = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(QUEUE.retentionDays),
} as const;

/** Builds a dead-letter queue for each rule, schedule and stream target. The name of the source is the map's key. */
export function buildDeadLetters(scope: Construct): ReadonlyMap<string, Queue> {
  const names = [RULES, SCHEDULES, STREAM_TARGETS].flatMap((kind) => Object.keys(kind));
  return new Map(names.map((name) => [name, deadLetterQueue(scope, name)]));
}

/** Builds the queue of each rule. The rule's name is the map's key. */
export function buildEventQueues(
  scope: Construct,
  deadLetters: ReadonlyMap<string, Queue>,
): ReadonlyMap<string, Queue> {
  const queues = Object.entries(RULES).map(([name, { target }]) => {
    const consumer = timeoutOf({ name: target, kind: "events" });
    return [name, workQueue(scope, name, requireQueue(deadLetters, name), consumer)] as const;
  });
  return new Map(queues);
}

/** Where EventBridge puts events that it cannot encrypt. The key that it failed with is not the one of this queue. */
export const BUS_DEAD_LETTERS = "bus-dead-letters";

export const buildBusDeadLetters = (scope: Construct) => deadLetterQueue(scope, "bus");

export function requireQueue(queues: ReadonlyMap<string, Queue>, name: string): Queue {
  const queue = queues.get(name);
  if (!queue) throw new Error(`There is no queue for ${name}`);
  return queue;
}

/** Returns the queues of the rules in the contract's format: `rule=URL`, separated by commas. */
export function queueVariable(queues: ReadonlyMap<string, Queue>): string {
  return Object.keys(RULES)
    .map((name) => `${name}=${requireQueue(queues, name).queueUrl}`)
    .join(",");
}

/** Builds a queue for messages that could not be processed. An operator redrives them. */
function deadLetterQueue(scope: Construct, name: string): Queue {
  const queue = new Queue(scope, `${name}-dead-letters`, SAFE);
  Validations.of(queue).acknowledge({
    id: "AwsSolutions-SQS3",
    reason: "It is itself a dead-letter queue, and an alarm watches its depth",
  });
  return queue;
}

/** `consumer`: the consumer's timeout. The visibility timeout is six times that, as AWS recommends. */
function workQueue(scope: Construct, name: string, deadLetters: Queue, consumer: Duration): Queue {
  return new Queue(scope, `${name}-queue`, {
    ...SAFE,
    visibilityTimeout: Duration.seconds(6 * consumer.toSeconds()),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: QUEUE.maxReceives },
  });
}
