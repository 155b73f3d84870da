// Which queues there are: one for each rule, and one for what its function could not take.
import { RULES } from "../../shared/contract/events.ts";
import { ACCOUNT } from "./arns.ts";

export const deadLetterQueue = (queue: string) => `${queue}-dead-letters`;
export const queueUrl = (endpoint: string, queue: string) => `${endpoint}/${ACCOUNT}/${queue}`;

export type RuleData = { bus: string; pattern: Record<string, unknown>; target: string };
export const CONTRACT_RULES: Readonly<Record<string, RuleData>> = RULES;

export function queueNames(rules: Readonly<Record<string, RuleData>>): string[] {
  return Object.keys(rules).flatMap((rule) => [rule, deadLetterQueue(rule)]);
}
