// A key of the customer's: everything that stores something uses it, every role has exactly what it needs of it, and no more.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Facts, list, type Statement, target } from "../../support/template.ts";

const ARN = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const given = new Facts({ customerKeyArn: ARN });
const made = new Facts({ customerKeys: "true" });
const without = new Facts();

/** Resources that store something → where each names its key. */
const STORES: Record<string, (properties: Record<string, unknown>) => unknown> = {
  "AWS::DynamoDB::GlobalTable": ({ Replicas }) =>
    (Replicas as { SSESpecification?: { KMSMasterKeyId: unknown } }[])[0]?.SSESpecification?.KMSMasterKeyId,
  "AWS::Logs::LogGroup": ({ KmsKeyId }) => KmsKeyId,
  "AWS::SQS::Queue": ({ KmsMasterKeyId }) => KmsMasterKeyId,
  "AWS::Events::EventBus": ({ KmsKeyIdentifier }) => KmsKeyIdentifier,
  "AWS::Events::Archive": ({ KmsKeyIdentifier }) => KmsKeyIdentifier,
  "AWS::SecretsManager::Secret": ({ KmsKeyId }) => KmsKeyId,
  "AWS::Lambda::Function": ({ KmsKeyArn }) => KmsKeyArn,
};
const isBusDeadLetters = (id: string) => id.startsWith("busdeadletters");
const storesOf = (facts: Facts, type: string) => facts.all(type).filter(([id]) => !isBusDeadLetters(id));

/** What a function's role may do with the customer's key: service, or the context, → actions. */
const rightsOf = (name: string, facts = given, keyArn: unknown = ARN) =>
  Object.fromEntries(
    facts
      .grants(name)
      .filter(({ Resource }) => JSON.stringify(Resource) === JSON.stringify(keyArn))
      .map(({ Action, Condition }) => {
        const [[condition = "", value] = []] = Object.entries(Condition?.["StringEquals"] ?? {});
        const via = condition === "kms:ViaService" ? /(\w+)\./.exec(JSON.stringify(value))?.[1] : condition;
        return [via, list(Action).sort()];
      }),
  );
const may = (name: string, action: RegExp) =>
  given.grants(name).some(({ Action }) => list(Action).some((one) => action.test(one)));

describe("a customer's key", () => {
  it.each(Object.entries(STORES))("encrypts each %s", (type, keyOf) => {
    const stores = storesOf(given, type);
    expect(stores.length).toBeGreaterThan(0);
    expect([...new Set(stores.map(([, properties]) => keyOf(properties)))]).toEqual([ARN]);
    for (const [, properties] of storesOf(without, type))
      expect(JSON.stringify(keyOf(properties) ?? null)).not.toContain("CustomerKey");
  });

  it("that the stack makes is rotated, kept, and used everywhere alike", () => {
    const [id = ""] = made.all("AWS::KMS::Key").find(([key]) => key.startsWith("CustomerKey")) ?? [];
    expect(made.resources[id]).toMatchObject({
      DeletionPolicy: "RetainExceptOnCreate",
      Properties: { EnableKeyRotation: true },
    });
    for (const [type, keyOf] of Object.entries(STORES))
      for (const [, properties] of storesOf(made, type)) expect(target(keyOf(properties))).toBe(id);
  });

  it("leaves no queue with a second way of encryption", () => {
    for (const [, properties] of storesOf(given, "AWS::SQS::Queue"))
      expect(properties).not.toHaveProperty("SqsManagedSseEnabled");
  });

  it("that fails loses no event: the bus has a queue under another key, which an alarm watches", () => {
    const [id = "", properties = {}] =
      given.all("AWS::SQS::Queue").find(([found]) => isBusDeadLetters(found)) ?? [];
    expect(properties).toMatchObject({ SqsManagedSseEnabled: true });
    expect(properties).not.toHaveProperty("KmsMasterKeyId");
    const { DeadLetterConfig } = given.only("AWS::Events::EventBus") as {
      DeadLetterConfig: { Arn: unknown };
    };
    expect(target(DeadLetterConfig.Arn)).toBe(id);
    const alarms = JSON.stringify(given.all("AWS::CloudWatch::Alarm"));
    expect(alarms).toContain(id);
    const policies = given
      .all("AWS::SQS::QueuePolicy")
      .filter(([, { Queues }]) => (Queues as unknown[]).some((queue) => target(queue) === id));
    expect(JSON.stringify(policies)).toContain("events.amazonaws.com");
    expect(without.all("AWS::SQS::Queue").filter(([found]) => isBusDeadLetters(found))).toEqual([]);
  });
});

