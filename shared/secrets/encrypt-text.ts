// Encrypts texts that exceed the size limit of KMS. Each text has its own data key, which KMS encrypts.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { EncryptedText } from "../domain/runbooks/webhook-auth.ts";
import { type Binding, decrypt, encrypt } from "./encrypt.ts";

const CIPHER = "aes-256-gcm";
/** Sizes in bytes. */
const KEY = 32;
const NONCE = 12;
const TAG = 16;

export async function encryptText(plain: string, binding: Binding): Promise<EncryptedText> {
  const key = randomBytes(KEY);
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(CIPHER, key, nonce);
  const encrypted = Buffer.concat([nonce, cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return { key: await encrypt(key.toString("base64"), binding), text: encrypted.toString("base64") };
}

/** @throws if the binding is different or the ciphertext was altered. */
export async function decryptText({ key, text }: EncryptedText, binding: Binding): Promise<string> {
  const encrypted = Buffer.from(text, "base64");
  const plainKey = Buffer.from(await decrypt(key, binding), "base64");
  const cipher = createDecipheriv(CIPHER, plainKey, encrypted.subarray(0, NONCE));
  cipher.setAuthTag(encrypted.subarray(-TAG));
  return Buffer.concat([cipher.update(encrypted.subarray(NONCE, -TAG)), cipher.final()]).toString("utf8");
}
