// `missingSince` in an execution's item: when the reconciler first failed to find its state machine execution.
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { KEYS } from "../contract/table.ts";
import { ConditionFailed, callTable, openTable } from "./client.ts";

/** Sets the time, unless it is already set. */
export async function noteMissingExecution(id: string, now: Date): Promise<void> {
  await updateMissingSince(id, "SET missingSince = :now", "attribute_not_exists(missingSince)", {
    ":now": now.toISOString(),
  });
}

/** Removes the time after the state machine execution was found. */
export async function clearMissingExecution(id: string): Promise<void> {
  await updateMissingSince(id, "REMOVE missingSince", "attribute_exists(missingSince)", {});
}

/** Updates only RUNNING executions. Writes no audit entry, because the state of the execution does not change. */
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
