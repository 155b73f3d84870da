// A line of level ERROR counts as a fault of the version that wrote it, so that an update can be taken back.
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { metricsIn } from "../../support/heard-metrics.ts";
import { Facts } from "../../support/template.ts";

const LOGGER = new URL("../../../shared/logging/logger.ts", import.meta.url).href;
const AUTHORIZER = new URL("../../../shared/handlers/authorizer-handler.ts", import.meta.url).href;
const VERSION = "7";
const published = {
  AWS_LAMBDA_FUNCTION_NAME: "runbooks-api-read",
  AWS_LAMBDA_FUNCTION_VERSION: VERSION,
  POWERTOOLS_SERVICE_NAME: "runbooks",
};

/** What a program prints in such an environment. */
function print(program: string, variables: Record<string, string>): string {
  const env = { PATH: process.env["PATH"], ...variables };
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    env,
    encoding: "utf8",
  });
  return `${stdout}${stderr}`;
}

const logging = (level: string) => `
  const { logger } = await import("${LOGGER}");
  logger.${level}("failed", { task: "read", version: 3 });`;

/** Calls the authorizer, which fails with this message, and prints how the call ended. */
const failing = (message: string) => `
  const { authorizerHandler } = await import("${AUTHORIZER}");
  const handler = authorizerHandler("authorize-call", async () => {
    throw new Error("${message}");
  });
  const event = { type: "TOKEN", authorizationToken: "Bearer x", methodArn: "arn:a/live/GET/x" };
  await handler(event, { functionName: "f", awsRequestId: "1" }).catch(({ message }) => console.log("ended: " + message));`;

describe("a line of level ERROR", () => {
  const [line] = print(logging("error"), published).trim().split("\n");

  it("counts one fault of its function's version, once", () => {
    expect(metricsIn(print(logging("error"), published))).toEqual([
      {
        namespace: "Runbooks",
        dimensions: {
          service: "runbooks",
          function_name: "runbooks-api-read",
          function_version: VERSION,
        },
        metrics: { faults: 1 },
      },
    ]);
  });

  it("stays the line that it is", () => {
    expect(JSON.parse(line ?? "")).toMatchObject({
      level: "ERROR",
      message: "failed",
      task: "read",
      version: 3,
    });
  });

  it("counts nothing in a function that is not published, or that is none", () => {
    const unpublished = { ...published, AWS_LAMBDA_FUNCTION_VERSION: "$LATEST" };
    for (const variables of [unpublished, {}])
      expect(print(logging("error"), variables)).not.toContain("CloudWatchMetrics");
  });

  it.each(["info", "warn"])("is a fault, and one of level %s is none", (level) => {
    expect(print(logging(level), published)).not.toContain("CloudWatchMetrics");
  });
});

describe("an alarm that takes an update back", () => {
  it("watches faults as they are written, but for the number of the version", () => {
    const facts = new Facts({ gradualUpdates: "canary" });
    const alarm = facts
      .all("AWS::CloudWatch::Alarm")
      .map(([, properties]) => properties as { AlarmName: unknown; Metrics?: object[] })
      .find(({ AlarmName }) => JSON.stringify(AlarmName).includes('"runbooks-api-read-update-"'));
    const stat = alarm?.Metrics?.find((metric) => Object(metric).Id === "faults");
    const { Namespace, MetricName, Dimensions } = Object(stat).MetricStat.Metric as {
      Namespace: string;
      MetricName: string;
      Dimensions: { Name: string; Value: unknown }[];
    };
    const [written] = metricsIn(print(logging("error"), published));
    expect({ [MetricName]: 1 }).toEqual(written?.metrics);
    expect(Namespace).toBe(written?.namespace);
    const named = Dimensions.map(({ Name, Value }) => [Name, typeof Value === "string" ? Value : VERSION]);
    expect(Object.fromEntries(named)).toEqual(written?.dimensions);
  });
});

describe("an authorizer", () => {
  it("that fails says so, and counts a fault", () => {
    const printed = print(failing("The issuer does not answer"), published);
    expect(metricsIn(printed)).toHaveLength(1);
    expect(printed).toContain("ended: The issuer does not answer");
  });

  it("that refuses a token counts none: strangers decide about no update", () => {
    const printed = print(failing("Unauthorized"), published);
    expect(printed).not.toContain("CloudWatchMetrics");
    expect(printed).toContain("ended: Unauthorized");
  });
});
