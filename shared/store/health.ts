// Whether the table answers: the cheapest read there is, of an item that need not exist.
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { call, table } from "./client.ts";

/** Throws `unavailable` or `internal_error` where the table cannot be read. */
export async function reachTable(): Promise<void> {
  const { documents, table: TableName } = table();
  await call(() => documents.send(new GetCommand({ TableName, Key: { pk: "health", sk: "health" } })));
}
