// Every option as large as it may be: AWS would take the stack, or the synthesis is refused with a line that names it.
import { Template } from "aws-cdk-lib/assertions";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findLimitIssues, requireWithinLimits } from "../../../infra/aws/limits/check.ts";
import { BLAMED } from "../../../infra/aws/limits/limits.ts";
import { toLongest } from "../../../infra/aws/limits/longest.ts";
import { Options } from "../../../infra/aws/options/options.ts";
import { buildStack } from "../../support/template.ts";

const many = (count: number, item: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => item(n)).join(",");
const ISSUER = { oidcIssuer: `https://id.example.com/${"x".repeat(1000)}`, oidcAudience: "runbooks" };
const VPC = { vpcId: "vpc-0abc1234", subnetIds: "subnet-0abc1234,subnet-0abc1235" };
const AT_ISSUER = { ...ISSUER, consoleClientId: "console" };

/** Each option as large as its own check lets it be, or 5,000 characters where that has no end. */
const LARGEST: Record<string, Record<string, unknown>> = {
  stackName: { stackName: "a".repeat(30) },
  oidcIssuer: ISSUER,
  oidcAudience: { ...ISSUER, oidcAudience: many(50, (n) => `${"a".repeat(100)}${n}`) },
  groupsClaim: { groupsClaim: "g".repeat(5000) },
  fourEyes: { fourEyes: true },
  approvalsRequired: { approvalsRequired: "low=5,medium=5,high=5" },
  approvalValidDays: { approvalValidDays: "low=3650,medium=3650,high=3650" },
  approverOfAnotherTeam: { approverOfAnotherTeam: true },
  approveAutomations: { approveAutomations: true },
  egressAllow: { ...VPC, egressAllow: many(300, (n) => `10.${n % 256}.0.0/16`) },
  hostAllow: { hostAllow: many(100, (n) => `host-${n}.${"x".repeat(40)}.example.com`) },
  ports: { ports: many(1000, (n) => String(60_000 + n)) },
  incidentSources: { incidentSources: many(20, (n) => `${"s".repeat(250)}${n}`) },
  workflowSources: { workflowSources: many(20, (n) => `${"s".repeat(200)}${n}=payments`) },
  knownTeams: { knownTeams: many(80, (n) => `${"t".repeat(60)}${n}`) },
  startsPerMinute: { startsPerMinute: "999" },
  startsPerSecond: { startsPerSecond: 100 },
  deliveryConcurrency: { deliveryConcurrency: 100_000 },
  eventConcurrency: { eventConcurrency: 1000 },
  publicApiUrl: { publicApiUrl: `https://api.example.com/${"p".repeat(5000)}` },
  allowHttp: { allowHttp: true, acknowledgePlaintextWebhooks: true },
  acknowledgePlaintextWebhooks: { acknowledgePlaintextWebhooks: true },
  routeMetrics: { routeMetrics: true },
  gradualUpdates: { gradualUpdates: "canary" },
  alarmTopicArn: { alarmTopicArn: `arn:aws:sns:eu-central-1:123456789012:${"t".repeat(256)}` },
  alarmEmail: { alarmEmail: `${"a".repeat(60)}@example.com` },
  eventSourceAccounts: { eventSourceAccounts: many(300, (n) => String(100_000_000_000 + n)) },
  partnerEventBuses: { partnerEventBuses: many(12, (n) => `aws.partner/${"p".repeat(198)}${n % 10}`) },
  corsOrigins: { corsOrigins: many(50, (n) => `https://${"o".repeat(50)}${n}.example.com`) },
  consoleSignIn: { consoleSignIn: true },
  consoleDomainPrefix: { consoleDomainPrefix: "d".repeat(63) },
  consoleClientId: { ...AT_ISSUER, consoleClientId: "c".repeat(5000) },
  consoleScope: { ...AT_ISSUER, consoleScope: `openid ${"s".repeat(5000)}` },
  consoleToken: { ...AT_ISSUER, consoleToken: "access" },
  consoleAudience: { ...AT_ISSUER, consoleAudience: "a".repeat(5000) },
  consoleSignOutUrl: { ...AT_ISSUER, consoleSignOutUrl: `https://id.example.com/${"o".repeat(5000)}` },
  consoleOrigins: {
    ...AT_ISSUER,
    consoleOrigins: many(60, (n) => `https://${"o".repeat(60)}${n}.example.com`),
  },
  groupMap: {
    ssoSamlMetadata: "https://idp.example.com/metadata",
    groupMap: many(50, (n) => `${"g".repeat(30)}${n}=team:payments:observer`),
  },
  oidcMachineClients: {
    ...ISSUER,
    oidcMachineClients: many(10, (n) => `ci-${n}=${"c".repeat(100)}${n}`),
  },
  teamMetrics: { teamMetrics: many(50, (n) => `${"t".repeat(60)}${n}`) },
  runbookMetrics: {
    runbookMetrics: many(50, (n) => `runbook_01h455vb4pex5vsknk084sn0${String(n).padStart(2, "0")}`),
  },
};
/** What is too large at its largest. Of everything else AWS takes the most that the option's own check allows. */
const REFUSED = [
  "groupsClaim",
  "egressAllow",
  "hostAllow",
  "ports",
  "incidentSources",
  "workflowSources",
  "knownTeams",
  "publicApiUrl",
  "eventSourceAccounts",
  "consoleClientId",
  "consoleScope",
  "consoleAudience",
  "consoleSignOutUrl",
  "consoleOrigins",
  "teamMetrics",
  "runbookMetrics",
];

