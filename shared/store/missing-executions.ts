// Runs whose state machine was looked for and not found: since when, in the run's own item, so that the next look knows.
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { KEYS } from "../contract/table.ts";
import { ConditionFailed, callTable, openTable } from "./client.ts";

/** The first note stays. */
export async function noteMissingExecution(id: string, now: Date): Promise<void> {
  await updateMissingSince(id, "SET missingSince = :now", "attribute_not_exists(missingSince)", {
    ":now": now.toISOString(),
  });
}

/** It was found again: the next time is a first time. */
export async function clearMissingExecution(id: string): Promise<void> {
  await updateMissingSince(id, "REMOVE missingSince", "attribute_exists(missingSince)", {});
}

/** Only while the run is under way. It is no change of the run: its audit tells nothing of it. */
async function updateMissingSince(
  id: string,
  update: string,
  condition: string,
  values: object,
): Promise<void> {
  const { documents, table: TableName } = openTable();
  const command = new UpdateCommand({
    TableName,
    Key: KEYS.execution(id),
    UpdateExpression: update,
    ConditionExpression: `#status = :running AND ${condition}`,
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ...values, ":running": "RUNNING" },
  });
  try {
    await callTable(() => documents.send(command));
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}
