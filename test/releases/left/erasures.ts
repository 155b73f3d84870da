// Erasures: one that is done, and one that was cut off after it had begun.
import { erase } from "../../../shared/application/erasure/erase.ts";
import { newId } from "../../../shared/http/new-id.ts";
import { openTable } from "../../../shared/store/client.ts";
import { createApproved, OF_SEARCH, type Stage } from "./stage.ts";

const NAME = "cut-off";

export const eraseRun = (id: string) =>
  erase(
    { what: "execution", target: id },
    {
      actor: { id: "operator:ops", name: null },
      reason: "Ticket 17",
      context: { now: new Date(), newId },
    },
  );

/** Of another team than the runs that are under way. Returns the run whose erasure is to be finished. */
export async function leaveErasures(stage: Stage): Promise<string> {
  const changes = { ...OF_SEARCH, name: "Runs that are erased", webhookUrl: stage.receiver.address };
  const runbookId = await createApproved(stage, changes);
  const runToEnd = async () => {
    const body = { parameters: {} };
    const id = await stage.session.create(`/runbooks/${runbookId}/executions`, { as: "boss", body });
    const hasEnded = ({ body: run }: { body: unknown }) => JSON.stringify(run).includes('"SUCCESS"');
    await stage.session.poll(`/executions/${id}`, hasEnded, "boss");
    return id;
  };
  await eraseRun(await runToEnd());
  const unfinished = await runToEnd();
  await cutOff(() => eraseRun(unfinished));
  return unfinished;
}

/** Its first change of an item finds no table. What begins the erasure is written before. */
async function cutOff(work: () => Promise<unknown>): Promise<void> {
  const { middlewareStack } = openTable().documents;
  let cuts = 0;
  middlewareStack.add(
    (next) => (args) => {
      if (!JSON.stringify(args.input).includes("ADD writes")) return next(args);
      cuts++;
      throw new Error("Cut off");
    },
    { step: "initialize", name: NAME },
  );
  await work().catch(() => undefined);
  middlewareStack.remove(NAME);
  if (cuts !== 1) throw new Error(`The erasure was cut off ${cuts} times`);
}