function issuesOf(given: Record<string, unknown>): string[] {
  return findLimitIssues(Template.fromStack(buildStack(given)).toJSON() as never, Options.parse(given));
}

describe("limits of AWS", () => {
  it("are tried with the largest value of every option that a function's environment is made of", () => {
    expect(Object.keys(LARGEST)).toEqual(expect.arrayContaining([...BLAMED]));
  });

  it.each(Object.entries(LARGEST))("%s at its largest is taken, or refused by name", (name, given) => {
    const issues = issuesOf(given);
    expect(issues.length > 0).toBe(REFUSED.includes(name));
    for (const issue of issues)
      expect(issue).toMatch(new RegExp(`^${name}: the .* would have \\d+ .*AWS takes`));
  });

  it("leave room for options of usual size, all together", () => {
    const usual = {
      ...VPC,
      stackName: "a".repeat(30),
      gradualUpdates: "linear",
      egressAllow: many(10, (n) => `10.${n}.0.0/16`),
      hostAllow: many(15, (n) => `hooks-${n}.example.com`),
      knownTeams: many(30, (n) => `team-${n}`),
      publicApiUrl: "https://runbooks.platform.example.com",
      eventSourceAccounts: many(50, (n) => String(100_000_000_000 + n)),
      partnerEventBuses: LARGEST["partnerEventBuses"]?.["partnerEventBuses"],
    };
    expect(issuesOf(usual)).toEqual([]);
  });

  it("blame an option that was given, whatever is given together", () => {
    const names = Object.keys(LARGEST).filter(
      (name) => name !== "consoleDomainPrefix" && name !== "alarmEmail",
    );
    fc.assert(
      fc.property(fc.subarray(names, { minLength: 2 }), (chosen) => {
        const given = Object.assign({}, ...chosen.map((name) => LARGEST[name]));
        if (!Options.safeParse(given).success) return;
        for (const issue of issuesOf(given)) expect(Object.keys(given)).toContain(issue.split(":")[0]);
      }),
      { numRuns: 8 },
    );
  });

  it("stop the synthesis with one line for each", () => {
    const given = { hostAllow: LARGEST["hostAllow"]?.["hostAllow"], ...LARGEST["eventSourceAccounts"] };
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
