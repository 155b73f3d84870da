// The contract's queues: one for each rule, and dead-letter queues.
import { QUEUE, RULES } from "../../../shared/contract/events.ts";
import { ACCOUNT, type Arns } from "../platform/arns.ts";
import type { AttributesInput } from "./queue-attributes.ts";

export const deadLetterQueue = (queue: string) => `${queue}-dead-letters`;
export const queueUrl = (endpoint: string, queue: string) => `${endpoint}/${ACCOUNT}/${queue}`;

export type RuleData = {
  bus: string;
  pattern: Record<string, unknown>;
  partnerPattern?: Record<string, unknown>;
  target: string;
};
export const CONTRACT_RULES: Readonly<Record<string, RuleData>> = RULES;

/** A rule's queue has the same retention as its dead-letter queue. */
export function contractQueues(
  rules: Readonly<Record<string, RuleData>>,
  arns: Arns,
): Record<string, AttributesInput> {
  const MessageRetentionPeriod = String(QUEUE.retentionDays * 86_400);
  const redrive = (rule: string) => {
    const deadLetterTargetArn = arns.queue(deadLetterQueue(rule));
    return JSON.stringify({ deadLetterTargetArn, maxReceiveCount: QUEUE.maxReceives });
  };
  const queues = Object.keys(rules).flatMap((rule) => [
    [rule, { MessageRetentionPeriod, RedrivePolicy: redrive(rule) }],
    [deadLetterQueue(rule), { MessageRetentionPeriod }],
  ]);
  return Object.fromEntries(queues);
}
