// `npm run demo`: shows the main use case in the terminal, on the real components, in about half a minute.

import { showMainJob } from "./demo/act-one.ts";
import { showAutomations } from "./demo/act-two.ts";
import { describeConsole, interrupted, readDemoOptions } from "./demo/afterwards.ts";
import { startDemoHost } from "./demo/host.ts";
import { Receiver } from "./demo/receiver.ts";
import { Screen } from "./demo/screen.ts";
import { messageOf } from "./platform/errors.ts";

async function demo(stay: boolean): Promise<number> {
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
    const code = screen.finish();
    screen.note(describeConsole(stay ? host.api : null));
    if (stay) await interrupted();
    return code;
  } finally {
    await receiver.stop();
    await host.stop();
  }
}

try {
  process.exitCode = await demo(readDemoOptions(process.argv.slice(2)).stay);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
