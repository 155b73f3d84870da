// Finds new audit entries in the records of the table's stream: of runbooks and their executions, and of the controls.
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import type * as z from "zod";
import { SORT_PREFIXES } from "../contract/table.ts";
import { AuditEntry } from "../domain/audit.ts";
import { KillSwitchAuditEntry } from "../domain/kill-switches.ts";
import { parseItem } from "./read.ts";
import { fromStored } from "./stored-form.ts";

/** Returns the written audit entry, or null for any other record. */
export const parseAuditEntry = (record: DynamoDBRecord) => parseNew(AuditEntry, SORT_PREFIXES.audit, record);

/** Returns the written change of a kill switch, freeze window or source, or null for any other record. */
export const parseControlChange = (record: DynamoDBRecord) =>
  parseNew(KillSwitchAuditEntry, SORT_PREFIXES.killSwitchAudit, record);

function parseNew<T>(
  schema: z.ZodType<T>,
  sortPrefix: string,
  { eventName, dynamodb }: DynamoDBRecord,
): T | null {
  const image = dynamodb?.NewImage;
  if (eventName !== "INSERT" || !image?.["sk"]?.S?.startsWith(sortPrefix)) return null;
  // The Lambda type differs from the SDK's only in binary values, which no item has.
  return parseItem(schema, fromStored(unmarshall(image as Record<string, AttributeValue>)));
}
