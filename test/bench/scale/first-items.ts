// The items that all rows of a table are made from: a runbook, an execution that succeeded, one that failed.
import type { DatabaseSync } from "node:sqlite";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ensureTable } from "../../../infra/local/dynamodb/table.ts";
import { SHARDS, shardOf } from "../../../shared/contract/table.ts";
import type { Attempt, Execution } from "../../../shared/domain/executions/execution.ts";
import type { World } from "./rows.ts";
import { readTemplates, type Template } from "./templates.ts";

export const TABLE = "runbooks";
export const TEAM = "payments";

type Written = { runbookId: string; succeeded: Execution; failed: Execution };

/** Through the store itself, so that the rows have its shapes. */
export async function writeOneOfEach(): Promise<Written> {
  const client = new DynamoDBClient({});
  await ensureTable(client, TABLE, { stream: false }).finally(() => client.destroy());
  const seed = await import("../../support/seed.ts");
  const { recordAttempt } = await import("../../../shared/store/attempts.ts");
  const { completeFromAttempts } = await import("../../../shared/application/end/complete-execution.ts");
  const runbook = await seed.approved(TEAM);
  const ended = async (how: Pick<Attempt, "outcome" | "error">) => {
    const { id } = await seed.calling(runbook);
    const now = new Date();
    const times = { number: 1, startedAt: now.toISOString(), durationMs: 12 };
    await recordAttempt(id, { ...times, retryable: false, retryAfterSeconds: null, answer: null, ...how });
    const execution = await completeFromAttempts(id, how.error, seed.contextAt(now));
    if (!execution?.completedAt) throw new Error("The execution has not ended");
    return execution;
  };
  const succeeded = await ended({ outcome: "delivered", error: null });
  const failed = await ended({
    outcome: "refused",
    error: { code: "webhook_refused", message: "It said no." },
  });
  // DynamoDB Local may lose the last write when it is stopped, so another one follows.
  await seed.draft(TEAM);
  return { runbookId: runbook.state.id, succeeded, failed };
}

/** What the rows of a world are made from. */
export function readWorld(database: DatabaseSync, { runbookId, succeeded, failed }: Written): World {
  const slotsOf = ({ id, createdAt }: Execution) => ({
    ...{ executionId: id, runbookId, createdAt },
    inAll: `executions#${shardOf(id, SHARDS.executions)}`,
    unsuccessful: `unsuccessful-executions#${shardOf(id, SHARDS.unsuccessfulExecutions)}`,
  });
  const inStatus = `runbooks#APPROVED#${shardOf(runbookId, SHARDS.runbooks)}`;
  const templates = readTemplates(database, (hashKey) => {
    const execution = [succeeded, failed].find(({ id }) => hashKey === `execution#${id}`);
    if (execution) return slotsOf(execution);
    return hashKey.includes(runbookId) ? { runbookId, inStatus } : null;
  });
  return {
    runbook: templates.filter(({ text }) => !text.hashKey.startsWith("execution#")),
    ...{ succeeded: headerOf(succeeded, templates), failed: headerOf(failed, templates) },
  };
}

function headerOf({ id, status }: Execution, templates: readonly Template[]): Template {
  const found = templates.find(
    ({ text }) => text.hashKey === `execution#${id}` && text.rangeKey === "execution",
  );
  if (!found?.text.ObjectJSON.includes(`"status":{"S":"${status}"}`)) {
    throw new Error(`DynamoDB Local has lost how an execution ended (${status}): try again`);
  }
  return found;
}
