// Encrypts texts that are longer than KMS takes: with a fresh key of their own, which KMS encrypts.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { SealedText } from "../domain/webhook-auth.ts";
import { type Binding, seal, unseal } from "./seal.ts";

const CIPHER = "aes-256-gcm";
/** Bytes. */
const KEY = 32;
const NONCE = 12;
const TAG = 16;

export async function sealText(plain: string, binding: Binding): Promise<SealedText> {
  const key = randomBytes(KEY);
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(CIPHER, key, nonce);
  const sealed = Buffer.concat([nonce, cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return { key: await seal(key.toString("base64"), binding), text: sealed.toString("base64") };
}

/** Throws where the binding is another one, or the text was altered. */
export async function unsealText({ key, text }: SealedText, binding: Binding): Promise<string> {
  const sealed = Buffer.from(text, "base64");
  const opened = Buffer.from(await unseal(key, binding), "base64");
  const cipher = createDecipheriv(CIPHER, opened, sealed.subarray(0, NONCE));
  cipher.setAuthTag(sealed.subarray(-TAG));
  return Buffer.concat([cipher.update(sealed.subarray(NONCE, -TAG)), cipher.final()]).toString("utf8");
}
