// What keeps verify:aws from beginning: one line that says what to do, exit code 2, and nothing made.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { NOT_SHOWN } from "../../../infra/tools/verify/not-shown.ts";
import { onlyLine, runCommand } from "../../support/command.ts";
import { startLocalHost, type TestHost, tokenOf } from "../../support/local-host.ts";
import { Facts } from "../../support/template.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startLocalHost();
});
afterAll(() => host.stop());

const CREDENTIALS = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };
const NO_CREDENTIALS = {
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
};

/** The one line that it ends with. */
async function lineOf(args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { PATH } = process.env;
  const given = { PATH, RUNBOOKS_TOKEN: "t", ...NO_CREDENTIALS, ...env };
  return onlyLine(await runCommand("tools/verify-aws", args, { env: given }), 2);
}

/** A CloudFormation that answers every request like this. */
async function cloudFormation(status: number, xml: string) {
  const listener: RequestListener = (_, response) =>
    response.writeHead(status, { "content-type": "text/xml" }).end(xml);
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const AWS_ENDPOINT_URL_CLOUDFORMATION = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = { ...CREDENTIALS, AWS_REGION: "eu-central-1", AWS_ENDPOINT_URL_CLOUDFORMATION };
  return { env, [Symbol.dispose]: () => server.close() };
}

const refusal = (code: string, message: string) =>
  `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`;
const described = (outputs: Record<string, string>) => {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member><StackName>runbooks</StackName><CreationTime>2026-03-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${members.join("")}</Outputs></member></Stacks></DescribeStacksResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></DescribeStacksResponse>`;
};

describe("verify:aws does not begin", () => {
  test.each([
    [["--stak", "x"], /--stak.*See --help\.$/],
    [["--wait", "soon"], /^--wait must be a whole number from 1 to 900\. See --help\.$/],
    [["--receiver", "example.com", "--listen", "8080"], /^--receiver must be an address like/],
    [["--listen", "8080"], /^--receiver and --listen are given together/],
    [["--receiver", "https://hooks.example.com"], /^--receiver and --listen are given together/],
    [["--endpoint-url", "http://127.0.0.1:4566"], /^--endpoint-url is for a local stack: give its --api too/],
  ])("with %j", async (args, message) => {
    expect(await lineOf(args)).toMatch(message);
  });

  it("without a token", async () => {
    expect(await lineOf([], { RUNBOOKS_TOKEN: "" })).toMatch(/^RUNBOOKS_TOKEN is missing: set it to/);
  });

  it("without credentials, and without a region", async () => {
    expect(await lineOf(["--region", "eu-central-1"])).toMatch(/^There are no AWS credentials: sign in/);
    expect(await lineOf([], CREDENTIALS)).toBe("The region is missing: give --region.");
  });

  it("for a stack that is not there, or not of this service, or that it may not read", async () => {
    const missing = refusal("ValidationError", "Stack with id nope does not exist");
    using nowhere = await cloudFormation(400, missing);
    expect(await lineOf(["--stack", "nope"], nowhere.env)).toBe(
      "There is no stack nope in this account in eu-central-1: check --stack, --region and AWS_PROFILE.",
    );
    using other = await cloudFormation(200, described({ ApiUrl: "https://api.example.com/" }));
    expect(await lineOf([], other.env)).toMatch(/^The stack runbooks has no output EventBusName: /);
    using denied = await cloudFormation(403, refusal("AccessDenied", "not authorized"));
    expect(await lineOf([], denied.env)).toMatch(
      /^These credentials may not read the stack: .*DescribeStacks/,
    );
  });

  it("for tokens that the API does not take, and callers who are no platform admins", async () => {
    const local = ["--endpoint-url", host.aws, "--api", host.api];
    expect(await lineOf(local)).toMatch(/^The API does not accept a token: /);
    const RUNBOOKS_TOKEN = await tokenOf(host.identity, { user: "rob", groups: ["team:verify:responder"] });
    expect(await lineOf(local, { RUNBOOKS_TOKEN })).toMatch(
      /^The token of rob.* is not that of a platform admin/,
    );
  });

  it("where nothing answers", async () => {
    const nobody = "http://127.0.0.1:9";
    expect(await lineOf(["--endpoint-url", nobody, "--api", host.api])).toMatch(
      /^Nothing answers on the AWS endpoint/,
    );
    expect(await lineOf(["--endpoint-url", host.aws, "--api", nobody])).toMatch(
      /^The API does not answer as it should: http:\/\/127\.0\.0\.1:9 cannot be reached.* Check --api\.$/,
    );
  });

  it("with a receiver that is not its own, or a port that is taken", async () => {
    const RUNBOOKS_TOKEN = await tokenOf(host.identity, { user: "ana", groups: ["platform-admin"] });
    const local = ["--endpoint-url", host.aws, "--api", host.api];
    const taken = createTcpServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const port = String((taken.address() as AddressInfo).port);
    expect(await lineOf([...local, "--receiver", host.api, "--listen", port], { RUNBOOKS_TOKEN })).toMatch(
      /^Port \d+ cannot be used \(EADDRINUSE\)/,
    );
    taken.close();
    await once(taken, "close");
    expect(await lineOf([...local, "--receiver", host.api, "--listen", port], { RUNBOOKS_TOKEN })).toMatch(
      /does not lead to port \d+ of this machine: start the tunnel first/,
    );
  });
});

it("says in its guide what it does not show", () => {
  const guide = readFileSync(new URL("../../../docs/verifying.md", import.meta.url), "utf8");
  for (const { name } of NOT_SHOWN) expect(guide).toContain(`| ${name} |`);
});

it("reads outputs that the stack has", () => {
  const { outputs } = new Facts();
  for (const name of [
    "ApiUrl",
    "EventBusName",
    "StateMachineArn",
    "ExecutionRequestsQueueUrl",
    "ExecutionRequestsDeadLettersUrl",
  ])
    expect(outputs).toHaveProperty(name);
});

it("takes everything from these outputs, and goes on to the API", async () => {
  const outputs = {
    ApiUrl: `${host.api}/`,
    EventBusName: "runbooks",
    StateMachineArn: "arn:aws:states:eu-central-1:000000000000:stateMachine:runbook-executions",
    ExecutionRequestsQueueUrl: `${host.aws}/000000000000/execution-requests`,
    ExecutionRequestsDeadLettersUrl: `${host.aws}/000000000000/execution-requests-dead-letters`,
  };
  using stacks = await cloudFormation(200, described(outputs));
  const RUNBOOKS_TOKEN = await tokenOf(host.identity, { user: "ana", groups: ["platform-admin"] });
  const AWS_ENDPOINT_URL = host.aws;
  const env = {
    PATH: process.env["PATH"],
    ...NO_CREDENTIALS,
    ...stacks.env,
    AWS_ENDPOINT_URL,
    RUNBOOKS_TOKEN,
  };
  const { code, stdout } = await runCommand("tools/verify-aws", ["--team", "by-outputs"], { env });
  expect([code, stdout]).toEqual([0, expect.stringMatching(/ 0 not as expected, \d+ not shown here\.\n$/)]);
});
