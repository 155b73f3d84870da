// Runs whose state machine was looked for and not found: since when, in the run's own item, so that the next look knows.
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { KEYS } from "../contract/table.ts";
import { ConditionFailed, call, table } from "./client.ts";

/** The first note stays. */
export async function machineIsMissing(id: string, now: Date): Promise<void> {
  await note(id, "SET missingSince = :now", "attribute_not_exists(missingSince)", {
    ":now": now.toISOString(),
  });
}

/** It was found again: the next time is a first time. */
export async function machineIsThere(id: string): Promise<void> {
  await note(id, "REMOVE missingSince", "attribute_exists(missingSince)", {});
}

/** Only while the run is under way. It is no change of the run: its audit tells nothing of it. */
async function note(id: string, update: string, condition: string, values: object): Promise<void> {
  const { documents, table: TableName } = table();
  const command = new UpdateCommand({
    TableName,
    Key: KEYS.execution(id),
    UpdateExpression: update,
    ConditionExpression: `#status = :running AND ${condition}`,
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ...values, ":running": "RUNNING" },
  });
  try {
    await call(() => documents.send(command));
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}
