// Slots of a team's deliveries: numbered items, each taken by one attempt until it gives it back, or its time is over.
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { KEYS, SORT_PREFIXES } from "../contract/table.ts";
import { pickSlot, type TakenSlot } from "../domain/executions/delivery-turns.ts";
import type { Scope } from "../domain/scopes.ts";
import { ConditionFailed, callTable, openTable } from "./client.ts";
import { parseItem, queryRange } from "./read.ts";

const SlotRecord = z.object({ number: z.int(), holder: z.string(), untilMs: z.number() });

/** `holder` is unique to the attempt. */
export type DeliverySlot = { team: Scope; number: number; holder: string };
type Asked = { team: Scope; limit: number; holder: string; nowMs: number; untilMs: number };

/** Others may take a slot that was seen to be free. */
const MOST_TRIES = 3;

/**
 * Takes one of the team's slots; null: all are taken. The first try looks at nothing: with few deliveries it is enough.
 * Whoever finds no free slot has seen all of them taken, or has lost three to others.
 */
export async function takeDeliverySlot(asked: Asked, random: () => number): Promise<DeliverySlot | null> {
  const { team, limit, holder, nowMs } = asked;
  let number: number | null = Math.floor(random() * limit);
  for (let tried = 1; number !== null && tried <= MOST_TRIES; tried++) {
    if (await tryTake(number, asked)) return { team, number, holder };
    number = pickSlot(await listTaken(team), { limit, nowMs, chance: random() });
  }
  return null;
}

/** Gives it back, unless its time was over and another attempt has it. */
export async function returnDeliverySlot({ team, number, holder }: DeliverySlot): Promise<void> {
  await update(team, number, {
    UpdateExpression: "SET untilMs = :free",
    ConditionExpression: "holder = :holder",
    ExpressionAttributeValues: { ":free": 0, ":holder": holder },
  });
}

async function listTaken(team: Scope): Promise<TakenSlot[]> {
  const { pk } = KEYS.deliverySlot(team, 0);
  const range = { from: SORT_PREFIXES.deliverySlot, to: `${SORT_PREFIXES.deliverySlot}~` };
  return (await queryRange(pk, range)).map((item) => parseItem(SlotRecord, item));
}

const RETENTION_SECONDS = 3600;

const tryTake = (number: number, { team, holder, nowMs, untilMs }: Asked): Promise<boolean> =>
  update(team, number, {
    UpdateExpression: "SET #number = :number, holder = :holder, untilMs = :until, expiresAt = :expires",
    ConditionExpression: "attribute_not_exists(pk) OR untilMs <= :now OR holder = :holder",
    ExpressionAttributeNames: { "#number": "number" },
    ExpressionAttributeValues: {
      ":number": number,
      ":holder": holder,
      ":until": untilMs,
      ":now": nowMs,
      ":expires": Math.ceil(untilMs / 1000) + RETENTION_SECONDS,
    },
  });

type Expressions = Omit<ConstructorParameters<typeof UpdateCommand>[0], "TableName" | "Key">;

/** Returns whether the condition held. */
async function update(team: Scope, number: number, expressions: Expressions): Promise<boolean> {
  const { documents, table: TableName } = openTable();
  const command = new UpdateCommand({ TableName, Key: KEYS.deliverySlot(team, number), ...expressions });
  try {
    await callTable(() => documents.send(command));
    return true;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return false;
  }
}
