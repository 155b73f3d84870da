// The table's stream: which of its records are new audit entries.
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import { SORT_PREFIXES } from "../contract/table.ts";
import { AuditEntry } from "../domain/audit.ts";
import { parseItem } from "./read.ts";

/** The entry that was written, or null for any other record. */
export function parseAuditEntry({ eventName, dynamodb }: DynamoDBRecord): AuditEntry | null {
  const image = dynamodb?.NewImage;
  if (eventName === "REMOVE" || !image?.["sk"]?.S?.startsWith(SORT_PREFIXES.audit)) return null;
  // The stream's JSON is the table's, but for binary values, which no item of ours has.
  return parseItem(AuditEntry, unmarshall(image as Record<string, AttributeValue>));
}
