// `npm start` as a process: its one line, its refusals, clean ends, and what survives when it is killed.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterEach, describe, expect, test } from "vitest";
import { readSettings } from "../../../infra/local/host/settings.ts";
import { loadIdentity } from "../../../infra/local/oidc/identity.ts";
import { runCommand } from "../../support/command.ts";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "../../support/dynamodb.ts";
import { dataFolder, runMain, spawnLocalHost } from "../../support/local-host.ts";

const folders: Array<ReturnType<typeof dataFolder>> = [];
const folder = () => {
  const made = dataFolder();
  folders.push(made);
  return made.path;
};
afterEach(() => {
  for (const made of folders.splice(0)) made.remove();
});

/** Processes whose command line holds the data folder: the host's DynamoDB Local and its guard. */
function processesOf(dataDir: string): string[] {
  const all = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n");
  return all.filter((line) => line.includes(dataDir));
}

const ana = { user: "ana", groups: ["platform-admin"] };
const incident = (updatedAt: string) => ({
  source: "oncall.incidents",
  "detail-type": "Incident Created",
  detail: {
    incident: {
      id: "INC-1",
      title: "Slow",
      status: "open",
      priority: "P1",
      teamId: "payments",
      createdAt: updatedAt,
      updatedAt,
    },
  },
});

