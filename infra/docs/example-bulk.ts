// The examples of several executions at once.
import * as z from "zod";
import type { Session } from "./examples.ts";

/** Runs a cancelled execution again, and cancels both: the second one has ended before. */
export async function recordBulk(session: Session, cancelled: string): Promise<void> {
  await session.record("rerun-executions", "POST", "/executions/rerun", {
    as: "rob",
    headers: { "idempotency-key": "INC-42-again" },
    body: { executionIds: [cancelled] },
  });
  const { answer } = session.exchanges.get("rerun-executions") ?? {};
  const again = Rerun.parse(answer?.body).items[0].execution.id;
  await session.poll(`/executions/${again}`, ({ body }) => JSON.stringify(body).includes('"refused"'));
  await session.record("cancel-executions", "POST", "/executions/cancel", {
    as: "rob",
    body: { executionIds: [again, cancelled], reason: "The wrong cluster" },
  });
}

const Rerun = z.looseObject({
  items: z.tuple([z.looseObject({ execution: z.looseObject({ id: z.string() }) })]),
});
