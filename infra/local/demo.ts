// `npm run demo`: shows the main use case in the terminal, on the real components, in about half a minute.

import { showMainJob } from "./demo/act-one.ts";
import { showAutomations } from "./demo/act-two.ts";
import { startDemoHost } from "./demo/host.ts";
import { Receiver } from "./demo/receiver.ts";
import { Screen } from "./demo/screen.ts";
import { messageOf } from "./platform/errors.ts";

async function demo(): Promise<number> {
  const screen = new Screen();
  screen.title("Runbook automation: from a draft to production");
  screen.note("Starting the service on this machine: DynamoDB Local, a real state machine, real tokens …");
  const host = await startDemoHost();
  const receiver = new Receiver();
  try {
    const hook = await receiver.start();
    screen.note(`API on ${host.api}, AWS endpoint on ${host.aws}, and a receiver of webhooks on ${hook}`);
    const setup = { screen, host, receiver, hook };
    screen.title("Act one: by hand");
    const { runbookId, ...cast } = await showMainJob(setup);
    screen.title("Act two: automatically");
    await showAutomations(setup, cast, runbookId);
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
