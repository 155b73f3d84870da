// docs/controls.md against the synthesized template and the tests: each finding is what the template says, each row has proof.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ASVS } from "../../../infra/docs/control-tables.ts";
import { SECURITY_HUB } from "../../../infra/docs/controls/security-hub.ts";
import { Facts, list, type Statement } from "../../support/template.ts";

const ROOT = join(import.meta.dirname, "../../..");
const usual = new Facts();
let facts = usual;
type Properties = Record<string, unknown>;

/** Returns a finding: `none` without such a resource, `pass` if every one of them is as it should be. */
function every(type: string, isGood: (properties: Properties) => boolean): string {
  const found = facts.all(type);
  if (found.length === 0) return "none";
  return found.every(([, properties]) => isGood(properties)) ? "pass" : "fail";
}
const has = (type: string, fact: (properties: Properties) => unknown) => every(type, (p) => Boolean(fact(p)));
const none = (type: string) => (facts.all(type).length === 0 ? "none" : "fail");

const inside = (properties: Properties, ...path: string[]) =>
  path.reduce<unknown>((value, name) => Object(value)[name], properties);
const allows = (policy: unknown) =>
  (Object(policy)["Statement"] as Statement[]).filter(({ Effect }) => Effect === "Allow");
const isEverybody = ({ Principal, Condition }: Statement) =>
  !Condition && (Principal === "*" || inside(Object(Principal), "AWS") === "*");
const noPublicPolicy = (property: string) => (p: Properties) => !allows(p[property]).some(isEverybody);
const noPolicy = (isBad: (statement: Statement) => boolean) =>
  every("AWS::IAM::Policy", ({ PolicyDocument }) => !allows(PolicyDocument).some(isBad));
const decryptsAll = ({ Action, Resource }: Statement) =>
  list(Action).some((action) => /^(\*|kms:(\*|Decrypt|ReEncryptFrom))$/.test(action)) && Resource === "*";

const DAX = "AWS::DAX::Cluster";
const REST = "AWS::ApiGateway::Stage";
const POOL = "AWS::Cognito::UserPool";
const CHECKS: Record<string, () => string> = {
  "APIGateway.1": () => none(REST),
  "APIGateway.2": () => none(REST),
  "APIGateway.3": () => none(REST),
  "APIGateway.4": () => none(REST),
  "APIGateway.5": () => none(REST),
  "APIGateway.8": () =>
    every("AWS::ApiGatewayV2::Route", (p) => p["AuthorizationType"] !== "NONE" && !!p["AuthorizationType"]),
  "APIGateway.9": () =>
    has("AWS::ApiGatewayV2::Stage", (p) => inside(p, "AccessLogSettings", "DestinationArn")),
  "APIGateway.10": () => none("AWS::ApiGatewayV2::VpcLink"),
  "CloudWatch.15": () => has("AWS::CloudWatch::Alarm", (p) => p["AlarmActions"]),
  "CloudWatch.16": () => every("AWS::Logs::LogGroup", (p) => Number(p["RetentionInDays"]) >= 365),
  "CloudWatch.17": () => every("AWS::CloudWatch::Alarm", (p) => p["ActionsEnabled"] !== false),
  "Cognito.1": () => every(POOL, (p) => inside(p, "UserPoolAddOns", "AdvancedSecurityMode") === "ENFORCED"),
  "Cognito.2": () => none("AWS::Cognito::IdentityPool"),
  "Cognito.3": () =>
    every(POOL, (p) => {
      const policy = Object(inside(p, "Policies", "PasswordPolicy"));
      const kinds = ["Lowercase", "Uppercase", "Numbers", "Symbols"].every(
        (kind) => policy[`Require${kind}`],
      );
      return kinds && policy["MinimumLength"] >= 8 && policy["TemporaryPasswordValidityDays"] <= 7;
    }),
  "Cognito.4": () => (inside(facts.only(POOL), "LambdaConfig", "DefineAuthChallenge") ? "fail" : "none"),
  "Cognito.5": () => every(POOL, (p) => p["MfaConfiguration"] === "ON"),
  "Cognito.6": () => every(POOL, (p) => p["DeletionProtection"] === "ACTIVE"),
  "DynamoDB.1": () => every("AWS::DynamoDB::GlobalTable", (p) => p["BillingMode"] === "PAY_PER_REQUEST"),
  "DynamoDB.2": () =>
    replicas((r) => inside(r, "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled")),
  "DynamoDB.3": () => none(DAX),
  "DynamoDB.6": () => replicas((r) => r["DeletionProtectionEnabled"]),
  "DynamoDB.7": () => none(DAX),
  "EventBridge.3": () => (facts.all("AWS::Events::EventBusPolicy").length > 0 ? "pass" : "fail"),
  "EventBridge.4": () => none("AWS::Events::Endpoint"),
  "IAM.1": () => noPolicy(({ Action, Resource }) => list(Action).includes("*") && Resource === "*"),
  "IAM.21": () => noPolicy(({ Action }) => list(Action).some((action) => /^\w+:\*$/.test(action))),
  "KMS.1": () => (facts.all("AWS::IAM::ManagedPolicy").length > 0 ? "fail" : "pass"),
  "KMS.2": () => noPolicy(decryptsAll),
  "KMS.3": () => has("AWS::KMS::Key", () => true),
  "KMS.4": () => has("AWS::KMS::Key", (p) => p["EnableKeyRotation"]),
  "KMS.5": () => every("AWS::KMS::Key", noPublicPolicy("KeyPolicy")),
  "Lambda.1": () => every("AWS::Lambda::Permission", (p) => p["Principal"] !== "*"),
  "Lambda.2": () => every("AWS::Lambda::Function", (p) => p["Runtime"] === "nodejs24.x"),
  "Lambda.3": () => has("AWS::Lambda::Function", (p) => p["VpcConfig"]),
  "Lambda.5": () => (facts.all("AWS::Lambda::Function").some(([, p]) => p["VpcConfig"]) ? "fail" : "none"),
  "Lambda.7": () => every("AWS::Lambda::Function", (p) => inside(p, "TracingConfig", "Mode") === "Active"),
  "SecretsManager.1": () => (none("AWS::SecretsManager::RotationSchedule") === "none" ? "fail" : "pass"),
  "SecretsManager.2": () => none("AWS::SecretsManager::RotationSchedule"),
  "SecretsManager.3": () => has("AWS::SecretsManager::Secret", () => true),
  "SecretsManager.4": () => (none("AWS::SecretsManager::RotationSchedule") === "none" ? "fail" : "pass"),
  "SNS.1": () => none("AWS::SNS::Topic"),
  "SNS.4": () => none("AWS::SNS::Topic"),
  "SQS.1": () => has("AWS::SQS::Queue", (p) => p["SqsManagedSseEnabled"] ?? p["KmsMasterKeyId"]),
  "SQS.3": () => every("AWS::SQS::QueuePolicy", noPublicPolicy("PolicyDocument")),
  "StepFunctions.1": () =>
    every("AWS::StepFunctions::StateMachine", (p) => inside(p, "LoggingConfiguration", "Level") !== "OFF"),
};
/** What is a finding by default, and not with these options. */
const PASSING: Record<string, Record<string, unknown>> = {
  "CloudWatch.15": { alarmEmail: "on-call@bank.example", noticeEmail: "mornings@bank.example" },
  "CloudWatch.16": { logDays: 365 },
  "Cognito.5": { mfaRequired: true },
  "EventBridge.3": { eventSourceAccounts: "111122223333" },
};
/** The account's, not the template's. */
const OF_THE_ACCOUNT = ["Backup.1", "DynamoDB.4"];

