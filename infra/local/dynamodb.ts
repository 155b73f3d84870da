// Starts Amazon's DynamoDB Local in a process that ends with this one, and waits until it answers.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { dynamoDbCommand } from "./dynamodb-command.ts";
import { HostError } from "./errors.ts";
import { findJava, type Java } from "./java.ts";
import { LOOPBACK } from "./ports.ts";

const START_LIMIT_MS = 30_000;
const GUARD = fileURLToPath(new URL("child-guard.ts", import.meta.url));

export type DynamoDbLocal = {
  endpoint: string;
  /** False where Java is a JRE: then the port is open on all of this machine's addresses. */
  loopbackOnly: boolean;
  /** Settles when it answers, or cannot. */
  answers: Promise<void>;
  /** Settles when the process has ended, for whatever reason. */
  ended: Promise<void>;
  stop: () => Promise<void>;
};

/** Waits until it answers. `folder` null keeps the data in memory. */
export async function startDynamoDb(port: number, folder: string | null): Promise<DynamoDbLocal> {
  const local = beginDynamoDb(port, folder, await findJava());
  try {
    await local.answers;
  } catch (error) {
    await local.stop();
    throw error;
  }
  return local;
}

/** Whoever begins it awaits `answers`, and stops it. */
export function beginDynamoDb(port: number, folder: string | null, java: Java): DynamoDbLocal {
  if (folder !== null) mkdirSync(folder, { recursive: true });
  const { args, loopbackOnly } = dynamoDbCommand(java, port, folder);
  const child = spawn(process.execPath, [GUARD, "java", ...args], {
    stdio: ["pipe", "ignore", "pipe"],
    // A group of its own: Ctrl-C reaches the host alone, which then ends this in order.
    detached: true,
    env: { ...process.env, DDB_LOCAL_TELEMETRY: "0" },
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async () => {
    child.stdin?.end();
    await ended;
  };
  const endpoint = `http://${LOOPBACK}:${port}`;
  const answers = answering(child, endpoint);
  // It may fail before anybody awaits it.
  answers.catch(() => undefined);
  return { endpoint, loopbackOnly, answers, ended, stop };
}

async function answering(child: ChildProcess, endpoint: string): Promise<void> {
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = `${said}${text}`.slice(-2000);
  });
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) {
      throw new HostError(
        `DynamoDB Local did not start on ${endpoint}: ${said.trim().replaceAll("\n", " | ")}`,
      );
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
