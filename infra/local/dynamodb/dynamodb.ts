// Starts DynamoDB Local in a child process that ends with this process, and waits until it answers.
import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { makeFolder } from "../platform/data-folder.ts";
import { HostError } from "../platform/errors.ts";
import { requireJava } from "../platform/java.ts";
import { listOpenAddresses } from "../platform/listeners.ts";
import { LOOPBACK } from "../platform/ports.ts";
import { dynamoDbArguments, processedFile } from "./dynamodb-command.ts";
import { forgetProcessed } from "./stream-pruning.ts";

const START_LIMIT_MS = 30_000;
const GUARD = fileURLToPath(new URL("../platform/child-guard.ts", import.meta.url));

type DynamoDbLocal = {
  endpoint: string;
  /** Resolves when it answers on the loopback address only. Rejects if it does not answer or is open to the network. */
  answers: Promise<void>;
  /** Resolves when the process has ended, for any reason. */
  ended: Promise<void>;
  stop: () => Promise<void>;
};

/** Starts DynamoDB Local and waits until it answers. `folder` null: data in memory. */
export async function startDynamoDb(port: number, folder: string | null): Promise<DynamoDbLocal> {
  await requireJava();
  const local = launchDynamoDb(port, folder);
  try {
    await local.answers;
  } catch (error) {
    await local.stop();
    throw error;
  }
  return local;
}

/** Starts the process. The caller checks Java before, awaits `answers`, and stops the process. */
export function launchDynamoDb(port: number, folder: string | null): DynamoDbLocal {
  if (folder !== null) {
    makeFolder(folder);
    forgetProcessed(processedFile(folder));
  }
  const child = spawn(process.execPath, [GUARD, "java", ...dynamoDbArguments(port, folder)], {
    stdio: ["pipe", "ignore", "pipe"],
    // Its own process group: Ctrl-C reaches only the local stack, which then stops DynamoDB Local in order.
    detached: true,
    env: { ...process.env, DDB_LOCAL_TELEMETRY: "0" },
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async () => {
    child.stdin?.end();
    await ended;
  };
  const endpoint = `http://${LOOPBACK}:${port}`;
  const answers = waitUntilReady(child, endpoint).then(() => requireLoopbackOnly(port));
  // Avoids an unhandled rejection if it fails before the caller awaits it.
  answers.catch(() => undefined);
  return { endpoint, answers, ended, stop };
}

/** Throws if the port is open to the network. DynamoDB Local has no authentication: anyone can read and write. */
export async function requireLoopbackOnly(port: number, open = listOpenAddresses): Promise<void> {
  const addresses = await open(port);
  if (addresses.length === 0) return;
  throw new HostError(
    `Port ${port} is open on other addresses than ${LOOPBACK}, so DynamoDB Local was stopped: stop the other program on that port, or set DYNAMODB_PORT to another port.`,
  );
}

async function waitUntilReady(child: ChildProcess, endpoint: string): Promise<void> {
  let output = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    output = `${output}${text}`.slice(-2000);
  });
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) {
      throw new HostError(`DynamoDB Local did not start on ${endpoint}: ${findReason(output)}`);
    }
    const answered = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await pause(25);
  }
  throw new HostError(
    `DynamoDB Local did not answer on ${endpoint} within ${START_LIMIT_MS / 1000} seconds.`,
  );
}

/** Returns Java's error output without stack frames. */
function findReason(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  const telling = lines.filter((line) => line !== "" && !/^(at |\.\.\. \d+ more)/.test(line));
  return telling.slice(0, 4).join(" | ") || "it printed nothing";
}