function replicas(fact: (replica: Properties) => unknown): string {
  return every("AWS::DynamoDB::GlobalTable", (p) =>
    (p["Replicas"] as Properties[]).every((r) => Boolean(fact(r))),
  );
}

describe("the table of Security Hub", () => {
  it.each(SECURITY_HUB)("$id is as the template has it", ({ id, finding, reason }) => {
    expect(finding).toBe(OF_THE_ACCOUNT.includes(id) ? "account" : CHECKS[id]?.());
    expect(finding === "pass" || reason.length > 8).toBe(true);
  });

  it.each(Object.entries(PASSING))("says of %s with which options it passes", (id, options) => {
    facts = new Facts(options);
    const finding = CHECKS[id]?.();
    facts = usual;
    expect(finding).toBe("pass");
    const { reason } = SECURITY_HUB.find((row) => row.id === id) ?? { reason: "" };
    for (const name of Object.keys(options)) expect(reason).toContain(`\`${name}`);
  });

  it("has a row for every check, once", () => {
    const ids = SECURITY_HUB.map(({ id }) => id);
    expect([...ids].sort()).toEqual([...Object.keys(CHECKS), ...OF_THE_ACCOUNT].sort());
  });
});

/** How many requirements of levels 1 and 2 each section has. They come first in it, and are numbered from 1. */
const SECTIONS: Record<string, readonly number[]> = {
  V1: [2, 9, 11, 3, 2],
  V2: [3, 3, 4, 1],
  V3: [0, 2, 4, 6, 5, 0, 2],
  V4: [3, 1, 2, 4],
  V5: [1, 3, 2, 3],
  V6: [3, 12, 4, 4, 5, 3, 0, 4],
  V7: [3, 4, 2, 5, 2, 2],
  V8: [2, 3, 1, 1],
  V9: [3, 4],
  V10: [2, 2, 4, 11, 5, 2, 3],
  V11: [2, 3, 3, 4, 1, 1],
  V12: [3, 2, 4],
  V13: [1, 5, 2, 5],
  V14: [2, 4, 3],
  V15: [3, 3, 7],
  V16: [1, 5, 4, 3, 3],
  V17: [1, 4, 2],
};

/** The title of a test, as it is written there. */
const isIn = (text: string, title: string | null) =>
  title === null || text.includes(JSON.stringify(title)) || text.includes(`\`${title}\``);

describe("the table of ASVS", () => {
  it("has each requirement of levels 1 and 2 once", () => {
    const asked = Object.entries(SECTIONS).flatMap(([chapter, sections]) =>
      sections.flatMap((count, section) =>
        Array.from({ length: count }, (_, n) => `${chapter}.${section + 1}.${n + 1}`),
      ),
    );
    expect(asked).toHaveLength(253);
    expect(ASVS.flatMap(({ ids }) => ids.split(" ")).sort()).toEqual([...asked].sort());
  });

  it.each(ASVS)("$ids has tests or a reason", ({ verdict, reason, tests }) => {
    expect(verdict === "met" ? tests.length > 0 : reason.length > 8).toBe(true);
    for (const { file, title } of tests)
      expect(isIn(readFileSync(join(ROOT, file), "utf8"), title), `${file}: ${title}`).toBe(true);
  });

  it("says of the template what is so: no accounts, no codes by text message", () => {
    expect(facts.all("AWS::Cognito::UserPoolUser")).toEqual([]);
    expect(facts.only(POOL)).toMatchObject({ EnabledMfas: ["SOFTWARE_TOKEN_MFA"] });
    expect(facts.only(POOL)).not.toHaveProperty("SmsConfiguration");
  });
});
