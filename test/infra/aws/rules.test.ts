// AWS's own rules (cdk-nag, AwsSolutions) find nothing by default (deployments.test.ts has every option), and what is acknowledged says why and is really there.
import { type Stack, Validations } from "aws-cdk-lib";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, it, vi } from "vitest";
import { buildStack, synthesizeChecked } from "../../support/template.ts";
import { KINDS } from "../../support/uses/use.ts";
import { givenOf, USES } from "../../support/uses/uses.ts";

type Acknowledged = { id: string; reason: string };

function findings(stack: Stack): string[] {
  return new AwsSolutionsChecks(stack.node.root)
    .validateScope(stack)
    .violations.map(({ ruleName }) => ruleName);
}

describe("AWS's rules", () => {
  it("find nothing in the stack that is not acknowledged", () => {
    expect(findings(buildStack())).toEqual([]);
  });

  it("of CloudFormation's schema hold, as it is", () => {
    expect(synthesizeChecked()).toHaveProperty("Resources");
  });

  it("would find a violation", () => {
    const stack = buildStack();
    new Queue(stack, "Careless");
    expect(findings(stack)).toEqual(expect.arrayContaining(["AwsSolutions-SQS3", "AwsSolutions-SQS4"]));
  });

  it("are acknowledged only where they find something, each with a reason", () => {
    const acknowledged: Acknowledged[] = [];
    const spy = vi
      .spyOn(Validations.prototype, "acknowledge")
      .mockImplementation((...given: Acknowledged[]) => void acknowledged.push(...given));
    const raw = new Set(
      [{}, KINDS.rest, ...USES.map(givenOf)].flatMap((options) => findings(buildStack(options))),
    );
    spy.mockRestore();
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(acknowledged.filter(({ id }) => !raw.has(id))).toEqual([]);
    for (const { reason } of acknowledged) expect(reason.split(" ").length).toBeGreaterThan(8);
  });
});
