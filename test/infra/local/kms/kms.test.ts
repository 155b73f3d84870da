// KMS and Secrets Manager of the local stack, through the real SDK clients.
import { randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
  ListKeysCommand,
} from "@aws-sdk/client-kms";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  TagResourceCommand,
} from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ANY_SCOPE } from "../../../../shared/contract/secrets.ts";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "../../../support/dynamodb.ts";
import { startLocalHost, type TestHost } from "../../../support/local-host.ts";

let host: TestHost;
let kms: KMSClient;
let secrets: SecretsManagerClient;
const KeyId = "alias/runbooks";

beforeAll(async () => {
  host = await startLocalHost({ routes: {}, rules: {}, schedules: {}, streamTargets: {} });
  const config = { endpoint: host.aws, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS };
  kms = new KMSClient(config);
  secrets = new SecretsManagerClient(config);
});
afterAll(() => host.stop());

describe("kms", () => {
  test("text encrypted with a context is decrypted with the same context in any order", async () => {
    const Plaintext = randomBytes(100);
    const encrypted = await kms.send(
      new EncryptCommand({ KeyId, Plaintext, EncryptionContext: { runbook: "r1", field: "token" } }),
    );
    const opened = await kms.send(
      new DecryptCommand({
        CiphertextBlob: encrypted.CiphertextBlob,
        EncryptionContext: { field: "token", runbook: "r1" },
      }),
    );
    expect(Buffer.from(opened.Plaintext ?? []).equals(Plaintext)).toBe(true);
    expect(opened.KeyId).toBe(encrypted.KeyId);
    expect(Buffer.from(encrypted.CiphertextBlob ?? []).includes(Plaintext)).toBe(false);
  });

  test("the same text is never encrypted to the same bytes", async () => {
    const input = { KeyId, Plaintext: Buffer.from("same") };
    const [a, b] = await Promise.all([
      kms.send(new EncryptCommand(input)),
      kms.send(new EncryptCommand(input)),
    ]);
    expect(Buffer.from(a.CiphertextBlob ?? []).equals(Buffer.from(b.CiphertextBlob ?? []))).toBe(false);
  });

  test.each([
    ["another context", { runbook: "r2" }, (blob: Buffer) => blob],
    ["no context", undefined, (blob: Buffer) => blob],
    [
      "an altered byte",
      { runbook: "r1" },
      (blob: Buffer) => Buffer.concat([blob.subarray(0, -1), Buffer.of(0, 1)]),
    ],
    ["a cut text", { runbook: "r1" }, (blob: Buffer) => blob.subarray(0, 20)],
  ])("%s is refused as InvalidCiphertextException", async (_, EncryptionContext, change) => {
    const encrypted = await kms.send(
      new EncryptCommand({ KeyId, Plaintext: Buffer.from("secret"), EncryptionContext: { runbook: "r1" } }),
    );
    const CiphertextBlob = change(Buffer.from(encrypted.CiphertextBlob ?? []));
    const opening = kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
    await expect(opening).rejects.toMatchObject({ name: "InvalidCiphertextException" });
  });

  test("a data key opens to itself, and the key describes itself", async () => {
    const made = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" }));
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob: made.CiphertextBlob }));
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    expect(Buffer.from(opened.Plaintext ?? []).equals(Buffer.from(made.Plaintext ?? []))).toBe(true);
    expect(made.Plaintext).toHaveLength(32);
    expect(KeyMetadata).toMatchObject({ Arn: made.KeyId, Enabled: true, CreationDate: expect.any(Date) });
  });

  test("a text of 4096 bytes is the longest that opens again", async () => {
    const Plaintext = Buffer.alloc(4096, "x");
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext }));
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob }));
    expect(Buffer.from(opened.Plaintext ?? []).equals(Plaintext)).toBe(true);
  });

  test("an unknown key, a text of more than 4096 bytes and an unknown operation are refused by name", async () => {
    const Plaintext = Buffer.alloc(4097);
    const refused = (name: string) => expect.objectContaining({ name });
    const unknown = kms.send(new EncryptCommand({ KeyId: "alias/other", Plaintext: Buffer.from("x") }));
    await expect(unknown).rejects.toEqual(refused("NotFoundException"));
    await expect(kms.send(new EncryptCommand({ KeyId, Plaintext }))).rejects.toEqual(
      refused("ValidationException"),
    );
    await expect(kms.send(new ListKeysCommand({}))).rejects.toMatchObject({
      name: "NotImplementedException",
      message: "KMS.ListKeys is not implemented by the local stack; see docs/local-host.md",
    });
  });

  test("only its owner can read the file of the key", () => {
    expect(statSync(join(host.dataDir, "kms-key.json")).mode & 0o777).toBe(0o600);
  });
});

