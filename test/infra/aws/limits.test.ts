// Every option as large as it may be: AWS would take the stack, or the synthesis is refused with a line that names it.
import { Template } from "aws-cdk-lib/assertions";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findLimitIssues, requireWithinLimits } from "../../../infra/aws/limits/check.ts";
import { BLAMED } from "../../../infra/aws/limits/limits.ts";
import { toLongest } from "../../../infra/aws/limits/longest.ts";
import { Options } from "../../../infra/aws/options/options.ts";
import { buildStack } from "../../support/template.ts";
import { REFUSED, TAKEN } from "../../support/uses/largest.ts";
import { KINDS } from "../../support/uses/use.ts";
import { givenOf, joined, USES } from "../../support/uses/uses.ts";

const LARGEST = { ...TAKEN, ...REFUSED };
/** An option of a few words, or of `true` and `false`, or of a number, makes nothing large. */
const FEW_WORDS = ["apiKind", "gradualUpdates", "consoleToken", "oidcTokenType"];
const NO_TEXT = USES.filter(([name, use]) =>
  ["boolean", "number"].includes(typeof Options.parse(givenOf([name, use]))[name]),
).map(([name]) => name);

function issuesOf(given: Record<string, unknown>): string[] {
  return findLimitIssues(Template.fromStack(buildStack(given)).toJSON() as never, Options.parse(given));
}

describe("limits of AWS", () => {
  it("are tried with the largest value of every option of free length", () => {
    const fixed = [...FEW_WORDS, ...NO_TEXT, "caBundle"];
    const free = Object.keys(Options.shape).filter((name) => !fixed.includes(name));
    expect(Object.keys(LARGEST).sort()).toEqual(free.sort());
    expect(free).toEqual(expect.arrayContaining([...BLAMED]));
  });

  it.each(Object.entries(LARGEST))("%s at its largest is taken, or refused by name", (name, given) => {
    const issues = issuesOf(given);
    expect(issues.length > 0).toBe(name in REFUSED);
    for (const issue of issues)
      expect(issue).toMatch(new RegExp(`^${name}: the .* would have \\d+ .*AWS takes`));
  });

  it.each(["rest", "private"] as const)(
    "name the audiences that a %s API's authorizer cannot hold",
    (kind) => {
      const [line = ""] = issuesOf({ ...KINDS[kind], ...TAKEN["oidcAudience"] });
      expect(line).toMatch(/^oidcAudience: the environment of runbooks-authorize-call would have \d+ bytes/);
    },
  );

  it("take the longest names of stack, table and key together", () => {
    const { stackName, tableStreamArn, customerKeyArn } = TAKEN;
    expect(issuesOf({ ...stackName, ...tableStreamArn, ...customerKeyArn })).toEqual([]);
  });

  it("leave room for options of usual size, all together", () => {
    const usual = {
      ...{ vpcId: "vpc-0abc1234", subnetIds: "subnet-0abc1234,subnet-0abc1235" },
      stackName: "a".repeat(30),
      egressAllow: Array.from({ length: 10 }, (_, n) => `10.${n}.0.0/16`),
      hostAllow: Array.from({ length: 15 }, (_, n) => `hooks-${n}.example.com`),
      knownTeams: Array.from({ length: 30 }, (_, n) => `team-${n}`),
      publicApiUrl: "https://runbooks.platform.example.com",
      eventSourceAccounts: Array.from({ length: 50 }, (_, n) => String(100_000_000_000 + n)),
      ...TAKEN["partnerEventBuses"],
    };
    expect(issuesOf(usual)).toEqual([]);
  });

  it("blame an option that was given, whatever is given together", () => {
    fc.assert(
      fc.property(fc.subarray(Object.values(LARGEST), { minLength: 6 }), (chosen) => {
        const given = chosen.reduce((all, more) => joined(all, more) ?? all, {});
        for (const issue of issuesOf(given)) expect(Object.keys(given)).toContain(issue.split(":")[0]);
      }),
      { numRuns: 8 },
    );
  });

  it("stop the synthesis with one line for each", () => {
    const given = { ...REFUSED["hostAllow"], ...REFUSED["eventSourceAccounts"] };
    const template = Template.fromStack(buildStack(given)).toJSON();
    const lines =
      /^AWS would not take this deployment:\nhostAllow: the environment of .* \(and of \d+ others\) would have \d+ bytes, AWS takes 4096\. Shorten it\.\neventSourceAccounts: the policy of .*\.$/;
    expect(() => requireWithinLimits(template as never, Options.parse(given))).toThrow(lines);
  });

  it("are met by texts as long as CloudFormation can make them", () => {
    const resources = { Queue: { Type: "AWS::SQS::Queue" } };
    const long = toLongest({ Url: { Ref: "Queue" } }, { stackName: "a".repeat(30), resources });
    const real = `https://sqs.ap-southeast-1.amazonaws.com/123456789012/${"a".repeat(30)}-Queue-0123456789AB`;
    expect(JSON.stringify(long).length).toBeGreaterThanOrEqual(JSON.stringify({ Url: real }).length);
  });
});
