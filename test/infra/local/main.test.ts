// `npm start` as a process: its one line, its refusals, clean ends, and what survives when it is killed.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterEach, describe, expect, test } from "vitest";
import { readSettings } from "../../../infra/local/settings.ts";
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

const script = (name: string) => fileURLToPath(new URL(`../../../infra/local/${name}.ts`, import.meta.url));
async function command(name: string, args: string[], env: Record<string, string>, input = "") {
  const child = spawn(process.execPath, [script(name), ...args], { env: { ...process.env, ...env } });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (text) => {
    stdout += text;
  });
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  child.stdin.end(input);
  const [code] = await once(child, "close");
  return { code, stdout, stderr };
}

/** Processes whose command line holds the data folder: the host's DynamoDB Local and its guard. */
function processesOf(dataDir: string): string[] {
  const all = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n");
  return all.filter((line) => line.includes(dataDir));
}

const ana = { user: "ana", groups: ["platform-admin"] };
const event = { source: "test", "detail-type": "Test", detail: { a: 1 } };

describe("a running host", () => {
  test("prints one line, serves, takes tokens and events of the commands, keeps data, and ends with nothing left", async () => {
    const DATA_DIR = folder();
    const early = await command("token", ["--user", "ana", "--group", "platform-admin"], { DATA_DIR });
    const first = await spawnLocalHost(DATA_DIR);
    expect(first.stdout()).toMatch(
      /^ready api=http:\/\/127\.0\.0\.1:\d+ aws=http:\/\/127\.0\.0\.1:\d+ dynamodb=http:\/\/127\.0\.0\.1:\d+\n$/,
    );
    expect(early.stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const authorization = `Bearer ${early.stdout.trim()}`;
    expect((await first.ask("GET", "/runbooks", { headers: { authorization } })).status).not.toBe(401);

    const AWS_PORT = new URL(first.aws).port;
    const emitted = await command("emit", ["-"], { AWS_PORT }, JSON.stringify(event));
    expect([emitted.code, emitted.stdout]).toEqual([0, expect.stringMatching(/^[0-9a-f-]{36}\n$/)]);

    const refused = await runMain({ DATA_DIR, PORT: "0", AWS_PORT: "0" });
    expect(refused).toEqual({
      code: 1,
      stdout: "",
      stderr: `Another local host uses the data folder ${DATA_DIR}: stop it, or set DATA_DIR to another folder.\n`,
    });

    expect(await first.end("SIGTERM")).toBe(0);
    expect(processesOf(DATA_DIR)).toEqual([]);
    expect(first.stdout().split("\n")).toHaveLength(2);

    const second = await spawnLocalHost(DATA_DIR);
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
    "for a taken %s names the port and the variable",
    async (name) => {
      const taken = createServer().listen(0, "127.0.0.1");
      await once(taken, "listening");
      const { port } = taken.address() as { port: number };
      const env = { DATA_DIR: folder(), PORT: "0", AWS_PORT: "0", DYNAMODB_PORT: "0", [name]: String(port) };
      const result = await runMain(env);
      taken.close();
      expect(result.code).toBe(1);
      expect(result.stderr).toMatch(
        new RegExp(`^Port ${port} is in use: .* set ${name} to another port.*\\n$`),
      );
    },
  );

  test("for a bad variable of the functions names it", async () => {
    const env = { DATA_DIR: folder(), PORT: "0", AWS_PORT: "0", WEBHOOK_EGRESS_ALLOW: "everything" };
    const result = await runMain(env);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/^Bad environment: WEBHOOK_EGRESS_ALLOW: must be CIDRs.*\n$/);
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

describe("the token command", () => {
  test.each([
    [[], "--user is needed"],
    [["--user", "ana", "--expires", "soon"], "--expires soon is not like"],
    [["--user", "ana", "--role", "x"], "--role"],
  ])("refuses %j and shows how it is used", async (args, message) => {
    const result = await command("token", args, { DATA_DIR: folder() });
    expect([result.code, result.stdout]).toEqual([1, ""]);
    expect(result.stderr).toContain(message);
    expect(result.stderr).toContain("Usage: npm run -s token");
  });

  test("makes expired tokens, with groups as a list", async () => {
    const args = ["--user", "ana", "--group", "a", "--group", "b", "--expires", "-1h"];
    const { stdout } = await command("token", args, { DATA_DIR: folder() });
    const claims = JSON.parse(Buffer.from(stdout.split(".")[1] ?? "", "base64url").toString());
    expect(claims).toMatchObject({
      sub: "ana",
      email: "ana@example.com",
      name: "ana",
      "cognito:groups": ["a", "b"],
    });
    expect(claims.exp).toBeLessThan(Date.now() / 1000);
  });
});

describe("the emit command", () => {
  test.each([
    ["no file named", [], "", /^Usage/],
    ["a file that is not there", ["/nowhere.json"], "", /^There is no file \/nowhere\.json/],
    ["what is not JSON", ["-"], "{", /^- is not JSON/],
    ["an event without its fields", ["-"], '{"source":"x"}', /^- is not an event: detail-type: .*; detail: /],
    ["no host that runs", ["-"], JSON.stringify(event), /^No local host answers on http:\/\/127\.0\.0\.1:1:/],
  ])("with %s fails with one line", async (_, args, input, message) => {
    const result = await command("emit", args, { AWS_PORT: "1" }, input);
    expect([result.code, result.stdout]).toEqual([1, ""]);
    expect(result.stderr).toMatch(message);
  });

  test("reads a file", async () => {
    const file = join(folder(), "event.json");
    writeFileSync(file, JSON.stringify(event));
    const result = await command("emit", [file], { AWS_PORT: "1" });
    expect(result.stderr).toMatch(/^No local host answers/);
  });
});
