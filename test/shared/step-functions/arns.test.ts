// The page of an execution in the AWS console, where there is one.
import { beforeEach, describe, expect, it } from "vitest";
import { consoleUrl, executionArn, startArn, stateMachineArn } from "../../../shared/step-functions/arns.ts";
import { newId } from "../../support/seed.ts";

const MACHINE = "arn:aws:states:eu-central-1:000000000000:stateMachine:runbooks-execution";
beforeEach(() => {
  process.env["STATE_MACHINE_ARN"] = MACHINE;
});

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

describe("a state machine with an alias", () => {
  const id = newId("execution");

  it.each(["live", "12"])("starts runs by %s, and knows them without it", (alias) => {
    const known = executionArn(id);
    process.env["STATE_MACHINE_ARN"] = `${MACHINE}:${alias}`;
    expect(startArn()).toBe(`${MACHINE}:${alias}`);
    expect(stateMachineArn()).toBe(MACHINE);
    expect(executionArn(id)).toBe(known);
  });
});
