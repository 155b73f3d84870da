// Whether a table has the keys and indexes of the contract: what cannot be added to a restored table in a moment.
import type { KeySchemaElement, TableDescription } from "@aws-sdk/client-dynamodb";
import { INDEXES, TABLE } from "../../../shared/contract/table.ts";

/** Returns what is wrong with the table and what to do, in one line; null: nothing is. */
export function findTableProblem(table: TableDescription): string | null {
  const name = table.TableName;
  if (table.TableStatus !== "ACTIVE")
    return `The table ${name} is ${table.TableStatus}: wait until it is ACTIVE, then run this again.`;
  if (keysOf(table.KeySchema) !== keysOf(toSchema(TABLE)))
    return `The table ${name} is not one of this service: its keys are ${keysOf(table.KeySchema)}, not ${keysOf(toSchema(TABLE))}.`;
  const wrong = Object.entries(INDEXES).flatMap(([index, keys]) => {
    const found = table.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === index);
    if (!found) return [`${index} is missing`];
    if (keysOf(found.KeySchema) !== keysOf(toSchema(keys))) return [`${index} has other keys`];
    if (found.Projection?.ProjectionType !== "KEYS_ONLY") return [`${index} holds more than keys`];
    return found.IndexStatus === "ACTIVE" ? [] : [`${index} is ${found.IndexStatus}`];
  });
  return wrong.length === 0
    ? null
    : `The table ${name} lacks indexes (${wrong.join(", ")}): restore again with all indexes, or wait until they are ACTIVE, then run this again.`;
}

const toSchema = (keys: { partitionKey: string; sortKey: string }): KeySchemaElement[] => [
  { AttributeName: keys.partitionKey, KeyType: "HASH" },
  { AttributeName: keys.sortKey, KeyType: "RANGE" },
];

const keysOf = (schema: readonly KeySchemaElement[] | undefined) =>
  (schema ?? []).map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`).join(", ");
