// The local database's process: who can reach it, and what it needs.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { networkInterfaces, tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { requireLoopbackOnly, startDynamoDb } from "../../../../infra/local/dynamodb/dynamodb.ts";
import { dynamoDbJars, requireClassFolder } from "../../../../infra/local/dynamodb/dynamodb-command.ts";
import { requireJava } from "../../../../infra/local/platform/java.ts";
import { listOpenAddresses, listReachable } from "../../../../infra/local/platform/listeners.ts";
import { findStablePort } from "../../../../infra/local/platform/ports.ts";
import { jreFolder } from "../../../support/jre.ts";
import { dataFolder, spawnLocalHost } from "../../../support/local-host.ts";

const SOURCE = fileURLToPath(
  new URL("../../../../infra/local/dynamodb/DynamoDbOnLoopback.java", import.meta.url),
);
const compiler = /^javac 17\b/.test(spawnSync("javac", ["-version"], { encoding: "utf8" }).stdout ?? "");

const status = (url: string, headers: Record<string, string> = {}) =>
  new Promise<number | null>((resolve) => {
    request(url, { headers }, (answer) => resolve(answer.resume().statusCode ?? null))
      .once("error", () => resolve(null))
      .end();
  });

async function started(): Promise<number> {
  const port = await findStablePort();
  const { stop } = await startDynamoDb(port, null);
  onTestFinished(stop);
  return port;
}

test("it answers on the loopback address and on no other of this machine", async () => {
  const port = await started();
  expect(await status(`http://127.0.0.1:${port}`)).toBe(400);
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => !address.internal && address.family === "IPv4");
  for (const { address } of others) expect(await status(`http://${address}:${port}`)).toBeNull();
  expect(await listOpenAddresses(port)).toEqual([]);
  expect(await listReachable(port)).toEqual([]);
});

test("it answers to loopback names only, so that no web page reaches it by a renamed address", async () => {
  const port = await started();
  const named = (host: string) => status(`http://127.0.0.1:${port}`, { host });
  expect(await Promise.all(["localhost", "LOCALHOST", "127.0.0.1", "[::1]"].map(named))).toEqual(
    Array(4).fill(400),
  );
  expect(
    await Promise.all(["evil.example", `evil.example:${port}`, "127.0.0.1.evil.example"].map(named)),
  ).toEqual(Array(3).fill(403));
});

test("a Java without a compiler is enough, and the database is no more open for it", async () => {
  const [jre, folder] = [jreFolder(), dataFolder()];
  onTestFinished(() => {
    jre.remove();
    folder.remove();
  });
  const PATH = `${jre.path}${delimiter}${process.env["PATH"]}`;
  const compiled = spawnSync("java", [SOURCE], { env: { ...process.env, PATH }, encoding: "utf8" });
  expect(compiled.stderr).toMatch(/jdk\.compiler/);
  const host = await spawnLocalHost(folder.path, { PATH });
  expect(await listOpenAddresses(Number(new URL(host.dynamoDb).port))).toEqual([]);
  expect(await host.end("SIGTERM")).toBe(0);
  expect(host.stderr()).not.toMatch(/WARN|ERROR/);
});

test.runIf(compiler)("the shipped classes are the compiled sources", () => {
  const out = mkdtempSync(join(tmpdir(), "compiled-"));
  onTestFinished(() => rmSync(out, { recursive: true, force: true }));
  const classPath = dynamoDbJars().join(delimiter);
  const sources = [SOURCE, join(dirname(SOURCE), "DeleteProcessedRecords.java")];
  execFileSync("javac", ["--release", "17", "-g:none", "-d", out, "-cp", classPath, ...sources]);
  expect(readdirSync(out)).toHaveLength(sources.length);
  for (const source of sources) {
    const compiled = readFileSync(join(out, `${basename(source, ".java")}.class`));
    expect(readFileSync(source.replace(/java$/, "class")).equals(compiled), source).toBe(true);
  }
});

test("without that class nothing is started, and the message says how to get it back", () => {
  expect(() => requireClassFolder("/nowhere")).toThrow(
    /^\/nowhere\/DynamoDbOnLoopback\.class is missing, .*restore it \(`git checkout .*`\)\.$/,
  );
});

test("a database that others could reach is given up", async () => {
  await expect(requireLoopbackOnly(4711, async () => ["00000000"])).rejects.toThrow(
    /^Port 4711 is open on other addresses than 127\.0\.0\.1, .*set DYNAMODB_PORT to another port\.$/,
  );
});

test.each([
  [
    "that is too old",
    'openjdk version "1.8.0_402"',
    /^Java 17 or newer .*\(found: openjdk version "1\.8\.0_402"\)\.$/,
  ],
  [
    "that does not run",
    "Unable to locate a Java Runtime",
    /^Java 17 or newer .*\(found: Unable to locate .*\)\.$/,
  ],
])("a Java %s is refused with what was found", async (_, banner, message) => {
  const folder = dataFolder();
  onTestFinished(folder.remove);
  const java = join(folder.path, "java");
  writeFileSync(java, `#!/bin/sh\necho '${banner}' >&2\n`, { mode: 0o755 });
  await expect(requireJava(java)).rejects.toThrow(message);
});
