// What no update, rollback or deletion of the stack takes away, and what a first deployment that fails leaves behind.
import { describe, expect, it } from "vitest";
import { buildStack, Facts } from "../../support/template.ts";

const all = {
  customerKeys: "true",
  backupPlan: "daily=35",
  apiKind: "rest",
  domainName: "runbooks.bank.example",
  certificateArn: "arn:aws:acm:eu-central-1:111122223333:certificate/one",
};
const KEPT = [
  "DynamoDB::GlobalTable",
  "KMS::Key",
  "Logs::LogGroup",
  "Cognito::UserPool",
  "Backup::BackupVault",
];
const facts = new Facts(all);

describe("what holds data", () => {
  it.each(KEPT)("of type %s outlives the stack, but not a first deployment that fails", (type) => {
    const kept = Object.entries(facts.resources).filter(([, { Type }]) => Type === `AWS::${type}`);
    expect(kept.length).toBeGreaterThan(0);
    for (const [id, resource] of kept) {
      expect(resource.DeletionPolicy, id).toBe("RetainExceptOnCreate");
      expect(resource.UpdateReplacePolicy, id).toBe("Retain");
    }
  });

  it("is all that is kept, but for the account's role of logs, which other APIs use too", () => {
    const kept = Object.values(facts.resources).filter(
      ({ DeletionPolicy = "Delete" }) => DeletionPolicy !== "Delete",
    );
    const others = kept.map(({ Type }) => Type).filter((type) => !KEPT.includes(type.replace("AWS::", "")));
    expect(others.sort()).toEqual(["AWS::ApiGateway::Account", "AWS::IAM::Role"]);
  });

  it("refuses to be deleted, like the stack, unless the deployment says otherwise", () => {
    const protectedBy = (options: Record<string, unknown>) => {
      const built = new Facts(options);
      const { Replicas } = built.only("AWS::DynamoDB::GlobalTable") as { Replicas: object[] };
      return [
        buildStack(options).terminationProtection,
        ...Replicas.map((replica) => Object(replica).DeletionProtectionEnabled),
        built.only("AWS::Cognito::UserPool")["DeletionProtection"],
      ];
    };
    expect(protectedBy({})).toEqual([true, true, "ACTIVE"]);
    expect(protectedBy({ deletionProtection: "false" })).toEqual([false, false, "INACTIVE"]);
  });
});
