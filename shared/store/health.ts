// Whether the table answers: the cheapest read there is, of an item that need not exist.
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { callTable, openTable } from "./client.ts";

/** Throws `unavailable` or `internal_error` where the table cannot be read. */
export async function pingTable(): Promise<void> {
  const { documents, table: TableName } = openTable();
  await callTable(() => documents.send(new GetCommand({ TableName, Key: { pk: "health", sk: "health" } })));
}
