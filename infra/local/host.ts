// Opens the data folder, starts its database and the host around it; takes it all apart again in the reverse order.

// First, before any client of the SDK can choose another store of invocations for this process.
import "./invocations.ts";
import { join } from "node:path";
import { STREAM_TARGETS } from "../../shared/contract/events.ts";
import type { Cleanups } from "./background.ts";
import { openCheckpoints } from "./checkpoints.ts";
import { openDataFolder } from "./data-folder.ts";
import { beginDynamoDb } from "./dynamodb.ts";
import { requireSoundVariables } from "./environment.ts";
import { requireJava } from "./java.ts";
import { logged, logToStderr } from "./log.ts";
import type { Database, Host, Parts } from "./parts.ts";
import { freePort, quietPort } from "./ports.ts";
import type { Settings } from "./settings.ts";
import { startError } from "./start-errors.ts";
import { openState, type State } from "./state.ts";
import { keepUnread } from "./stream-retention.ts";

export async function startHost(settings: Settings, given: Partial<Parts> = {}): Promise<Host> {
  const cleanups: Cleanups = [];
  const stop = async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    requireSoundVariables(process.env);
    openDataFolder(settings.dataDir);
    const state = openState(settings.dataDir);
    cleanups.push(() => state.close());
    const database = given.dynamoDb
      ? { ...given.dynamoDb, answers: Promise.resolve(), ended: new Promise<void>(() => undefined) }
      : await ownDatabase(settings, given, state, cleanups);
    // Java starts while the rest of the host is still being loaded.
    const { assemble } = await import("./assembly.ts");
    const host = await assemble(settings, given, state, database, cleanups);
    return { ...host, failed: database.ended, stop };
  } catch (error) {
    await stop();
    throw startError(error, settings.dataDir);
  }
}

async function ownDatabase(
  { dataDir, dynamoDbPort }: Settings,
  given: Partial<Parts>,
  state: State,
  cleanups: Cleanups,
): Promise<Database & { ended: Promise<void> }> {
  await requireJava();
  const port = dynamoDbPort === 0 ? await quietPort() : await freePort(dynamoDbPort, "DYNAMODB_PORT");
  const folder = join(dataDir, "dynamodb");
  keepUnreadRecords(folder, given, state);
  const local = beginDynamoDb(port, folder);
  cleanups.push(local.stop);
  return local;
}

/** What goes wrong here costs nothing unless the host has rested for a day: so it starts all the same. */
function keepUnreadRecords(folder: string, given: Partial<Parts>, state: State): void {
  const { streamTargets = STREAM_TARGETS, log = logToStderr } = given;
  const targets = Object.values(streamTargets).map(({ target }) => target);
  try {
    keepUnread(folder, targets, openCheckpoints(state), Date.now());
  } catch (error) {
    log("WARN", "What the stream holds unread may have become too old to be read", logged(error));
  }
}
