// The table in memory is what the histories are played on: DynamoDB Local must answer every command just as it does.
import "../support/quiet.ts";
import { DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { createTable } from "../support/dynamodb.ts";
import { history, play } from "../support/lifecycle.ts";
import { LIMIT_MS, report, SEED, times } from "../support/long-form.ts";
import { MemoryTable } from "../support/memory-table.ts";
import { beginWorld, ENVIRONMENT } from "../support/small-world.ts";

Object.assign(process.env, ENVIRONMENT);
const smallWorld = vi.hoisted(() => () => import("../support/small-world.ts"));
vi.mock(import("../../shared/store/client.ts"), async (original) =>
  (await smallWorld()).storeOf(await original()),
);
vi.mock(import("../../shared/step-functions/executions.ts"), async (original) =>
  (await smallWorld()).engineOf(await original()),
);
vi.mock(import("../../shared/webhook/attempt.ts"), async (original) =>
  (await smallWorld()).webhookOf(await original()),
);
vi.mock(import("../../shared/secrets/own-keys.ts"), async (original) =>
  (await smallWorld()).ownKeysOf(await original()),
);
vi.mock(import("../../shared/secrets/encrypt.ts"), async (original) =>
  (await smallWorld()).fakeEncryption(await original()),
);

type Answer = { Item?: unknown; Items?: Record<string, unknown>[]; LastEvaluatedKey?: unknown };
type Send = (command: object) => Promise<object>;

type Result = { answer: Answer } | { error: unknown };

async function resultOf(sent: Promise<object>): Promise<Result> {
  return sent.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  );
}

/** What a command comes to, as far as the store looks at it. A scan has no order of its own. */
function reported(result: Result, command: object): unknown {
  if ("error" in result) {
    const { name, CancellationReasons: reasons = [] } = Object(result.error);
    return { name, reasons: reasons.map((reason: { Code?: string }) => reason.Code) };
  }
  const { Item, Items, LastEvaluatedKey } = result.answer;
  const order = command instanceof ScanCommand ? Items?.toSorted(byKey) : Items;
  return { Item, Items: order, more: LastEvaluatedKey !== undefined };
}

const keyOf = (item: Record<string, unknown>) => `${item["pk"]}\n${item["sk"]}`;
const byKey = (a: Record<string, unknown>, b: Record<string, unknown>) => (keyOf(a) < keyOf(b) ? -1 : 1);

describe("the table in memory", () => {
  it(
    "answers every command of random histories as DynamoDB Local does",
    async () => {
      let commands = 0;
      const numRuns = times(3, 150);
      const property = fc.asyncProperty(history(40), async (steps) => {
        const { client, tableName } = await createTable();
        process.env["TABLE_NAME"] = tableName;
        const options = { marshallOptions: { removeUndefinedValues: true } };
        const documents = DynamoDBDocumentClient.from(client, options);
        const real: Send = (command) => documents.send(command as Parameters<typeof documents.send>[0]);
        const memory = new MemoryTable();
        await play(
          steps,
          beginWorld(async (command) => {
            commands++;
            const inMemory = await resultOf(memory.send(command));
            const result = await resultOf(real(command));
            expect(reported(inMemory, command)).toEqual(reported(result, command));
            if ("error" in result) throw result.error;
            return result.answer;
          }),
        );
        // A hundred tables with their indexes would be too many for DynamoDB Local.
        await client.send(new DeleteTableCommand({ TableName: tableName }));
        client.destroy();
      });
      await fc.assert(property, { numRuns, seed: SEED });
      report("commands held against DynamoDB Local", { histories: numRuns, commands });
    },
    LIMIT_MS,
  );
});
