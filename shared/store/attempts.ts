// Attempts: written as intended before the call goes out, completed with the outcome after it.
import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { KEYS } from "../contract/table.ts";
import { Attempt, type SentRequest } from "../domain/execution.ts";
import { ConditionFailed, call, table } from "./client.ts";
import { get } from "./read.ts";

/** `claim` tells whose intention it is: a repeated write of the same call knows itself. */
export const StoredAttempt = z.object({
  outcome: z.string(),
  claim: z.string(),
  attempt: z
    .string()
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(Attempt),
});

const intention = (number: number, startedAt: string): Attempt => ({
  number,
  startedAt,
  durationMs: null,
  outcome: "intended",
  retryable: true,
  retryAfterSeconds: null,
  answer: null,
  error: null,
});

/**
 * Claims an attempt before its call goes out. `null`: it is ours, call now. Otherwise somebody has claimed it before;
 * what is recorded of it is returned, and no call may go out under this number.
 */
export async function claimAttempt(
  executionId: string,
  number: number,
  claim: string,
  startedAt: string,
): Promise<Attempt | null> {
  const key = KEYS.attempt(executionId, number);
  const attempt = intention(number, startedAt);
  try {
    await put({ ...key, claim, outcome: attempt.outcome, attempt: JSON.stringify(attempt) });
    return null;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    const stored = await get(StoredAttempt, key);
    return stored?.claim === claim ? null : (stored?.attempt ?? attempt);
  }
}

/** Completes an attempt, once: an outcome that is recorded stays, and false says that there was one. */
export async function recordAttempt(executionId: string, attempt: Attempt): Promise<boolean> {
  const { documents, table: TableName } = table();
  try {
    await call(() =>
      documents.send(
        new UpdateCommand({
          TableName,
          Key: KEYS.attempt(executionId, attempt.number),
          UpdateExpression: "SET outcome = :outcome, attempt = :attempt",
          ConditionExpression: "outcome = :intended",
          ExpressionAttributeValues: {
            ":outcome": attempt.outcome,
            ":attempt": JSON.stringify(attempt),
            ":intended": "intended",
          },
        }),
      ),
    );
    return true;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return false;
  }
}

/** Keeps the request as it is about to be sent, secrets masked; the first one stays. */
export async function keepRequest(executionId: string, request: SentRequest): Promise<void> {
  try {
    await put({ ...KEYS.executionRequest(executionId), request: JSON.stringify(request) });
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}

async function put(Item: Record<string, unknown>): Promise<void> {
  const { documents, table: TableName } = table();
  await call(() =>
    documents.send(new PutCommand({ TableName, Item, ConditionExpression: "attribute_not_exists(pk)" })),
  );
}
