// Health check of the table: a GetItem of an item that need not exist, the cheapest read there is.
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { callTable, openTable } from "./client.ts";

/** @throws `unavailable` or `internal_error` if the table cannot be read. */
export async function pingTable(): Promise<void> {
  const { documents, table: TableName } = openTable();
  await callTable(() => documents.send(new GetCommand({ TableName, Key: { pk: "health", sk: "health" } })));
}
