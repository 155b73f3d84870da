// `npm run demo`: the main job told in the terminal, on the real parts, in about half a minute.

import { mainJob } from "./demo/act-one.ts";
import { automations } from "./demo/act-two.ts";
import { startHost } from "./demo/host.ts";
import { Receiver } from "./demo/receiver.ts";
import { Screen } from "./demo/screen.ts";
import { messageOf } from "./errors.ts";

async function demo(): Promise<number> {
  const screen = new Screen();
  screen.title("Runbook automation: from a draft to production, exactly once");
  screen.note("Starting the service on this machine: DynamoDB Local, a real state machine, real tokens …");
  const host = await startHost();
  const receiver = new Receiver();
  try {
    const hook = await receiver.start();
    screen.note(`API on ${host.api}, AWS endpoint on ${host.aws}, and a receiver of webhooks on ${hook}`);
    const stage = { screen, host, receiver, hook };
    screen.title("Act one: by hand");
    const { runbookId, ...cast } = await mainJob(stage);
    screen.title("Act two: by itself");
    await automations(stage, cast, runbookId);
    return screen.finish();
  } finally {
    await receiver.stop();
    await host.stop();
  }
}

try {
  process.exitCode = await demo();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
