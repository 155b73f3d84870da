// What a role needs of the customer's key, as data: it follows from what the role may do with what the key encrypts.
import type { Stack } from "aws-cdk-lib";
import { Policy, PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import { CfnFunction } from "aws-cdk-lib/aws-lambda";
import type { Options } from "../options/options.ts";

type Updates = Pick<Options, "gradualUpdates">;
type Conditions = Record<string, Record<string, string | string[]>>;

/** `via`: the service that uses the key for the role. The role itself cannot use it past that service. */
type Need = { may: RegExp; via: string; needs: readonly string[] };

/** As AWS documents it for customer managed keys of each service. */
const NEEDS: readonly Need[] = [
  { may: /^dynamodb:/, via: "dynamodb", needs: ["kms:Decrypt", "kms:DescribeKey"] },
  {
    may: /^dynamodb:(Put|Update)Item$/,
    via: "dynamodb",
    needs: [
      "kms:Encrypt",
      "kms:GenerateDataKey",
      "kms:GenerateDataKeyWithoutPlaintext",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
    ],
  },
  { may: /^sqs:ReceiveMessage$/, via: "sqs", needs: ["kms:Decrypt"] },
  { may: /^sqs:SendMessage$/, via: "sqs", needs: ["kms:Decrypt", "kms:GenerateDataKey"] },
  { may: /^secretsmanager:GetSecretValue$/, via: "secretsmanager", needs: ["kms:Decrypt"] },
];

/** Grants every role of a function what it needs of the key. Call it when the roles have all their other rights. */
export function grantCustomerKey(stack: Stack, keyArn: string, { gradualUpdates }: Updates): void {
  const functions = stack.node.findAll().filter((construct) => construct instanceof CfnFunction);
  for (const { functionName, role: roleArn } of functions) {
    const role = stack.node.findAll().find((found) => found instanceof Role && found.roleArn === roleArn);
    if (!(role instanceof Role) || functionName === undefined)
      throw new Error("A function has a role and a name");
    const environment = environmentOf(arnOf(stack, functionName), gradualUpdates !== "none");
    for (const statement of listStatements(stack, role, environment, keyArn))
      role.addToPrincipalPolicy(statement);
  }
}

/** Whether AWS names the version here is not documented. */
function environmentOf(functionArn: string, hasVersions: boolean): Conditions {
  const context = "kms:EncryptionContext:aws:lambda:FunctionArn";
  return hasVersions
    ? { StringLike: { [context]: [functionArn, `${functionArn}:*`] } }
    : { StringEquals: { [context]: functionArn } };
}

function listStatements(
  stack: Stack,
  role: Role,
  environment: Conditions,
  keyArn: string,
): PolicyStatement[] {
  const actions = listActions(stack, role);
  const needed = NEEDS.filter(({ may }) => actions.some((action) => may.test(action)));
  const services = [...new Set(needed.map(({ via }) => via))];
  const resources = [keyArn];
  return [
    new PolicyStatement({ actions: ["kms:Decrypt"], resources, conditions: environment }),
    ...services.map((service) => {
      const own = needed.filter(({ via }) => via === service).flatMap(({ needs }) => needs);
      const via = `${service}.${stack.region}.${stack.urlSuffix}`;
      const conditions = { StringEquals: { "kms:ViaService": via } };
      return new PolicyStatement({ actions: [...new Set(own)], resources, conditions });
    }),
  ];
}

const arnOf = (stack: Stack, name: string) =>
  `arn:${stack.partition}:lambda:${stack.region}:${stack.account}:function:${name}`;

type Document = { Statement?: { Action: string | string[] }[] };

function listActions(stack: Stack, role: Role): string[] {
  const policies = role.node.findAll().filter((construct) => construct instanceof Policy);
  return policies.flatMap(({ document }) => {
    const { Statement = [] } = (stack.resolve(document) ?? {}) as Document;
    return Statement.flatMap(({ Action }) => Action);
  });
}
