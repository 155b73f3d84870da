// KMS on the local stack: one symmetric key in the data folder, real AES-256-GCM, the encryption context as AAD.
import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import * as z from "zod";
import { type Arns, KEY_ALIAS } from "../platform/arns.ts";
import { AwsError } from "../platform/errors.ts";
import { readOrCreateJson } from "../platform/private-file.ts";
import { operation, type Service } from "../wire/aws-endpoint.ts";

const is32Bytes = (key: string) => Buffer.from(key, "base64").length === 32;
const KeyFile = z.object({ keyId: z.uuid(), key: z.base64().refine(is32Bytes), createdAt: z.number() });
export type LocalKey = { keyId: string; key: Buffer; createdAt: number };
type Context = Record<string, string>;

export async function loadKey(dataDir: string): Promise<LocalKey> {
  const file = await readOrCreateJson(join(dataDir, "kms-key.json"), KeyFile, () => ({
    keyId: randomUUID(),
    key: randomBytes(32).toString("base64"),
    createdAt: Math.floor(Date.now() / 1000),
  }));
  return { ...file, key: Buffer.from(file.key, "base64") };
}

const VERSION = 1;
const CIPHER = "aes-256-gcm";
/** Format in bytes: version 1, key id 16, nonce 12, tag 16, then the ciphertext. */
const HEADER = { keyId: 1, nonce: 17, tag: 29, end: 45 };

export function encryptBlob(key: LocalKey, plaintext: Buffer, context: Context): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv(CIPHER, key.key, nonce).setAAD(canonical(context));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), idBytes(key), nonce, cipher.getAuthTag(), ciphertext]);
}

/** Returns null if the key or the encryption context differs, or the ciphertext was altered. */
export function decryptBlob(key: LocalKey, blob: Buffer, context: Context): Buffer | null {
  if (blob.length < HEADER.end || blob[0] !== VERSION) return null;
  if (!blob.subarray(HEADER.keyId, HEADER.nonce).equals(idBytes(key))) return null;
  const decipher = createDecipheriv(CIPHER, key.key, blob.subarray(HEADER.nonce, HEADER.tag))
    .setAAD(canonical(context))
    .setAuthTag(blob.subarray(HEADER.tag, HEADER.end));
  try {
    return Buffer.concat([decipher.update(blob.subarray(HEADER.end)), decipher.final()]);
  } catch {
    return null;
  }
}

const idBytes = (key: LocalKey) => Buffer.from(key.keyId.replaceAll("-", ""), "hex");

/** Encodes the sorted pairs as JSON. Contexts are equal exactly if their encodings are equal. */
function canonical(context: Context): Buffer {
  const pairs = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(JSON.stringify(pairs));
}

const blob = z.base64().transform((text) => Buffer.from(text, "base64"));
const context = z.record(z.string(), z.string()).default({});
const keyId = z.string().min(1);
const Encrypt = z.object({ KeyId: keyId, Plaintext: blob, EncryptionContext: context });
const Decrypt = z.object({ KeyId: keyId.optional(), CiphertextBlob: blob, EncryptionContext: context });
const GenerateDataKey = z.object({
  KeyId: keyId,
  KeySpec: z.enum(["AES_256", "AES_128"]).optional(),
  NumberOfBytes: z.int().min(1).max(1024).optional(),
  EncryptionContext: context,
});
/** Maximum bytes that Encrypt accepts with a symmetric key. */
const MAX_PLAINTEXT = 4096;
const ALGORITHM = { EncryptionAlgorithm: "SYMMETRIC_DEFAULT" };

export function kms(key: LocalKey, arns: Arns): Service {
  const arn = arns.key(key.keyId);
  const names = [key.keyId, arn, KEY_ALIAS, arn.replace(`key/${key.keyId}`, KEY_ALIAS)];
  const checkKey = (id: string) => {
    if (names.includes(id)) return;
    throw new AwsError("NotFoundException", `Key '${id}' does not exist`);
  };
  const describeKey = operation(z.object({ KeyId: keyId }), (input) => {
    checkKey(input.KeyId);
    return { KeyMetadata: metadata(key, arn, arns) };
  });
  const operations = { ...cipherOperations(key, arn, checkKey), DescribeKey: describeKey };
  return { name: "KMS", target: "TrentService", operations };
}

function cipherOperations(key: LocalKey, arn: string, checkKey: (id: string) => void) {
  const encryptWithKey = (plaintext: Buffer, bound: Context) =>
    encryptBlob(key, plaintext, bound).toString("base64");
  return {
    Encrypt: operation(Encrypt, ({ KeyId, Plaintext, EncryptionContext }) => {
      checkKey(KeyId);
      if (Plaintext.length < 1 || Plaintext.length > MAX_PLAINTEXT) {
        throw new AwsError("ValidationException", `Plaintext must have 1 to ${MAX_PLAINTEXT} bytes`);
      }
      return { CiphertextBlob: encryptWithKey(Plaintext, EncryptionContext), KeyId: arn, ...ALGORITHM };
    }),
    Decrypt: operation(Decrypt, ({ KeyId, CiphertextBlob, EncryptionContext }) => {
      if (KeyId !== undefined) checkKey(KeyId);
      const plaintext = decryptBlob(key, CiphertextBlob, EncryptionContext);
      if (plaintext === null) throw new AwsError("InvalidCiphertextException", "");
      return { Plaintext: plaintext.toString("base64"), KeyId: arn, ...ALGORITHM };
    }),
    GenerateDataKey: operation(GenerateDataKey, ({ KeyId, KeySpec, NumberOfBytes, EncryptionContext }) => {
      checkKey(KeyId);
      const plaintext = randomBytes(NumberOfBytes ?? (KeySpec === "AES_128" ? 16 : 32));
      const CiphertextBlob = encryptWithKey(plaintext, EncryptionContext);
      return { CiphertextBlob, Plaintext: plaintext.toString("base64"), KeyId: arn };
    }),
  };
}

function metadata(key: LocalKey, arn: string, arns: Arns) {
  return {
    AWSAccountId: arns.stateMachine.split(":")[4],
    KeyId: key.keyId,
    Arn: arn,
    CreationDate: key.createdAt,
    Enabled: true,
    Description: "The local stack's key",
    KeyUsage: "ENCRYPT_DECRYPT",
    KeyState: "Enabled",
    Origin: "AWS_KMS",
    KeyManager: "CUSTOMER",
    CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
    KeySpec: "SYMMETRIC_DEFAULT",
    EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
    MultiRegion: false,
  };
}
