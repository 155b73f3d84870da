// Finds new audit entries in the records of the table's stream.
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import { SORT_PREFIXES } from "../contract/table.ts";
import { AuditEntry } from "../domain/audit.ts";
import { parseItem } from "./read.ts";
import { fromStored } from "./stored-form.ts";

/** Returns the written audit entry, or null for any other record. */
export function parseAuditEntry({ eventName, dynamodb }: DynamoDBRecord): AuditEntry | null {
  const image = dynamodb?.NewImage;
  if (eventName === "REMOVE" || !image?.["sk"]?.S?.startsWith(SORT_PREFIXES.audit)) return null;
  // The Lambda type differs from the SDK's only in binary values, which no item has.
  return parseItem(AuditEntry, fromStored(unmarshall(image as Record<string, AttributeValue>)));
}
