// Incidents: the latest report of each; an older one never overwrites a newer one.
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { KEYS } from "../contract/table.ts";
import { Incident } from "../domain/incident.ts";
import { ConditionFailed, call, table } from "./client.ts";
import { get } from "./read.ts";

const Stored = z.object({
  incident: z
    .string()
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(Incident),
});

export async function getIncident(id: string): Promise<Incident | null> {
  const stored = await get(Stored, KEYS.incident(id));
  return stored?.incident ?? null;
}

/** Keeps the report if it is newer than what is stored: `order` sorts as reports do. True if it was kept. */
export async function keepReport(incident: Incident, order: string): Promise<boolean> {
  const { documents, table: TableName } = table();
  const Item = { ...KEYS.incident(incident.id), reportOrder: order, incident: JSON.stringify(incident) };
  const put = new PutCommand({
    TableName,
    Item,
    ConditionExpression: "attribute_not_exists(pk) OR reportOrder < :order",
    ExpressionAttributeValues: { ":order": order },
  });
  try {
    await call(() => documents.send(put));
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}
