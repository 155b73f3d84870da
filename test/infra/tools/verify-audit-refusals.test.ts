// npm run verify-audit where it cannot read the table: one line that says what to do, and exit code 2.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { devNull } from "node:os";
import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, describe, expect, inject, it, test } from "vitest";
import { readToolEnvironment } from "../../../infra/tools/table/environment.ts";
import { explainFailure } from "../../../infra/tools/table/failures.ts";
import { onlyLine, runCommand } from "../../support/command.ts";
import { createTable, dynamoDbClient } from "../../support/dynamodb.ts";
import { useTable } from "../../support/environment.ts";
import { draft } from "../../support/seed.ts";

/** A terminal that knows nothing of AWS. */
const BARE = {
  PATH: process.env["PATH"],
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  AWS_EC2_METADATA_DISABLED: "true",
};
const KEYS = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
const TABLE = { TABLE_NAME: "runbooks" };
const CLOSED = { AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:1" };

const verify = (env: NodeJS.ProcessEnv, args: string[] = []) =>
  runCommand("tools/verify-audit", args, { env: { ...BARE, ...env } });
const refusal = async (env: NodeJS.ProcessEnv, args?: string[]) => onlyLine(await verify(env, args), 2);

describe("on a local stack", () => {
  let local: { AWS_ENDPOINT_URL_DYNAMODB: string; TABLE_NAME: string };
  beforeAll(async () => {
    await useTable();
    await draft();
    const [endpoint, tableName] = [inject("dynamoDbEndpoint"), String(process.env["TABLE_NAME"])];
    local = { AWS_ENDPOINT_URL_DYNAMODB: endpoint, TABLE_NAME: tableName };
  });
  const read = { code: 0, stdout: "1 chains with 1 entries: all is as it was written.\n", stderr: "" };

  it("needs its address and the table alone: no region, no credentials", async () => {
    expect(await verify(local)).toEqual(read);
  });

  it("ignores the terminal's AWS variables", async () => {
    const others = { AWS_PROFILE: "nowhere", AWS_REGION: "here now", AWS_SESSION_TOKEN: "x" };
    expect(await verify({ ...local, ...others })).toEqual(read);
  });

  it("names the table that is not there", async () => {
    expect(await refusal({ ...local, TABLE_NAME: "nowhere" })).toBe(
      `There is no table nowhere on ${inject("dynamoDbEndpoint")}: check TABLE_NAME, which is \`runbooks\` on a local stack.`,
    );
  });
});

describe("a table in which there is nothing to verify", () => {
  const NOTHING = (table: string) =>
    `There is nothing to verify in the table ${table}: no runbook was ever created in it, or it is not the table of this service. Check TABLE_NAME.`;
  const at = (TABLE_NAME: string) => ({
    AWS_ENDPOINT_URL_DYNAMODB: inject("dynamoDbEndpoint"),
    TABLE_NAME,
  });

  it("is not reported as sound when it is empty", async () => {
    const { tableName } = await createTable();
    expect(await refusal(at(tableName))).toBe(NOTHING(tableName));
  });

  it.each([
    ["keys of other names", "id", "range"],
    ["the names of our keys", "pk", "sk"],
  ])("is not reported as sound when it is another service's, with %s", async (_, hash, range) => {
    const TableName = `orders-${randomUUID()}`;
    const documents = DynamoDBDocumentClient.from(dynamoDbClient());
    await documents.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [hash, range].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
        KeySchema: [
          { AttributeName: hash, KeyType: "HASH" },
          { AttributeName: range, KeyType: "RANGE" },
        ],
      }),
    );
    await documents.send(new PutCommand({ TableName, Item: { [hash]: "order#1", [range]: "head" } }));
    expect(await refusal(at(TableName))).toBe(NOTHING(TableName));
  });
});

