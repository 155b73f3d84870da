// Starts the local stack: data folder, database, then the rest. Stops everything in reverse order.

// Keep this import first: an SDK client could otherwise choose another invocation store for this process.
import "../lambda/invocations.ts";
import { join } from "node:path";
import { STREAM_TARGETS } from "../../../shared/contract/events.ts";
import { openCheckpoints } from "../dynamodb/checkpoints.ts";
import { launchDynamoDb } from "../dynamodb/dynamodb.ts";
import { extendRetention } from "../dynamodb/stream-retention.ts";
import { openDataFolder } from "../platform/data-folder.ts";
import { requireJava } from "../platform/java.ts";
import { logToStderr, toLogDetails } from "../platform/log.ts";
import { findFreePort, findStablePort } from "../platform/ports.ts";
import { openState, type State } from "../platform/state.ts";
import type { Cleanups } from "./background.ts";
import { requireValidVariables } from "./environment.ts";
import type { Database, Host, Parts } from "./parts.ts";
import type { Settings } from "./settings.ts";
import { toStartError } from "./start-errors.ts";

export async function startHost(settings: Settings, overrides: Partial<Parts> = {}): Promise<Host> {
  const cleanups: Cleanups = [];
  const stop = async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    requireValidVariables(process.env);
    openDataFolder(settings.dataDir);
    const state = openState(settings.dataDir);
    cleanups.push(() => state.close());
    const database = overrides.dynamoDb
      ? { ...overrides.dynamoDb, answers: Promise.resolve(), ended: new Promise<void>(() => undefined) }
      : await startDatabase(settings, overrides, state, cleanups);
    // Java starts while the rest of the local stack loads.
    const { assembleHost: assemble } = await import("./assembly.ts");
    const host = await assemble(settings, overrides, state, database, cleanups);
    return { ...host, failed: database.ended, stop };
  } catch (error) {
    await stop();
    throw toStartError(error, settings.dataDir);
  }
}

async function startDatabase(
  { dataDir, dynamoDbPort }: Settings,
  overrides: Partial<Parts>,
  state: State,
  cleanups: Cleanups,
): Promise<Database & { ended: Promise<void> }> {
  await requireJava();
  const port =
    dynamoDbPort === 0 ? await findStablePort() : await findFreePort(dynamoDbPort, "DYNAMODB_PORT");
  const folder = join(dataDir, "dynamodb");
  retainUnreadRecords(folder, overrides, state);
  const local = launchDynamoDb(port, folder);
  cleanups.push(local.stop);
  return { ...local, folder };
}

/** A failure matters only if the local stack was stopped for a day. It therefore only logs a warning. */
function retainUnreadRecords(folder: string, overrides: Partial<Parts>, state: State): void {
  const { streamTargets = STREAM_TARGETS, log = logToStderr } = overrides;
  const targets = Object.values(streamTargets).map(({ target }) => target);
  try {
    extendRetention(folder, targets, openCheckpoints(state), Date.now());
  } catch (error) {
    log("WARN", "Unread stream records may have become too old to be read", toLogDetails(error));
  }
}
