// Queues between the buses and the functions: encrypted, TLS only, and a dead-letter queue where nothing is lost.
import { Duration, Validations } from "aws-cdk-lib";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { QUEUE, RULES, SCHEDULES, STREAM_TARGETS } from "../../shared/contract/events.ts";
import { timeoutOf } from "./function.ts";

const SAFE = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(QUEUE.retentionDays),
} as const;

/** One for each rule, schedule and reader of the stream, by its name. */
export function buildDeadLetters(scope: Construct): ReadonlyMap<string, Queue> {
  const names = [RULES, SCHEDULES, STREAM_TARGETS].flatMap((kind) => Object.keys(kind));
  return new Map(names.map((name) => [name, deadLetterQueue(scope, name)]));
}

/** One for each rule, by its name: what its function has not taken yet. */
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

export function requireQueue(queues: ReadonlyMap<string, Queue>, name: string): Queue {
  const queue = queues.get(name);
  if (!queue) throw new Error(`${name} has no such queue`);
  return queue;
}

/** The queues of the rules, for their functions, as the contract writes it: `rule=URL`, comma separated. */
export function queueVariable(queues: ReadonlyMap<string, Queue>): string {
  return Object.keys(RULES)
    .map((name) => `${name}=${requireQueue(queues, name).queueUrl}`)
    .join(",");
}

/** Messages that could not be processed, until somebody sends them back. */
function deadLetterQueue(scope: Construct, name: string): Queue {
  const queue = new Queue(scope, `${name}-dead-letters`, SAFE);
  Validations.of(queue).acknowledge({
    id: "AwsSolutions-SQS3",
    reason:
      "It is a dead-letter queue itself: there is nowhere further to go, and an alarm watches its depth",
  });
  return queue;
}

/** `consumer`: the timeout of the function that reads it. A message comes back only after six of them, as AWS advises. */
function workQueue(scope: Construct, name: string, deadLetters: Queue, consumer: Duration): Queue {
  return new Queue(scope, `${name}-queue`, {
    ...SAFE,
    visibilityTimeout: Duration.seconds(6 * consumer.toSeconds()),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: QUEUE.maxReceives },
  });
}
