// What EventBridge Scheduler needs: a group for the schedules of sources, and the role with which it sends to their queue.
// The schedules themselves are made by the service, as the table says.
import type { Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Variable } from "../../../shared/contract/env.ts";
import { SOURCE_MESSAGES } from "../../../shared/contract/events.ts";
import { requireQueue } from "./queues.ts";

type Queues = ReadonlyMap<string, Queue>;
type Scheduler = {
  /** `arn:…:schedule/<group>/*` */
  schedulesArn: string;
  roleArn: string;
  variables: Pick<Record<Variable, string>, ScheduleVariable>;
};
type ScheduleVariable = Extract<Variable, `SCHEDULE_${string}`>;

export function buildScheduler(
  stack: Stack,
  groupName: string,
  { queues, deadLetters }: { queues: Queues; deadLetters: Queues },
): Scheduler {
  const group = new CfnScheduleGroup(stack, "ScheduleGroup", { name: groupName });
  const queue = requireQueue(queues, SOURCE_MESSAGES);
  const deadLetterQueue = requireQueue(deadLetters, SOURCE_MESSAGES);
  // Of all that Scheduler does for this account, only for schedules of this group.
  const conditions = {
    StringEquals: { "aws:SourceAccount": stack.account, "aws:SourceArn": group.attrArn },
  };
  const role = new Role(stack, "SchedulerRole", {
    description: "EventBridge Scheduler sends to the queue of sources",
    assumedBy: new ServicePrincipal("scheduler.amazonaws.com", { conditions }),
  });
  queue.grantSendMessages(role);
  deadLetterQueue.grantSendMessages(role);
  return {
    schedulesArn: stack.formatArn({
      service: "scheduler",
      resource: "schedule",
      resourceName: `${groupName}/*`,
    }),
    roleArn: role.roleArn,
    variables: {
      SCHEDULE_GROUP: groupName,
      SCHEDULE_ROLE_ARN: role.roleArn,
      SCHEDULE_QUEUE_ARN: queue.queueArn,
      SCHEDULE_DEAD_LETTER_QUEUE_ARN: deadLetterQueue.queueArn,
    },
  };
}