describe("a running host", () => {
  test("prints one line, serves, accepts tokens and events of the commands, keeps data, and ends with nothing left", async () => {
    const DATA_DIR = folder();
    const early = await runCommand("local/token", ["--user", "ana", "--group", "platform-admin"], {
      env: { ...process.env, DATA_DIR },
    });
    const first = await spawnLocalHost(DATA_DIR);
    expect(first.stdout()).toMatch(
      /^ready api=http:\/\/127\.0\.0\.1:\d+ aws=http:\/\/127\.0\.0\.1:\d+ dynamodb=http:\/\/127\.0\.0\.1:\d+\n$/,
    );
    expect(early.stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const authorization = `Bearer ${early.stdout.trim()}`;
    expect((await first.ask("GET", "/runbooks", { headers: { authorization } })).status).not.toBe(401);

    const AWS_PORT = new URL(first.aws).port;
    const emit = (input: object) =>
      runCommand("local/emit", ["-"], { env: { ...process.env, AWS_PORT }, input: JSON.stringify(input) });
    const id = expect.stringMatching(/^[0-9a-f-]{36}\n$/);
    const now = new Date().toISOString();
    expect(await emit(incident(now))).toEqual({ code: 0, stdout: id, stderr: "" });
    const old = await emit(incident("2020-01-01T00:00:00Z"));
    expect(old).toEqual({
      code: 1,
      stdout: id,
      stderr: expect.stringMatching(/^The event was rejected \(too_old\): .+\n$/),
    });
    const foreign = await emit({ ...incident(now), source: "nobody" });
    expect([foreign.code, foreign.stderr]).toEqual([1, expect.stringContaining("(source_not_allowed)")]);
    const unmatched = await emit({ source: "test", "detail-type": "Test", detail: { a: 1 } });
    expect([unmatched.code, unmatched.stderr]).toEqual([
      1,
      expect.stringMatching(/^No rule on the bus runbooks/),
    ]);

    const refused = await runMain({ DATA_DIR, PORT: "0", AWS_PORT: "0" });
    expect(refused).toEqual({
      code: 1,
      stdout: "",
      stderr: `Another local stack uses the data folder ${DATA_DIR}: stop it, or set DATA_DIR to another folder.\n`,
    });

    expect(await first.end("SIGTERM")).toBe(0);
    expect(processesOf(DATA_DIR)).toEqual([]);
    expect(first.stdout().split("\n")).toHaveLength(2);
    expect(first.stderr()).toContain(`DATA_DIR=${DATA_DIR} npm run -s token -- --user`);
    expect(first.stderr()).toContain(`AWS_PORT=${AWS_PORT} npm run -s emit -- FILE`);
    expect(first.stderr()).toContain(`${first.api}/runbooks`);
    expect(first.stderr()).toMatch(/^\{"level":"INFO".*"task":"on-incident"/m);

    const second = await spawnLocalHost(DATA_DIR, { LOG_FORMAT: "pretty" });
    const client = new DynamoDBClient({
      endpoint: second.dynamoDb,
      region: LOCAL_REGION,
      credentials: LOCAL_CREDENTIALS,
    });
    const { Table } = await client.send(new DescribeTableCommand({ TableName: "runbooks" }));
    expect(Table?.TableStatus).toBe("ACTIVE");
    expect((await second.ask("GET", "/runbooks", { headers: { authorization } })).status).not.toBe(401);
    expect(second.identity).toEqual(first.identity);
    expect(await second.end("SIGINT")).toBe(0);
    expect(second.stderr()).toMatch(/^\d\d:\d\d:\d\d\.\d{3} INFO {2}\w+ .*route=list-runbooks\b/m);
    expect(second.stderr()).not.toMatch(/^\{/m);
    expect(second.stdout()).toMatch(/^ready .*\n$/);
    expect(processesOf(DATA_DIR)).toEqual([]);
  }, 60_000);

  test("that is killed leaves no process behind", async () => {
    const DATA_DIR = folder();
    const host = await spawnLocalHost(DATA_DIR);
    expect((await host.ask("GET", "/runbooks", { as: ana })).status).not.toBe(401);
    expect(await host.end("SIGKILL")).toBeNull();
    await expect.poll(() => processesOf(DATA_DIR), { timeout: 5_000 }).toEqual([]);
  }, 60_000);
});

describe("a start that cannot be", () => {
  test("for want of Java says what to install", async () => {
    const result = await runMain({ DATA_DIR: folder(), PORT: "0", AWS_PORT: "0", PATH: "/nowhere" });
    expect(result).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^Java 17 or newer is needed.*\n$/),
    });
  });

  test.each(["PORT", "AWS_PORT", "DYNAMODB_PORT"])(
    "for a %s in use names the port and the variable",
    async (name) => {
      const taken = createServer().listen(0, "127.0.0.1");
      await once(taken, "listening");
      const { port } = taken.address() as { port: number };
      const env = { DATA_DIR: folder(), PORT: "0", AWS_PORT: "0", DYNAMODB_PORT: "0", [name]: String(port) };
      const result = await runMain(env);
      taken.close();
      expect([result.code, result.stdout]).toEqual([1, ""]);
      expect(result.stderr).toMatch(
        new RegExp(`^Port ${port} is in use: .* set ${name} to another port.*\\n$`),
      );
    },
  );

  test("for the port of its issuer in use names the port and the folder", async () => {
    const DATA_DIR = folder();
    const { port } = new URL((await loadIdentity(DATA_DIR)).issuer);
    const taken = createServer().listen(Number(port), "127.0.0.1");
    await once(taken, "listening");
    const result = await runMain({ DATA_DIR, PORT: "0", AWS_PORT: "0", DYNAMODB_PORT: "0" });
    taken.close();
    expect(result).toEqual({
      code: 1,
      stdout: "",
      stderr: `Port ${port} is in use: end the program that listens there, or set DATA_DIR to another folder (the tokens of this one name the port).\n`,
    });
    expect(processesOf(DATA_DIR)).toEqual([]);
  });

  test("for a bad variable of the functions names it", async () => {
    const env = { DATA_DIR: folder(), PORT: "0", AWS_PORT: "0", WEBHOOK_EGRESS_ALLOW: "everything" };
    const result = await runMain(env);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/^Bad environment: WEBHOOK_EGRESS_ALLOW must be CIDRs.*\n$/);
  });

  test.each([
    [{ PORT: "http" }, /^PORT must be a port number/],
    [{ AWS_PORT: "70000" }, /^AWS_PORT must be at most 65535/],
    [{ AWS_REGION: "here" }, /^AWS_REGION must be a region/],
    [{ PORT: "x", DYNAMODB_PORT: "-1" }, /PORT must.*; DYNAMODB_PORT must/],
  ])("for %j says so", (env, message) => {
    expect(() => readSettings(env)).toThrow(message);
  });
});
