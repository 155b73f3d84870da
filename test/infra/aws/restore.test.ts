// A restored table takes the place of the stack's own, and AWS Backup follows the table: facts of the template.
import { describe, expect, it } from "vitest";
import { INDEXES } from "../../../shared/contract/table.ts";
import { Facts, list, type Statement } from "../../support/template.ts";

const tableStreamArn =
  "arn:aws:dynamodb:eu-central-1:111122223333:table/runbooks-restored/stream/2026-11-27T13:00:00.000";
const tableArn = "arn:aws:dynamodb:eu-central-1:111122223333:table/runbooks-restored";
const backups = { backupPlan: "daily=35,weekly=90,monthly=400" };
const PLAN = "AWS::Backup::BackupPlan";
const VAULT = "AWS::Backup::BackupVault";
const SELECTION = "AWS::Backup::BackupSelection";

const tableStatements = (facts: Facts): Statement[] =>
  facts
    .all("AWS::IAM::Policy")
    .flatMap(([, { PolicyDocument }]) => (PolicyDocument as { Statement: Statement[] }).Statement)
    .filter(({ Action }) => list(Action).some((action) => action.startsWith("dynamodb:")));

describe("an existing table", () => {
  const facts = new Facts({ tableStreamArn });

  it("takes the place of the stack's own, which is left as it is", () => {
    expect(facts.all("AWS::DynamoDB::GlobalTable")).toEqual([]);
    expect(facts.outputs["TableName"]).toMatchObject({ Value: "runbooks-restored" });
    const own = Object.values(new Facts().resources).find(
      ({ Type }) => Type === "AWS::DynamoDB::GlobalTable",
    );
    expect(own?.DeletionPolicy).toBe("RetainExceptOnCreate");
  });

  it("is the table of every function, role, alarm and stream reader", () => {
    const names = facts.all("AWS::Lambda::Function").map(([, { Environment }]) => variablesOf(Environment));
    expect(new Set(names.flatMap(({ TABLE_NAME }) => TABLE_NAME ?? []))).toEqual(
      new Set(["runbooks-restored"]),
    );
    const arns = tableStatements(facts).flatMap(({ Resource }) => list(Resource));
    const allowed = [
      tableArn,
      tableStreamArn,
      ...Object.keys(INDEXES).map((name) => `${tableArn}/index/${name}`),
    ];
    expect(arns.filter((arn) => arn !== "*" && !allowed.includes(String(arn)))).toEqual([]);
    const readers = facts.all("AWS::Lambda::EventSourceMapping").map(([, p]) => p["EventSourceArn"]);
    expect(readers).toContain(tableStreamArn);
    const watched = facts.all("AWS::CloudWatch::Alarm").map(([, alarm]) => JSON.stringify(alarm));
    expect(watched.filter((alarm) => alarm.includes("runbooks-restored")).length).toBeGreaterThan(0);
  });

  it("changes no grant but its resource", () => {
    const actions = (of: Facts) => tableStatements(of).map(({ Action }) => Action);
    expect(actions(facts)).toEqual(actions(new Facts()));
  });
});

const variablesOf = (environment: unknown) =>
  (Object(environment) as { Variables?: Record<string, unknown> }).Variables ?? {};

describe("AWS Backup", () => {
  it("is left out unless it is asked for", () => {
    expect([PLAN, VAULT, SELECTION].flatMap((type) => new Facts().all(type))).toEqual([]);
  });

  it("has a rule for each frequency, and keeps what it makes for as long as is asked", () => {
    const { BackupPlan } = new Facts(backups).only(PLAN) as { BackupPlan: { BackupPlanRule: unknown[] } };
    expect(BackupPlan.BackupPlanRule).toEqual(
      [
        ["daily", "cron(0 1 * * ? *)", 35],
        ["weekly", "cron(0 2 ? * SUN *)", 90],
        ["monthly", "cron(0 3 1 * ? *)", 400],
      ].map(([RuleName, ScheduleExpression, DeleteAfterDays]) =>
        expect.objectContaining({ RuleName, ScheduleExpression, Lifecycle: { DeleteAfterDays } }),
      ),
    );
  });

  it("has a vault that refuses deletion and stays, and a role that makes backups of this table alone", () => {
    const facts = new Facts(backups);
    expect(Object.values(facts.resources).find(({ Type }) => Type === VAULT)?.DeletionPolicy).toBe(
      "RetainExceptOnCreate",
    );
    expect(facts.only(VAULT)["AccessPolicy"]).toMatchObject({
      Statement: [{ Effect: "Deny", Action: expect.arrayContaining(["backup:DeleteRecoveryPoint"]) }],
    });
    const made = tableStatements(facts).filter(({ Action }) =>
      list(Action).includes("dynamodb:StartAwsBackupJob"),
    );
    const arn = Object.keys(facts.resources).find(
      (id) => facts.resources[id]?.Type === "AWS::DynamoDB::GlobalTable",
    );
    expect(made.map(({ Resource }) => Resource)).toEqual([{ "Fn::GetAtt": [arn, "Arn"] }]);
    const roles = facts
      .all("AWS::IAM::Role")
      .map(([, role]) => JSON.stringify(role["ManagedPolicyArns"] ?? ""));
    expect(roles.filter((arns) => arns.includes("AWSBackup"))).toEqual([]);
  });

  it("uses a vault and a role that are there, and follows an adopted table", () => {
    const backupRoleArn = "arn:aws:iam::111122223333:role/central/backups";
    const facts = new Facts({ ...backups, tableStreamArn, backupVault: "central", backupRoleArn });
    expect(facts.all(VAULT)).toEqual([]);
    expect(facts.only(PLAN)).toMatchObject({
      BackupPlan: {
        BackupPlanRule: Array(3).fill(expect.objectContaining({ TargetBackupVault: "central" })),
      },
    });
    expect(facts.only(SELECTION)).toMatchObject({
      BackupSelection: { IamRoleArn: backupRoleArn, Resources: [tableArn] },
    });
  });
});
