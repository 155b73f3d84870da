// The commands `token` and `emit` as processes: what they refuse in one line, with exit code 1.
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { onlyLine, runCommand } from "../../support/command.ts";
import { dataFolder } from "../../support/local-host.ts";

let folder: ReturnType<typeof dataFolder>;
beforeEach(() => {
  folder = dataFolder();
});
afterEach(() => folder.remove());

const file = (name: string, text: string) => {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
};

describe("the token command", () => {
  const token = (args: string[], DATA_DIR = folder.path) =>
    runCommand("local/token", args, { env: { ...process.env, DATA_DIR } });

  test.each([
    [[], "--user is needed"],
    [["--user", ""], "--user is needed"],
    [["--user"], "--user <value>"],
    [["--user", "ana", "--expires", "soon"], "--expires soon is not like"],
    [["--user", "ana", "--role", "x"], "--role"],
    [["ana"], "'ana'"],
  ])("refuses %j and says how it is used", async (args, message) => {
    const line = onlyLine(await token(args));
    expect(line).toContain(message);
    expect(line).toMatch(/\. Usage: npm run -s token -- --user NAME .*\(see --help\)\.$/);
  });

  test.each([
    ["is a file", () => file("a", ""), "a file is in its way"],
    ["is under a file", () => join(file("a", ""), "b"), "a file is in its way"],
    ["cannot be made", () => "/proc/x/y", "no folder can be made there"],
    ["has too long a name", () => join(folder.path, "n".repeat(300)), "the name is too long"],
  ])("refuses a data folder that %s", async (_, dataDir, reason) => {
    const path = dataDir();
    const line = onlyLine(await token(["--user", "ana"], path));
    expect(line.startsWith(`The data folder ${path} cannot be used: ${reason}`)).toBe(true);
    expect(line).toMatch(/Set DATA_DIR to a folder that this user can write\.$/);
  });

  test("refuses a damaged identity, and one that is a folder", async () => {
    file("issuer.json", "{");
    expect(onlyLine(await token(["--user", "ana"]))).toMatch(/issuer\.json is damaged: .* DATA_DIR/);
    mkdirSync(join(folder.path, "b", "issuer.json"), { recursive: true });
    const line = onlyLine(await token(["--user", "ana"], join(folder.path, "b")));
    expect(line).toMatch(/a folder is where a file should be.*Set DATA_DIR/);
  });

  test("--help describes groups and the data folder", async () => {
    const { code, stdout, stderr } = await token(["--help"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Usage: npm run -s token -- .*team:<teamId>:admin.*DATA_DIR/s);
  });

  test("warns of each group that gives no role, and makes the token all the same", async () => {
    const groups = [
      "platform-admin",
      "team:payments:resonder",
      "Team:payments:admin",
      "team:search:observer",
    ];
    const args = ["--user", "ana", ...groups.flatMap((group) => ["--group", group])];
    const { code, stdout, stderr } = await token(args);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)]);
    const known =
      "Groups are platform-admin, platform-auditor, team:<teamId>:admin, team:<teamId>:responder or team:<teamId>:observer.";
    expect(stderr.trimEnd().split("\n")).toEqual([
      `Warning: the group "team:payments:resonder" gives no role. ${known}`,
      `Warning: the group "Team:payments:admin" gives no role. ${known}`,
    ]);
  });

  test("makes expired tokens, with groups as a list", async () => {
    const args = ["--user", "ana", "--group", "a", "--group", "b", "--expires", "-1h"];
    const { stdout } = await token(args);
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
  const event = JSON.stringify({ source: "test", "detail-type": "Test", detail: { a: 1 } });
  const emit = (args: string[], env: NodeJS.ProcessEnv = {}, input = event) =>
    runCommand("local/emit", args, { env: { ...process.env, AWS_PORT: "1", ...env }, input });

  test.each([
    ["no file named", [], "", /^Usage: npm run -s emit/],
    ["two files named", ["-", "-"], event, /^Usage: npm run -s emit/],
    ["a file that is not there", ["/nowhere.json"], "", /^There is no file \/nowhere\.json\. Usage/],
    ["a folder", ["/"], "", /^\/ cannot be read: a folder is where a file should be\. Usage/],
    ["what is not JSON", ["-"], '{"a":\n1,\n', /^- is not JSON: \S/],
    [
      "an event without its fields",
      ["-"],
      '{"source":"x"}',
      /^- is not an event: detail-type is required; detail is required\.$/,
    ],
    ["what is no object", ["-"], "[]", /^- is not an event: the event must be an object\.$/],
  ])("refuses %s", async (_, args, input, message) => {
    expect(onlyLine(await emit(args, {}, input))).toMatch(message);
  });

  test.each([
    [{ AWS_PORT: "1" }, /^No local stack answers on http:\/\/127\.0\.0\.1:1: run `npm start`/],
    [{ AWS_PORT: "0" }, /^AWS_PORT is 0, which names no port: .*ready line/],
    [{ AWS_PORT: "http" }, /^AWS_PORT must be a port number/],
    [{ AWS_PORT: "70000" }, /^AWS_PORT must be at most 65535/],
    [{ AWS_REGION: "here now" }, /^AWS_REGION must be a region like/],
  ])("with %j says what to set", async (env, message) => {
    expect(onlyLine(await emit(["-"], env))).toMatch(message);
  });

  const refusal: RequestListener = (_, response) =>
    response.writeHead(400).end('{"__type":"ValidationException","message":"too\\nlarge"}');
  test.each<[string, RequestListener, RegExp]>([
    ["refuses it", refusal, /^The event was refused: too large \(ValidationException\)$/],
    [
      "is another program",
      (_, response) => response.end("<html>\n"),
      /does not answer as a local stack does/,
    ],
    ["answers nothing", (_, response) => response.end("{}"), /does not answer as a local stack does/],
    ["hangs up", (request) => request.socket.destroy(), /does not answer as a local stack does/],
    ["never answers", () => undefined, /does not answer as a local stack does: .* set AWS_PORT/],
  ])("where what listens %s says so", async (_, listener, message) => {
    const server = createServer(listener);
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as { port: number };
    const line = onlyLine(await emit(["-"], { AWS_PORT: String(port) }));
    server.closeAllConnections();
    server.close();
    expect(line).toMatch(message);
  });

  test("reads a file", async () => {
    expect(onlyLine(await emit([file("event.json", event)]))).toMatch(/^No local stack answers/);
  });
});
