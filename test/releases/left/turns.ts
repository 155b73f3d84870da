// What a team leaves behind whose calls wait for each other: a call that is held, one that waits for its share of calls,
// and a run that waited for its turn and met a pause.
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createApproved, OF_SEARCH, type Stage } from "./stage.ts";

/** `DELIVERIES_PER_TEAM` is 1. Leaves no run under way. */
export async function leaveTurns(stage: Stage): Promise<void> {
  const held: ServerResponse[] = [];
  const receiver = createServer((_, response) => void held.push(response));
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  try {
    const webhookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    await playTurns(stage, webhookUrl, async () => {
      while (held.length === 0) await once(receiver, "request");
      return () => held.splice(0).map((response) => response.end("{}"));
    });
  } finally {
    receiver.closeAllConnections();
    receiver.close();
  }
}

async function playTurns(stage: Stage, webhookUrl: string, arrived: () => Promise<() => unknown>) {
  const { session } = stage;
  const inTurn = await createApproved(stage, {
    ...OF_SEARCH,
    webhookUrl,
    concurrency: { limit: 1, onLimit: "queue" },
  });
  const other = await createApproved(stage, { ...OF_SEARCH, webhookUrl: `${stage.receiver.address}/` });
  const start = (runbookId: string) =>
    session.create(`/runbooks/${runbookId}/executions`, { as: "boss", body: { parameters: {} } });
  const calling = await start(inTurn);
  const release = await arrived();
  const queued = await start(inTurn);
  const sharing = await start(other);
  // Until its turn it is no other than one that has just been started: what the function answered shows it.
  const waits = () => stage.hasHeard("workflow/deliver-webhook", sharing, "waitingSince");
  await session.poll(`/executions/${sharing}`, waits, "boss");
  const pause = { scope: "search", reason: "It fails over" };
  await session.send("PUT", "/controls", { as: "boss", body: { ...pause, paused: true } });
  release();
  for (const id of [calling, queued, sharing]) {
    await session.poll(
      `/executions/${id}`,
      ({ body }) => /"(SUCCESS|FAILED)"/.test(JSON.stringify(body)),
      "boss",
    );
  }
  await session.send("PUT", "/controls", { as: "boss", body: { ...pause, paused: false } });
}