describe("names the missing or wrong setting", () => {
  test.each([
    ["an argument", { ...TABLE, ...CLOSED }, ["--fix"], /^Usage: TABLE_NAME=/],
    ["no table", { AWS_REGION: "eu-central-1", ...KEYS }, [], /^TABLE_NAME must name the table/],
    ["no name of a table", { TABLE_NAME: "a b" }, [], /^TABLE_NAME must name the table/],
    ["no region", { ...TABLE, ...KEYS }, [], /^Set AWS_REGION to the region of the table/],
    ["no such region", { ...TABLE, ...KEYS, AWS_REGION: "here now" }, [], /^Set AWS_REGION to .*"here now"/],
    [
      "no credentials",
      { ...TABLE, AWS_REGION: "eu-central-1" },
      [],
      /^There are no AWS credentials .*: sign in .* AWS_ACCESS_KEY_ID/,
    ],
    [
      "half of the credentials",
      { ...TABLE, AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "a" },
      [],
      /^There are no AWS credentials/,
    ],
    [
      "a profile that is not there",
      { ...TABLE, AWS_REGION: "eu-central-1", AWS_PROFILE: "nowhere" },
      [],
      /^There are no AWS credentials .* AWS_PROFILE/,
    ],
    [
      "an address that is none",
      { ...TABLE, AWS_ENDPOINT_URL_DYNAMODB: "127.0.0.1:8000" },
      [],
      /^AWS_ENDPOINT_URL_DYNAMODB must be a URL/,
    ],
    [
      "an address of another kind",
      { ...TABLE, AWS_ENDPOINT_URL_DYNAMODB: "ftp://127.0.0.1" },
      [],
      /^AWS_ENDPOINT_URL_DYNAMODB must be a URL/,
    ],
    [
      "an address where nothing listens",
      { ...TABLE, ...CLOSED },
      [],
      /^Nothing answers on http:\/\/127\.0\.0\.1:1: start the local stack/,
    ],
  ])("%s", async (_, env, args, line) => {
    expect(await refusal(env, args)).toMatch(line);
  });
});

describe("reports what the table says", () => {
  test.each([
    [
      400,
      '{"__type":"x#AccessDeniedException","message":"no"}',
      /^These credentials may not read the table runbooks: .*Scan/,
    ],
    [
      400,
      '{"__type":"x#UnrecognizedClientException","message":"no"}',
      /^AWS does not accept these credentials \(Unrec.*sign in/,
    ],
    [
      400,
      '{"__type":"x#ExpiredTokenException","message":"no"}',
      /^AWS does not accept these credentials \(Expired/,
    ],
    [
      400,
      '{"__type":"x#ValidationException","message":"bad\\nname"}',
      /^DynamoDB refused to read runbooks \(bad name\): check that TABLE_NAME/,
    ],
    [
      501,
      '{"__type":"NotImplementedException","message":"not here"}',
      /^The table runbooks could not be read \(Not.*: check that http:/,
    ],
    [
      404,
      "<html>\nlost",
      /^The table runbooks could not be read \(Unexpected token .* JSON\): check that http:/,
    ],
  ])("%i %s", async (status, body, line) => {
    const server = createServer((_, response) => response.writeHead(status).end(body));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as { port: number };
    const result = await refusal({ ...TABLE, AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}` });
    server.close();
    expect(result).toMatch(line);
  });

  test.each([
    ["ENOTFOUND", /^AWS cannot be reached .*check the network, and set AWS_REGION/],
    ["ETIMEDOUT", /^The table does not answer in time/],
    ["EWHATEVER", /^The table runbooks could not be read \(it failed\): set AWS_REGION/],
  ])("on AWS: %s", (code, line) => {
    const cause = Object.assign(new Error("it\nfailed."), { code });
    const result = explainFailure(new Error("outer", { cause }), { table: "runbooks", endpoint: null });
    expect(result).toMatch(line);
    expect(result).not.toContain("\n");
  });
});

it("leaves region and credentials to the terminal for any other address", () => {
  for (const AWS_ENDPOINT_URL_DYNAMODB of [
    "",
    "https://dynamodb.eu-central-1.amazonaws.com",
    "http://127.0.0.1.example.com",
  ]) {
    expect(readToolEnvironment({ ...TABLE, AWS_ENDPOINT_URL_DYNAMODB }).variables).toEqual({});
  }
});
