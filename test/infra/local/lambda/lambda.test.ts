// Functions that run at the same time in the host's one process log under their own names.
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { Context } from "aws-lambda";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Handler } from "../../../../infra/local/lambda/lambda.ts";
import { logger } from "../../../../shared/logging/logger.ts";
import { startLocalHost, type TestHost } from "../../../support/local-host.ts";

const NAMES = ["first", "second"];
let host: TestHost;
let under = 0;

/** Logs once all of the functions have begun. */
const handler: Handler = middy<unknown, unknown, Error, Context>()
  .use(injectLambdaContext(logger))
  .handler(async (_, { functionName }) => {
    logger.appendKeys({ of: functionName });
    under += 1;
    await vi.waitFor(() => expect(under).toBe(NAMES.length));
    logger.info("together");
    return { statusCode: 200 };
  });

beforeAll(async () => {
  const route = (name: string) => ({ method: "GET", path: `/${name}`, access: "public" }) as const;
  host = await startLocalHost({
    load: async () => handler,
    routes: Object.fromEntries(NAMES.map((name) => [name, route(name)])),
    rules: {},
    schedules: {},
    streamTargets: {},
  });
});
afterAll(() => host.stop());

test("each of two functions under way logs its own name, request id and keys", async () => {
  const lines: unknown[] = [];
  const written = vi.spyOn(process.stdout, "write").mockImplementation((text) => lines.push(text) > 0);
  const answers = await Promise.all(NAMES.map((name) => host.ask("GET", `/${name}`)));
  written.mockRestore();
  const logged = lines.map((line) => JSON.parse(String(line))).filter((line) => line.message === "together");
  expect(logged.map((line) => [line.of, line.function_name, line.function_request_id]).sort()).toEqual(
    NAMES.map((name, index) => [name, name, answers[index]?.headers.get("apigw-requestid")]),
  );
});
