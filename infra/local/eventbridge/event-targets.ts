// EventBridge operations on targets of rules. Targets are queues of the local stack and receive the whole event.
import * as z from "zod";
import type { Arns } from "../platform/arns.ts";
import { AwsError } from "../platform/errors.ts";
import { type QueueDirectory, queueName } from "../sqs/queue-directory.ts";
import { type Operation, operation } from "../wire/aws-endpoint.ts";
import { supportedInput } from "../wire/offered.ts";
import { paging, toPage } from "../wire/paging.ts";
import { busName, requireChangeable, requireRule, ruleName } from "./event-names.ts";
import type { Rules } from "./rules.ts";

/** AWS's limit. */
const MAX_TARGETS = 5;
const Target = supportedInput({ Id: ruleName, Arn: z.string().min(1).max(1600) });
const atRule = { Rule: ruleName, EventBusName: busName };
const PutTargets = supportedInput({ ...atRule, Targets: z.array(Target).min(1).max(100) });
const RemoveTargets = supportedInput({
  ...atRule,
  Ids: z.array(ruleName).min(1).max(100),
  Force: z.boolean().optional(),
});
const ListTargetsByRule = supportedInput({ ...atRule, ...paging });

export function targetOperations(
  rules: Rules,
  directory: QueueDirectory,
  arns: Arns,
): Record<string, Operation> {
  const requireTargetQueue = ({ Id, Arn }: z.output<typeof Target>): string => {
    const queue = queueName(Arn);
    if (directory.has(queue) && Arn === arns.queue(queue)) return queue;
    throw new AwsError(
      "ValidationException",
      `Target ${Id}: ${Arn} is not an SQS queue of the local stack, the only kind of target that it supports; see docs/local-host.md`,
    );
  };
  return {
    PutTargets: operation(PutTargets, ({ Rule: name, EventBusName, Targets }) => {
      const rule = requireChangeable(requireRule(rules, EventBusName, name));
      const added = Object.fromEntries(Targets.map((target) => [target.Id, requireTargetQueue(target)]));
      const targets = { ...rule.targets, ...added };
      if (Object.keys(targets).length > MAX_TARGETS) {
        throw new AwsError("LimitExceededException", `A rule can have ${MAX_TARGETS} targets at most.`);
      }
      rules.put({ ...rule, targets });
      return { FailedEntryCount: 0, FailedEntries: [] };
    }),
    RemoveTargets: operation(RemoveTargets, ({ Rule: name, EventBusName, Ids }) => {
      const rule = requireChangeable(requireRule(rules, EventBusName, name));
      const kept = Object.entries(rule.targets).filter(([id]) => !Ids.includes(id));
      rules.put({ ...rule, targets: Object.fromEntries(kept) });
      const missing = Ids.filter((id) => !Object.hasOwn(rule.targets, id));
      return { FailedEntryCount: missing.length, FailedEntries: missing.map(targetNotFound) };
    }),
    ListTargetsByRule: operation(ListTargetsByRule, ({ Rule: name, EventBusName, ...asked }) => {
      const targets = Object.entries(requireRule(rules, EventBusName, name).targets);
      const { page, ...next } = toPage(targets, ([id]) => id, asked);
      return { Targets: page.map(([Id, queue]) => ({ Id, Arn: arns.queue(queue) })), ...next };
    }),
  };
}

function targetNotFound(TargetId: string) {
  return { TargetId, ErrorCode: "ResourceNotFoundException", ErrorMessage: "The rule has no such target." };
}
