// ARNs and URLs of resources on the local stack, in AWS's formats.
import { type OwnKey, secretNameOf } from "../../../shared/contract/own-keys.ts";

const PARTITION = "aws";
export const ACCOUNT = "000000000000";
export const DEFAULT_REGION = "eu-central-1";
export const STATE_MACHINE = "runbook-executions";
export const KEY_ALIAS = "alias/runbooks";
export const SCHEDULE_GROUP = "runbooks";

export type Arns = ReturnType<typeof buildArns>;

export function buildArns(region: string) {
  const arn = (service: string, resource: string) =>
    `arn:${PARTITION}:${service}:${region}:${ACCOUNT}:${resource}`;
  return {
    partition: PARTITION,
    region,
    stateMachine: arn("states", `stateMachine:${STATE_MACHINE}`),
    execution: (name: string) => arn("states", `execution:${STATE_MACHINE}:${name}`),
    stateMachineRole: `arn:${PARTITION}:iam::${ACCOUNT}:role/${STATE_MACHINE}`,
    function: (name: string) => arn("lambda", `function:${name}`),
    queue: (name: string) => arn("sqs", name),
    eventBus: (name: string) => arn("events", `event-bus/${name}`),
    rule: (bus: string, name: string) => arn("events", `rule/${bus === "default" ? "" : `${bus}/`}${name}`),
    schedulerRole: `arn:aws:iam::${ACCOUNT}:role/runbooks-scheduler`,
    schedule: (group: string, name: string) => arn("scheduler", `schedule/${group}/${name}`),
    key: (id: string) => arn("kms", `key/${id}`),
    secret: (name: string) => arn("secretsmanager", `secret:${name}`),
    ownKey: (key: OwnKey) => arn("secretsmanager", `secret:${secretNameOf(key)}`),
  };
}
