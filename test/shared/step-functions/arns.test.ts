// The page of an execution in the AWS console, where there is one.
import { describe, expect, it } from "vitest";
import { consoleUrl } from "../../../shared/step-functions/arns.ts";
import { newId } from "../../support/seed.ts";

process.env["STATE_MACHINE_ARN"] = "arn:aws:states:eu-central-1:000000000000:stateMachine:runbooks-execution";

describe("the link of an execution", () => {
  const id = newId("execution");

  it("leads to the execution in the console that the environment names", () => {
    process.env["CONSOLE_URL"] = "https://eu-central-1.console.aws.amazon.com";
    const arn = `arn:aws:states:eu-central-1:000000000000:execution:runbooks-execution:${id}`;
    expect(consoleUrl(id)).toBe(
      `https://eu-central-1.console.aws.amazon.com/states/home?region=eu-central-1#/v2/executions/details/${encodeURIComponent(arn)}`,
    );
  });

  it("is null if the environment names no console", () => {
    delete process.env["CONSOLE_URL"];
    expect(consoleUrl(id)).toBeNull();
  });
});
