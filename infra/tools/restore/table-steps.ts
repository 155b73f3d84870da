// What makes a restored table one of this service again. DynamoDB restores items, keys and indexes, and nothing else.
import { setTimeout as pause } from "node:timers/promises";
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ListTagsOfResourceCommand,
  type TableDescription,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  type UpdateTableCommandInput,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { TABLE } from "../../../shared/contract/table.ts";
import { ToolError } from "../table/environment.ts";

/** `tagsOf`: the ARN of the table whose tags the restored one gets; null: none is named. */
export type Preparing = { client: DynamoDBClient; name: string; tagsOf: string | null };

const CHECK_MS = 500;
/** An update of a table takes seconds, seldom minutes. */
const ACTIVE_LIMIT_MS = 10 * 60_000;

export async function describeTable({ client, name }: Preparing): Promise<TableDescription> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
  if (!Table) throw new ToolError(`DynamoDB does not describe the table ${name}: try again.`);
  return Table;
}

/** DynamoDB takes one change of a table at a time. */
async function updateTable(to: Preparing, change: Omit<UpdateTableCommandInput, "TableName">): Promise<void> {
  await to.client.send(new UpdateTableCommand({ TableName: to.name, ...change }));
  const deadline = Date.now() + ACTIVE_LIMIT_MS;
  while ((await describeTable(to)).TableStatus !== "ACTIVE") {
    if (Date.now() > deadline)
      throw new ToolError(`The table ${to.name} is still being updated: run this again later.`);
    await pause(CHECK_MS);
  }
}

/** Each returns what it did, for people. Again on a prepared table, it changes nothing. */
export async function setExpiry({ client, name }: Preparing): Promise<string> {
  const { TimeToLiveDescription: found } = await client.send(
    new DescribeTimeToLiveCommand({ TableName: name }),
  );
  const isOn = found?.TimeToLiveStatus === "ENABLED" || found?.TimeToLiveStatus === "ENABLING";
  if (isOn && found.AttributeName === TABLE.expiry) return "was on";
  if (isOn)
    throw new ToolError(
      `Items of ${name} expire by ${found.AttributeName}, not by ${TABLE.expiry}: switch that off, wait an hour, then run this again.`,
    );
  const TimeToLiveSpecification = { Enabled: true, AttributeName: TABLE.expiry };
  await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
  return "switched on";
}

export async function setRecovery({ client, name }: Preparing): Promise<string> {
  const TableName = name;
  const { ContinuousBackupsDescription: found } = await client.send(
    new DescribeContinuousBackupsCommand({ TableName }),
  );
  if (found?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === "ENABLED") return "was on";
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
  await client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }));
  return "switched on";
}

export async function setProtection(to: Preparing): Promise<string> {
  if ((await describeTable(to)).DeletionProtectionEnabled) return "was on";
  await updateTable(to, { DeletionProtectionEnabled: true });
  return "switched on";
}

/** Only says what it found: a restore chooses the key, and another one changes who may read the table. */
export async function nameEncryption(to: Preparing): Promise<string> {
  const { SSEDescription: found } = await describeTable(to);
  if (found?.SSEType === "KMS") return `with KMS, ${found.KMSMasterKeyArn}`;
  return "not with KMS: aws dynamodb update-table --sse-specification Enabled=true,SSEType=KMS";
}

export async function copyTags(to: Preparing): Promise<string> {
  const { client, tagsOf } = to;
  if (tagsOf === null) return "left as they are: --tags-of OLD_TABLE copies them";
  const { TableArn } = await describeTable(to);
  const [wanted, present] = [await listTags(client, tagsOf), await listTags(client, TableArn)];
  const missing = wanted.filter(({ Key, Value }) => present.find((tag) => tag.Key === Key)?.Value !== Value);
  if (missing.length === 0) return "were there";
  await client.send(new TagResourceCommand({ ResourceArn: TableArn, Tags: missing }));
  return `copied: ${missing.map(({ Key }) => Key).join(", ")}`;
}

/** AWS sets its own tags (`aws:…`), and refuses them from others. */
async function listTags(client: DynamoDBClient, ResourceArn: string | undefined) {
  const tags = [];
  for (let NextToken: string | undefined; ; ) {
    const page = await client.send(new ListTagsOfResourceCommand({ ResourceArn, NextToken }));
    tags.push(...(page.Tags ?? []));
    NextToken = page.NextToken;
    if (!NextToken) return tags.filter(({ Key }) => !Key?.startsWith("aws:"));
  }
}

export async function setStream(to: Preparing): Promise<string> {
  const { StreamSpecification: found } = await describeTable(to);
  if (found?.StreamEnabled && found.StreamViewType === "NEW_IMAGE") return "was on";
  if (found?.StreamEnabled)
    throw new ToolError(
      `The stream of ${to.name} shows ${found.StreamViewType}, not NEW_IMAGE: switch it off, then run this again.`,
    );
  await updateTable(to, { StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" } });
  return "switched on";
}
