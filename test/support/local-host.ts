// Starts a whole local stack for end-to-end tests: in this process, or as the child process that `npm start` is.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startHost } from "../../infra/local/host/host.ts";
import type { Host, Parts } from "../../infra/local/host/parts.ts";
import type { Settings } from "../../infra/local/host/settings.ts";
import { type Identity, loadIdentity, signToken } from "../../infra/local/oidc/identity.ts";
import { STREAM_TARGETS } from "../../shared/contract/events.ts";
import { createTable, type TestTable } from "./dynamodb.ts";

const MAIN = fileURLToPath(new URL("../../infra/local/main.ts", import.meta.url));
const silent = () => undefined;

/** Its own data folder; `remove` when the test is done with it. */
export function dataFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "local-host-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

type Person = { user: string; groups?: string[]; expiresInSeconds?: number };
export type Asked = { as?: Person; body?: unknown; headers?: Record<string, string> };
type ApiAnswer = { status: number; headers: Headers; text: string; body: unknown };
type Ask = (method: string, path: string, asked?: Asked) => Promise<ApiAnswer>;

export function tokenOf(identity: Identity, person: Person): Promise<string> {
  return signToken(identity, { groups: [], expiresInSeconds: 3600, ...person });
}

/** A caller of the API: JSON in, JSON out, with the caller's token. */
function askApi(api: string, identity: Identity): Ask {
  return async (method, path, { as, body, headers = {} } = {}) => {
    const token = as === undefined ? {} : { authorization: `Bearer ${await tokenOf(identity, as)}` };
    const typed = body === undefined ? {} : { "content-type": "application/json" };
    const sent = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
    const response = await fetch(`${api}${path}`, {
      method,
      headers: { ...token, ...typed, ...headers },
      ...(sent === undefined ? {} : { body: sent }),
    });
    const text = await response.text();
    const json = response.headers.get("content-type")?.includes("json") ?? false;
    return { status: response.status, headers: response.headers, text, body: json ? JSON.parse(text) : text };
  };
}

export type TestHost = Host & { ask: Ask; table: TestTable; dataDir: string };

/** In this process, on free ports, over a fresh table of the run's DynamoDB Local. `stop` removes its folder. */
export async function startLocalHost(
  parts: Partial<Parts> = {},
  { apiKind }: Pick<Settings, "apiKind"> = {},
): Promise<TestHost> {
  const folder = dataFolder();
  const { streamTargets = STREAM_TARGETS } = parts;
  const table = await createTable({ stream: Object.keys(streamTargets).length > 0 });
  const settings = {
    apiPort: 0,
    awsPort: 0,
    dynamoDbPort: 0,
    dataDir: folder.path,
    region: "eu-central-1",
    ...(apiKind && { apiKind }),
  };
  const host = await startHost(settings, { log: silent, dynamoDb: table, ...parts });
  const stop = async () => {
    await host.stop();
    folder.remove();
  };
  return { ...host, stop, ask: askApi(host.api, host.identity), table, dataDir: folder.path };
}

export type HostProcess = {
  child: ChildProcess;
  api: string;
  aws: string;
  dynamoDb: string;
  identity: Identity;
  ask: Ask;
  /** What it has written so far. */
  stdout: () => string;
  stderr: () => string;
  /** Sends the signal and waits for the end; answers the exit code, or null for one that a signal ended. */
  end: (signal: NodeJS.Signals) => Promise<number | null>;
};

/** As a child process with its own DynamoDB Local, on free ports; waits for its ready line. */
export async function spawnLocalHost(
  dataDir: string,
  env: Record<string, string> = {},
): Promise<HostProcess> {
  const run = spawnMain({ PORT: "0", AWS_PORT: "0", DYNAMODB_PORT: "0", DATA_DIR: dataDir, ...env });
  const ready = await Promise.race([run.ready, run.closed.then(() => null)]);
  if (ready === null) throw new Error(`The local stack did not start: ${run.stderr()}`);
  const {
    api = "",
    aws = "",
    dynamodb = "",
  } = Object.fromEntries(ready.split(" ").map((part) => part.split("=")));
  const identity = await loadIdentity(dataDir);
  const end = async (signal: NodeJS.Signals) => {
    run.child.kill(signal);
    return run.closed;
  };
  return { ...run, api, aws, dynamoDb: dynamodb, identity, ask: askApi(api, identity), end };
}

/** Runs `infra/local/main.ts` to its end, for starts that must fail. */
export async function runMain(env: Record<string, string>, main = MAIN) {
  const run = spawnMain(env, main);
  const code = await run.closed;
  return { code, stdout: run.stdout(), stderr: run.stderr() };
}

function spawnMain(env: Record<string, string>, main = MAIN) {
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ready = new Promise<string>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      const line = /^ready (.*)\n/.exec(stdout)?.[1];
      if (line !== undefined) resolve(line);
    });
  });
  const closed = once(child, "close").then(([code]: Array<number | null>) => code ?? null);
  return { child, ready, closed, stdout: () => stdout, stderr: () => stderr };
}
