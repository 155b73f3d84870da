// Turns a grant into IAM policy statements: exact actions on exact resources.

import { ArnFormat, type Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { LIST_KINDS, type ListName } from "../../../shared/contract/lists.ts";
import type { OwnKey } from "../../../shared/contract/own-keys.ts";
import { PARTITIONS } from "../../../shared/contract/partitions.ts";
import { type Purpose, TEAM_TAG } from "../../../shared/contract/secrets.ts";
import type { Options } from "../options/options.ts";
import { qualify } from "../options/update-options.ts";
import type { Grant } from "./grants.ts";

export type Resources = {
  stateMachineName: string;
  tableArn: string;
  keyArn: string;
  ownKeyArns: Record<OwnKey, string>;
  stateMachineArn: string;
  /** `arn:…:execution:<state machine>:*` */
  executionsArn: string;
  secretsArn: string;
  functionArn: (name: string) => string;
  busArn: string;
  /** Of each rule's queue. */
  queueArns: Readonly<Record<string, string>>;
  /** The schedules of the service, and the role that it passes to them. */
  scheduler: { schedulesArn: string; roleArn: string };
};

export function buildStatements(grant: Grant, on: Resources): PolicyStatement[] {
  return [
    ...tableStatements(grant, on),
    ...keyStatements(grant, on),
    ...ownKeyStatements(grant, on),
    ...executionStatements(grant, on),
    ...invokeStatements(grant, on),
    ...sendStatements(grant, on),
    ...scheduleStatements(grant, on),
  ].concat(
    grant.taggedSecrets ? secretStatement(on) : [],
    grant.publishes ? new PolicyStatement({ actions: ["events:PutEvents"], resources: [on.busArn] }) : [],
  );
}

/** IAM authorizes a transaction item by item, by the action of each item. */
const TABLE_ACTIONS = {
  get: "dynamodb:GetItem",
  batch: "dynamodb:BatchGetItem",
  query: "dynamodb:Query",
  put: "dynamodb:PutItem",
  update: "dynamodb:UpdateItem",
  check: "dynamodb:ConditionCheckItem",
} as const;

function tableStatements({ table = {} }: Grant, { tableArn }: Resources): PolicyStatement[] {
  const actions = Object.keys(TABLE_ACTIONS) as (keyof typeof TABLE_ACTIONS)[];
  const onPartitions = actions.flatMap((action) => {
    const keys = (table[action] ?? []).map((name) => PARTITIONS[name]);
    return keys.length > 0 ? [onLeadingKeys(TABLE_ACTIONS[action], tableArn, keys)] : [];
  });
  return [...onPartitions, ...listStatements(table.lists ?? [], tableArn)];
}

/** An index serves several lists: the beginning of its partition key tells them apart. */
function listStatements(lists: readonly ListName[], tableArn: string): PolicyStatement[] {
  const indexes = [...new Set(lists.map((name) => LIST_KINDS[name].index))];
  return indexes.map((index) => {
    const keys = lists.map((name) => LIST_KINDS[name]).filter((list) => list.index === index);
    const patterns = keys.map(({ kind }) => `${kind}#*`);
    return onLeadingKeys(TABLE_ACTIONS.query, `${tableArn}/index/${index}`, patterns);
  });
}

function onLeadingKeys(action: string, resource: string, keys: readonly string[]): PolicyStatement {
  const conditions = { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": keys } };
  return new PolicyStatement({ actions: [action], resources: [resource], conditions });
}

function keyStatements({ encrypts = [], decrypts = [] }: Grant, { keyArn }: Resources): PolicyStatement[] {
  const keyActions = (action: string, purposes: readonly Purpose[]) => {
    const context = {
      "kms:EncryptionContext:service": "runbooks",
      "kms:EncryptionContext:purpose": purposes,
    };
    const statement = { actions: [action], resources: [keyArn], conditions: { StringEquals: context } };
    return purposes.length > 0 ? [new PolicyStatement(statement)] : [];
  };
  return [...keyActions("kms:Encrypt", encrypts), ...keyActions("kms:Decrypt", decrypts)];
}

function ownKeyStatements({ readsKeys = [] }: Grant, { ownKeyArns }: Resources): PolicyStatement[] {
  if (readsKeys.length === 0) return [];
  const resources = readsKeys.map((key) => ownKeyArns[key]);
  return [new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources })];
}

/** The action of each verb, and its resource: the state machine or its executions. */
const EXECUTION_ACTIONS = {
  Start: { action: "states:StartExecution", on: "stateMachineArn" },
  Describe: { action: "states:DescribeExecution", on: "executionsArn" },
  Stop: { action: "states:StopExecution", on: "executionsArn" },
  EndWait: { action: "states:SendTaskSuccess", on: "stateMachineArn" },
} as const;

function invokeStatements({ invokes = [] }: Grant, { functionArn }: Resources): PolicyStatement[] {
  if (invokes.length === 0) return [];
  return [new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: invokes.map(functionArn) })];
}

function sendStatements({ sends = [] }: Grant, { queueArns }: Resources): PolicyStatement[] {
  if (sends.length === 0) return [];
  const resources = sends.flatMap((rule) => queueArns[rule] ?? []);
  return [new PolicyStatement({ actions: ["sqs:SendMessage"], resources })];
}

/** AWS offers the list for no narrower resource. */
function scheduleStatements({ schedules }: Grant, { scheduler }: Resources): PolicyStatement[] {
  if (!schedules) return [];
  return [
    new PolicyStatement({
      actions: ["scheduler:CreateSchedule", "scheduler:DeleteSchedule"],
      resources: [scheduler.schedulesArn],
    }),
    new PolicyStatement({ actions: ["scheduler:ListSchedules"], resources: ["*"] }),
    new PolicyStatement({
      actions: ["iam:PassRole"],
      resources: [scheduler.roleArn],
      conditions: { StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" } },
    }),
  ];
}

function executionStatements({ executions = [] }: Grant, resources: Resources): PolicyStatement[] {
  return executions.map((verb) => {
    const { action, on } = EXECUTION_ACTIONS[verb];
    return new PolicyStatement({ actions: [action], resources: [resources[on]] });
  });
}

function secretStatement({ secretsArn }: Resources): PolicyStatement {
  return new PolicyStatement({
    actions: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
    resources: [secretsArn],
    // IAM requires the tag. The function compares its team, because it knows the runbook's team.
    conditions: { Null: { [`aws:ResourceTag/${TEAM_TAG}`]: "false" } },
  });
}

/**
 * Returns the ARNs that grants refer to. Builds the ARN of the state machine from its name: a reference would be
 * circular, because functions start the state machine and the state machine calls functions.
 */
export function buildResources(
  stack: Stack,
  options: Pick<Options, "stackName" | "gradualUpdates">,
  built: Pick<Resources, "tableArn" | "keyArn" | "ownKeyArns" | "busArn" | "queueArns" | "scheduler">,
): Resources {
  const { stackName } = options;
  const stateMachineName = `${stackName}-execution`;
  const arn = (service: string, resource: string, resourceName: string) =>
    stack.formatArn({ service, resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  return {
    ...built,
    stateMachineName,
    stateMachineArn: arn("states", "stateMachine", stateMachineName),
    executionsArn: arn("states", "execution", `${stateMachineName}:*`),
    secretsArn: arn("secretsmanager", "secret", "*"),
    functionArn: (name) => arn("lambda", "function", qualify(`${stackName}-${name}`, options)),
  };
}