describe("of the key, a role", () => {
  const names = given.functionNames();
  const READ = ["kms:Decrypt", "kms:DescribeKey"];
  const WRITE = [
    ...READ,
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
  ].sort();

  it.each(names)(
    "[G23] of %s may do what its other rights need, through the service that they are for",
    (name) => {
      const rights = rightsOf(name);
      const writes = may(name, /^dynamodb:(Put|Update)Item$/);
      const table = may(name, /^dynamodb:/) ? (writes ? WRITE : READ) : undefined;
      const sends = may(name, /^sqs:SendMessage$/);
      const queues = may(name, /^sqs:/)
        ? ["kms:Decrypt", ...(sends ? ["kms:GenerateDataKey"] : [])]
        : undefined;
      const secrets = may(name, /^secretsmanager:/) ? ["kms:Decrypt"] : undefined;
      expect(rights).toEqual({
        "kms:EncryptionContext:aws:lambda:FunctionArn": ["kms:Decrypt"],
        ...(table && { dynamodb: table }),
        ...(queues && { sqs: queues }),
        ...(secrets && { secretsmanager: secrets }),
      });
    },
  );

  it("that only answers opens its own variables, and no other function's", () => {
    const [{ Condition } = {} as Statement] = given
      .grants("serve-console")
      .filter(({ Resource }) => Resource === ARN);
    expect(JSON.stringify(Condition)).toMatch(/:function:runbooks-serve-console"/);
  });

  it("that reads opens the table and changes nothing in it", () => {
    expect(rightsOf("api-read")["dynamodb"]).toEqual(READ);
    expect(rightsOf("publish-events")).toHaveProperty("sqs");
  });

  it("has the same rights on a key that the stack makes", () => {
    const [id = ""] = made.all("AWS::KMS::Key").find(([key]) => key.startsWith("CustomerKey")) ?? [];
    for (const name of names)
      expect(rightsOf(name, made, { "Fn::GetAtt": [id, "Arn"] })).toEqual(rightsOf(name));
  });

  it("has no right on the key that seals secrets beyond those of today", () => {
    const sealing = (facts: Facts) => {
      const [id] = facts.all("AWS::KMS::Key").find(([key]) => key.startsWith("EncryptionKey")) ?? [];
      return names.map((name) =>
        facts.grants(name).filter(({ Resource }) => JSON.stringify(Resource).includes(`"${id}"`)),
      );
    };
    expect(sealing(given)).toEqual(sealing(without));
  });
});

it("the policy that a key of the deployment's needs is the one that the stack would make", () => {
  const guide = readFileSync(new URL("../../../docs/deploying.md", import.meta.url), "utf8");
  const [, written = ""] = /<!-- key policy -->\s+```json\n([\s\S]*?)```/.exec(guide) ?? [];
  const [, key = {}] = made.all("AWS::KMS::Key").find(([id]) => id.startsWith("CustomerKey")) ?? [];
  const { Statement: all } = (key as { KeyPolicy: { Statement: (Statement & { Sid?: string })[] } })
    .KeyPolicy;
  const own = JSON.stringify(all.filter(({ Sid }) => Sid !== undefined))
    .replaceAll(/\{"Fn::Join":\["",(\[.*?\])\]\}/g, (_all, parts: string) =>
      JSON.stringify((JSON.parse(parts) as unknown[]).map(placeholder).join("")),
    )
    .replaceAll('{"Ref":"AWS::AccountId"}', '"ACCOUNT"');
  expect(JSON.parse(own)).toEqual(JSON.parse(written));
});
const placeholder = (part: unknown) =>
  typeof part === "string"
    ? part
    : {
        "AWS::Region": "REGION",
        "AWS::AccountId": "ACCOUNT",
        "AWS::Partition": "aws",
        "AWS::URLSuffix": "amazonaws.com",
      }[target(part)];

describe("the sealing key", () => {
  const sealing = (facts: Facts) =>
    facts.all("AWS::KMS::Key").find(([id]) => id.startsWith("EncryptionKey"))?.[1];

  it("is of one Region, or of several if the deployment says so when it is made", () => {
    expect(sealing(without)).not.toHaveProperty("MultiRegion");
    expect(sealing(new Facts({ multiRegionKey: "true" }))).toMatchObject({ MultiRegion: true });
  });
});

it("logs are kept for as long as the deployment says", () => {
  const days = (facts: Facts) =>
    new Set(facts.all("AWS::Logs::LogGroup").map(([, group]) => group["RetentionInDays"]));
  expect([...days(without)]).toEqual([90]);
  expect([...days(new Facts({ logDays: "365" }))]).toEqual([365]);
});
