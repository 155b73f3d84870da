// Every option alone, every pair, and all that go together, of each kind of API: the same facts hold, and AWS would take it.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findLimitIssues } from "../../../infra/aws/limits/check.ts";
import { Options, readOptions } from "../../../infra/aws/options/options.ts";
import { findDangling } from "../../support/dangling.ts";
import { refusalsOf } from "../../support/refusals.ts";
import { buildStack, Facts } from "../../support/template.ts";
import { anyOptions, NAMES } from "../../support/uses/any-options.ts";
import { DOMAIN, type Given, KINDS } from "../../support/uses/use.ts";
import { combineAll, givenOf, joined, type Named, USES } from "../../support/uses/uses.ts";

/** CloudFormation takes 500. What is beyond this number is looked at before it grows further. */
const MOST_RESOURCES = 450;

const DEPLOYMENTS = (["http", "rest", "private"] as const).flatMap((kind) =>
  combineAll(kind).map((deployment, n) => ({ name: `${kind}, ${n + 1}`, ...deployment })),
);

/** What AWS's own rules and limits find in a template. `checked`: CDK throws what CloudFormation's schema finds. */
function problemsOf(given: Given, { checked = false } = {}): { facts: Facts; problems: string[] } {
  const stack = buildStack(given, { checked });
  const { violations } = new AwsSolutionsChecks(stack.node.root).validateScope(stack);
  const facts = new Facts(given, stack);
  const { template } = facts;
  const limits = findLimitIssues(template, readOptions(new App({ context: { ...given } }).node));
  return {
    facts,
    problems: [...violations.map(({ ruleName }) => ruleName), ...limits, ...findDangling(template)],
  };
}

describe("a use", () => {
  it("is there of each option, with another value than its default", () => {
    expect(USES.map(([name]) => name).sort()).toEqual(Object.keys(Options.shape).sort());
    const usual = Options.parse({});
    for (const [name, { value }] of USES) expect(usual[name]).not.toEqual(value);
  });

  it.each(USES)("of %s alone holds its facts, and passes the rules of AWS", (...use: Named) => {
    const [name, { shows }] = use;
    // With a security group of the stack's own, which those that go together replace.
    const { facts, problems } = problemsOf(givenOf(use), { checked: name === "vpcId" });
    expect(problems).toEqual([]);
    shows(facts);
    if (name !== "acknowledgePlaintextWebhooks") expect(() => shows(new Facts(without(use)))).toThrow();
  });
});

/** What a use needs, with this option as it is by default. */
function without(use: Named): Given {
  const { [use[0]]: _, ...needs } = givenOf(use);
  return Options.safeParse(needs).success ? needs : {};
}

describe("all that go together, with each pair that does", () => {
  it.each(Object.entries(KINDS))("have nothing that an API of the kind %s cannot have", (kind, base) => {
    const others = USES.filter(([, { of = [] }]) => of.length > 0 && !of.some((one) => one === kind));
    expect(others.length).toBeGreaterThan(1);
    for (const [name, { value }] of others) expect(joined(base, { [name]: value }), name).toBeNull();
  });

  it.each(DEPLOYMENTS)("hold the facts of each, and AWS would take them: $name", ({ given, uses }) => {
    const { facts, problems } = problemsOf(given, { checked: true });
    expect(problems).toEqual([]);
    expect(uses.length).toBeGreaterThan(50);
    for (const [name, { shows }] of uses) expect(() => shows(facts), name).not.toThrow();
    expect(Object.keys(facts.resources).length).toBeLessThanOrEqual(MOST_RESOURCES);
  });
});

describe("whatever options are taken", () => {
  it("make a template that AWS would take, or that is refused by an option's name", () => {
    fc.assert(
      fc.property(anyOptions, (given) => {
        if (refusalsOf(given).length > 0) return;
        const { problems } = problemsOf(given);
        for (const problem of problems) expect(NAMES).toContain(problem.split(":")[0]);
      }),
      { numRuns: 60 },
    );
  });
});

describe("the app", () => {
  it("ends with the lines of what is wrong, and no stack trace, before it builds anything", () => {
    const env = { ...process.env, AWS_REGION: "us-east-1", CDK_CONTEXT_JSON: JSON.stringify(DOMAIN) };
    const app = join(import.meta.dirname, "../../../infra/aws/app.ts");
    const { status, stderr, stdout } = spawnSync(process.execPath, [app], { env, encoding: "utf8" });
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^Bad deployment options: certificateArn is of Region eu-central-1, .*\n$/);
  });
});
