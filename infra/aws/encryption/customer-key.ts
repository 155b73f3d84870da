// One key of the customer's for all that is stored: table, logs, queues, bus, archive, secrets and environments.
import { CfnResource, RemovalPolicy, type Stack } from "aws-cdk-lib";
import { CfnGlobalTable } from "aws-cdk-lib/aws-dynamodb";
import { CfnArchive, CfnEventBus } from "aws-cdk-lib/aws-events";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { CfnFunction } from "aws-cdk-lib/aws-lambda";
import { CfnLogGroup } from "aws-cdk-lib/aws-logs";
import { CfnSecret } from "aws-cdk-lib/aws-secretsmanager";
import { CfnQueue } from "aws-cdk-lib/aws-sqs";
import { BUS_DEAD_LETTERS } from "../events/queues.ts";
import type { Options } from "../options/options.ts";

/** Returns the ARN of the key that the deployment names, or of one that the stack makes; null: AWS's own keys. */
export function buildCustomerKey(stack: Stack, options: Options): string | null {
  if (options.customerKeyArn !== undefined) return options.customerKeyArn;
  if (!options.customerKeys) return null;
  const key = new Key(stack, "CustomerKey", {
    alias: `${options.stackName}/data`,
    description: "Encrypts table, logs, queues, event bus, secrets and environments of the service",
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  for (const statement of listServiceStatements(stack)) key.addToResourcePolicy(statement);
  return key.keyArn;
}

/** What AWS's services do with the key on their own. A key that the deployment names needs the same: docs/deploying.md. */
function listServiceStatements({ region, account, partition, urlSuffix }: Stack): PolicyStatement[] {
  const statement = (sid: string, service: string, actions: string[], conditions: object) =>
    new PolicyStatement({
      sid,
      principals: [new ServicePrincipal(service)],
      actions,
      resources: ["*"],
      conditions: { ...conditions },
    });
  const events = "events.amazonaws.com";
  return [
    statement("Logs", `logs.${region}.${urlSuffix}`, USE, {
      ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account}:*` },
    }),
    statement("EventsOfTheBus", events, USE, {
      ArnLike: {
        "kms:EncryptionContext:aws:events:event-bus:arn": `arn:${partition}:events:${region}:${account}:event-bus/*`,
      },
    }),
    statement("EventsIntoQueues", events, ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"], {
      StringEquals: { "aws:SourceAccount": account },
    }),
  ];
}

const USE = [
  "kms:Encrypt",
  "kms:Decrypt",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:DescribeKey",
];

/** Encrypts everything in the stack that stores something. Call it when all of it is built. */
export function encryptWith(stack: Stack, keyArn: string): void {
  for (const construct of stack.node.findAll())
    if (CfnResource.isCfnResource(construct)) encrypt(construct, keyArn);
}

function encrypt(resource: CfnResource, keyArn: string): void {
  if (resource instanceof CfnLogGroup || resource instanceof CfnSecret) resource.kmsKeyId = keyArn;
  if (resource instanceof CfnFunction) resource.kmsKeyArn = keyArn;
  if (resource instanceof CfnEventBus || resource instanceof CfnArchive) resource.kmsKeyIdentifier = keyArn;
  if (resource instanceof CfnQueue && resource.node.scope?.node.id !== BUS_DEAD_LETTERS) {
    resource.sqsManagedSseEnabled = undefined;
    resource.kmsMasterKeyId = keyArn;
  }
  if (resource instanceof CfnGlobalTable) encryptTable(resource, keyArn);
}

function encryptTable(table: CfnGlobalTable, keyArn: string): void {
  table.addPropertyOverride("SSESpecification", { SSEEnabled: true, SSEType: "KMS" });
  table.addPropertyOverride("Replicas.0.SSESpecification.KMSMasterKeyId", keyArn);
}
