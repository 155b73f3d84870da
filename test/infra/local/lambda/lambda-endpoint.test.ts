// Lambda's Invoke of the local stack, through the real SDK client: functions call the one that is meant to be called.
import { request } from "node:http";
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RECORD_CALLBACK } from "../../../../shared/contract/workflow.ts";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "../../../support/dynamodb.ts";
import { startLocalHost, type TestHost } from "../../../support/local-host.ts";

let host: TestHost;
let lambda: LambdaClient;
/** What the function does with what it is given. */
let act: (event: unknown) => unknown;
const called: string[] = [];

beforeAll(async () => {
  host = await startLocalHost({
    load: async (path) => (event) => {
      called.push(path);
      return act(event);
    },
    rules: {},
    schedules: {},
    streamTargets: {},
  });
  lambda = new LambdaClient({
    endpoint: host.aws,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
    maxAttempts: 1,
  });
});
afterAll(async () => {
  lambda.destroy();
  await host.stop();
});

const call = (FunctionName: string, more: object = {}) =>
  lambda.send(new InvokeCommand({ FunctionName, Payload: Buffer.from('{"pages":[1,"ü"]}'), ...more }));
const textOf = (payload: Uint8Array | undefined) => Buffer.from(payload ?? []).toString("utf8");

describe("a function that is called", () => {
  test("is given the payload, and its answer comes back", async () => {
    act = (event) => ({ given: event });
    const { StatusCode, FunctionError, Payload } = await call(RECORD_CALLBACK);
    expect([StatusCode, FunctionError]).toEqual([200, undefined]);
    expect(JSON.parse(textOf(Payload))).toEqual({ given: { pages: [1, "ü"] } });
    expect(called).toEqual([`workflow/${RECORD_CALLBACK}`]);
  });

  test("that answers nothing answers null", async () => {
    act = () => undefined;
    expect(textOf((await call(RECORD_CALLBACK)).Payload)).toBe("null");
  });

  test("that throws is reported by the header, its type and its message, as Lambda does", async () => {
    act = () => {
      throw new TypeError("out of pages");
    };
    const { StatusCode, FunctionError, Payload } = await call(RECORD_CALLBACK);
    expect([StatusCode, FunctionError]).toEqual([200, "Unhandled"]);
    expect(JSON.parse(textOf(Payload))).toMatchObject({
      errorType: "TypeError",
      errorMessage: "out of pages",
    });
  });
});

describe("a call that is not carried out", () => {
  const refused = async (asked: Promise<unknown>) => {
    const before = called.length;
    const error: unknown = await asked.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(called).toHaveLength(before);
    return error;
  };

  test.each(["deliver-webhook", "nothing-of-this-name", "constructor"])(
    "%s, which no function may call, is not found",
    async (name) => {
      expect(await refused(call(name))).toMatchObject({
        name: "ResourceNotFoundException",
        $metadata: { httpStatusCode: 404 },
      });
    },
  );

  test("a payload that is not JSON is refused by name", async () => {
    const asked = call(RECORD_CALLBACK, { Payload: Buffer.from("{") });
    expect(await refused(asked)).toMatchObject({ name: "SerializationException" });
  });

  test.each(["Event", "DryRun"] as const)("another way to call, %s, answers 501 by its name", async (way) => {
    expect(await refused(call(RECORD_CALLBACK, { InvocationType: way }))).toMatchObject({
      name: "NotImplementedException",
      message: expect.stringContaining(`Lambda.Invoke with InvocationType ${way}`),
      $metadata: { httpStatusCode: 501 },
    });
  });

  test("an alias and any other operation answer 501 by their names", async () => {
    expect(await refused(call(RECORD_CALLBACK, { Qualifier: "live" }))).toMatchObject({
      name: "NotImplementedException",
      message: expect.stringContaining("invocations?Qualifier=live"),
    });
    expect(await refused(lambda.send(new ListFunctionsCommand({})))).toMatchObject({
      name: "NotImplementedException",
      message: expect.stringContaining("GET /2015-03-31/functions"),
    });
  });

  test("a caller under another host name is turned away", async () => {
    const { port } = new URL(host.aws);
    const url = `${host.aws}/2015-03-31/functions/${RECORD_CALLBACK}/invocations`;
    const asked = new Promise<number | undefined>((resolve, reject) => {
      const sent = request(url, { method: "POST", headers: { host: `example.com:${port}` } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.on("error", reject).end("{}");
    });
    const before = called.length;
    expect(await asked).toBe(403);
    expect(called).toHaveLength(before);
  });
});