describe("secrets manager", () => {
  test("a secret is created, read by name and ARN, changed, described with its tags, and deleted", async () => {
    const Name = "payments/token";
    const made = await secrets.send(
      new CreateSecretCommand({
        Name,
        SecretString: "first",
        Tags: [{ Key: "runbooks:team", Value: "payments" }],
      }),
    );
    await secrets.send(new PutSecretValueCommand({ SecretId: Name, SecretString: "second" }));
    await secrets.send(new TagResourceCommand({ SecretId: Name, Tags: [{ Key: "owner", Value: "ana" }] }));
    const current = await secrets.send(new GetSecretValueCommand({ SecretId: made.ARN }));
    const previous = await secrets.send(
      new GetSecretValueCommand({ SecretId: Name, VersionStage: "AWSPREVIOUS" }),
    );
    const shown = await secrets.send(new DescribeSecretCommand({ SecretId: Name }));
    expect([current.SecretString, previous.SecretString]).toEqual(["second", "first"]);
    expect(shown).toMatchObject({
      Name,
      Tags: [
        { Key: "runbooks:team", Value: "payments" },
        { Key: "owner", Value: "ana" },
      ],
      CreatedDate: expect.any(Date),
    });
    await secrets.send(new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true }));
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: Name }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  test("a tag with a character that AWS does not take is refused, and nothing is made", async () => {
    const create = (Value: string) =>
      secrets.send(
        new CreateSecretCommand({
          Name: "tagged",
          SecretString: "x",
          Tags: [{ Key: "runbooks:team", Value }],
        }),
      );
    await expect(create("*")).rejects.toMatchObject({ name: "ValidationException" });
    for (const word of Object.values(ANY_SCOPE)) {
      await create(word);
      await secrets.send(new DeleteSecretCommand({ SecretId: "tagged", ForceDeleteWithoutRecovery: true }));
    }
  });

  test("the service's own keys are there from the start, each another one", async () => {
    const keys = ["runbooks/cursor-encryption-key", "runbooks/fingerprint-key"].map((SecretId) =>
      secrets.send(new GetSecretValueCommand({ SecretId })),
    );
    const texts = (await Promise.all(keys)).map(({ SecretString }) => SecretString);
    expect(texts).toEqual([expect.stringMatching(/^[\w-]{43}$/), expect.stringMatching(/^[\w-]{43}$/)]);
    expect(new Set(texts).size).toBe(2);
  });

  test("bytes come back as bytes", async () => {
    const SecretBinary = randomBytes(32);
    await secrets.send(new CreateSecretCommand({ Name: "bytes", SecretBinary }));
    const read = await secrets.send(new GetSecretValueCommand({ SecretId: "bytes" }));
    expect(Buffer.from(read.SecretBinary ?? []).equals(SecretBinary)).toBe(true);
  });

  test("a name in use, a secret marked for deletion and an unknown operation are refused by name", async () => {
    const create = () => secrets.send(new CreateSecretCommand({ Name: "taken", SecretString: "x" }));
    await create();
    await expect(create()).rejects.toMatchObject({ name: "ResourceExistsException" });
    await secrets.send(new DeleteSecretCommand({ SecretId: "taken" }));
    const read = secrets.send(new GetSecretValueCommand({ SecretId: "taken" }));
    await expect(read).rejects.toMatchObject({ name: "InvalidRequestException" });
    await expect(secrets.send(new ListSecretsCommand({}))).rejects.toMatchObject({
      message: expect.stringContaining("SecretsManager.ListSecrets"),
    });
  });

  test("no value lies readable in the data folder", async () => {
    const mark = `canary-${randomBytes(12).toString("hex")}`;
    await secrets.send(new CreateSecretCommand({ Name: "canary", SecretString: mark }));
    const stored = ["local-host.db", "local-host.db-wal"].map((file) =>
      readFileSync(join(host.dataDir, file)).includes(mark),
    );
    expect(stored).toEqual([false, false]);
  });
});
