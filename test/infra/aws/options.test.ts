// What a deployment may choose is checked before anything is built.
import { readFileSync } from "node:fs";
import { App } from "aws-cdk-lib";
import { describe, expect, it } from "vitest";
import { Options, readOptions } from "../../../infra/aws/options/options.ts";
import { Facts } from "../../support/template.ts";

const guide = readFileSync(new URL("../../../docs/deploying.md", import.meta.url), "utf8");
const read = (context: Record<string, unknown>) => readOptions(new App({ context }).node);
const oidc = { oidcIssuer: "https://id.example.com", oidcAudience: "runbooks" };

describe("options", () => {
  it("are all optional", () => {
    expect(read({})).toMatchObject({
      stackName: "runbooks",
      fourEyes: false,
      corsOrigins: [],
      egressAllow: "",
    });
  });

  it("are read from the command line's texts and from cdk.json's values alike", () => {
    const typed = { fourEyes: true, oidcAudience: ["a", "b"], oidcIssuer: oidc.oidcIssuer };
    expect(read({ fourEyes: "true", oidcAudience: "a, b", oidcIssuer: oidc.oidcIssuer })).toEqual(
      read(typed),
    );
  });

  it.each([
    ["a misspelt name", { oidcIsuer: "https://id.example.com" }, /oidcIsuer/],
    ["an issuer without an audience", { oidcIssuer: oidc.oidcIssuer }, /oidcAudience/],
    ["an audience without an issuer", { oidcAudience: "runbooks" }, /oidcIssuer/],
    ["an issuer over http", { ...oidc, oidcIssuer: "http://id.example.com" }, /oidcIssuer/],
    ["an address range that is none", { egressAllow: "10.0.0.0" }, /egressAllow/],
    ["more approvers than a deployment may ask for", { approvalsRequired: "high=6" }, /approvalsRequired/],
    ["an approval for longer than ten years", { approvalValidDays: "high=3651" }, /approvalValidDays/],
    ["a risk that is none", { approvalsRequired: "huge=2" }, /approvalsRequired/],
    ["a port that is none", { ports: "http" }, /ports/],
    ["a part of a start", { startsPerSecond: "0.5" }, /startsPerSecond/],
    ["no delivery at all", { deliveryConcurrency: 0 }, /deliveryConcurrency/],
    ["a sweep that never runs", { sweepConcurrency: "0" }, /sweepConcurrency/],
    ["no room for the controls", { controlsConcurrency: "0" }, /controlsConcurrency/],
    [
      "a team's share that is all there is",
      { deliveryConcurrency: "10", deliveriesPerTeam: "10" },
      /deliveriesPerTeam/,
    ],
    ["fewer batches at once than SQS takes", { eventConcurrency: "1" }, /eventConcurrency/],
    ["a number that is none", { eventConcurrency: "many" }, /eventConcurrency/],
    ["an account id that is none", { eventSourceAccounts: "123" }, /eventSourceAccounts/],
    ["every origin", { corsOrigins: "*" }, /corsOrigins/],
    ["an origin over http", { corsOrigins: "http://console.example.com" }, /corsOrigins/],
    [
      "two ways of notifying",
      { alarmEmail: "a@example.com", alarmTopicArn: "arn:aws:sns:eu-central-1:111122223333:t" },
      /alarmEmail/,
    ],
    ["a stack name that no resource could carry", { stackName: "Über" }, /stackName/],
    ["a sign-in domain that is none", { consoleDomainPrefix: "-x" }, /consoleDomainPrefix/],
    ["a sign-in domain that Cognito keeps", { consoleDomainPrefix: "my-aws" }, /consoleDomainPrefix.*aws/],
    [
      "a stack name that its sign-in domain cannot have",
      { stackName: "aws-runbooks" },
      /consoleDomainPrefix/,
    ],
    ["a sign-in domain at another issuer", { ...oidc, consoleDomainPrefix: "ok" }, /consoleDomainPrefix/],
    ["a client of no issuer", { consoleClientId: "abc" }, /consoleClientId.*oidcIssuer/],
    [
      "a client of a console that is off",
      { ...oidc, consoleSignIn: false, consoleClientId: "x" },
      /consoleSignIn/,
    ],
    [
      "scopes without OpenID",
      { ...oidc, consoleClientId: "x", consoleScope: "email" },
      /consoleScope.*openid/,
    ],
    ["a token that is none", { ...oidc, consoleClientId: "x", consoleToken: "refresh" }, /consoleToken/],
    ["an origin with more in it", { ...oidc, consoleOrigins: "https://a.example/b" }, /consoleOrigins/],
    [
      "two customer keys",
      { customerKeys: true, customerKeyArn: "arn:aws:kms:eu-central-1:123456789012:key/1-2" },
      /customerKeyArn.*one of them/,
    ],
    [
      "a key by its alias",
      { customerKeyArn: "arn:aws:kms:eu-central-1:123456789012:alias/a" },
      /customerKeyArn/,
    ],
    ["days that CloudWatch does not have", { logDays: "100" }, /logDays.*90, 120/],
    ["events for less than a backtest", { incidentEventDays: 30 }, /incidentEventDays.*31 to 3650/],
    ["no day at all", { rejectionDays: "0" }, /rejectionDays.*1 to 3650/],
    [
      "a table's name for its stream",
      { tableStreamArn: "runbooks-restored" },
      /tableStreamArn.*prepare-table/,
    ],
    ["a backup that is kept for no time", { backupPlan: "daily=0" }, /backupPlan.*daily=35/],
    ["a backup of no frequency", { backupPlan: "hourly=3" }, /backupPlan.*daily=35/],
    ["a frequency twice", { backupPlan: "daily=3,daily=9" }, /backupPlan.*twice/],
    ["no frequency at all", { backupPlan: "," }, /backupPlan.*at least one/],
    ["a label for no versions", { updateLabel: "second" }, /updateLabel.*gradualUpdates/],
    ["a label that is a text", { gradualUpdates: "canary", updateLabel: "a b" }, /updateLabel.*1 to 64/],
    ["a vault for no backups", { backupVault: "central" }, /backupVault.*backupPlan/],
    [
      "a role for no backups",
      { backupRoleArn: "arn:aws:iam::111122223333:role/b" },
      /backupRoleArn.*backupPlan/,
    ],
    ["plain http", { allowHttp: "true" }, /allowHttp.*acknowledgePlaintextWebhooks/],
  ])("refuse %s", (_what, context, message) => {
    expect(() => read(context)).toThrow(message);
  });

  it("name everything that is wrong at once", () => {
    expect(() => read({ ports: "x", egressAllow: "y" })).toThrow(
      /^Bad deployment options:\negressAllow .*\nports [^\n]*$/,
    );
  });

  it("allow plain http if it is acknowledged", () => {
    expect(read({ allowHttp: "true", acknowledgePlaintextWebhooks: "true" }).allowHttp).toBe(true);
  });

  it.each(Object.keys(Options.shape))("%s is in the guide to deploying, once", (name) => {
    const table = guide.slice(guide.indexOf("## Choose"), guide.indexOf("## The door"));
    expect(table.split(`\n| \`${name}\` |`)).toHaveLength(2);
  });

  it.each(Object.keys(Options.shape))("%s belongs to one decision of the checklist", (name) => {
    const checklist = guide.slice(guide.indexOf("## Checklist"), guide.indexOf("## Choose"));
    expect(checklist.split(`\`${name}\``)).toHaveLength(2);
  });

  it("reach the functions", () => {
    const facts = new Facts({
      ...oidc,
      fourEyes: "true",
      approvalsRequired: "high=2",
      approvalValidDays: "high=90",
      approverOfAnotherTeam: "true",
      approveAutomations: "true",
      groupsClaim: "groups",
      ...{ vpcId: "vpc-0abc1234", subnetIds: "subnet-0abc1234", egressAllow: "10.1.0.0/16" },
      hostAllow: "*.example.com",
      ports: "8443",
    });
    expect(facts.function("api-manage").properties["Environment"]).toMatchObject({
      Variables: {
        FOUR_EYES: "true",
        APPROVALS_REQUIRED: "high=2",
        APPROVAL_VALID_DAYS: "high=90",
        APPROVER_OF_ANOTHER_TEAM: "true",
        APPROVE_AUTOMATIONS: "true",
        GROUPS_CLAIM: "groups",
        WEBHOOK_EGRESS_ALLOW: "10.1.0.0/16",
        WEBHOOK_HOST_ALLOW: "*.example.com",
        WEBHOOK_PORTS: "8443",
        WEBHOOK_ALLOW_HTTP: "false",
      },
    });
  });
});
