// A signature of the receiver's own kind: HMAC-SHA256 of the body, in a header of its choice.
import * as z from "zod";
import { headerName, SecretInput, SecretRecord, SecretView } from "./webhook-auth.ts";

function signatureSchema<S extends z.ZodType>(secret: S) {
  return z
    .strictObject({
      header: headerName.describe("Header of the signature, such as `x-hub-signature-256`."),
      encoding: z.enum(["hex", "base64"]).describe("How the 32 bytes are written."),
      prefix: z
        .string()
        .regex(/^[!-~]{1,64}$/, "must be 1 to 64 visible ASCII characters")
        .optional()
        .describe("Text before the signature, such as `sha256=`."),
      secret: secret.describe("The key of the HMAC, as UTF-8 text."),
    })
    .describe(
      "An HMAC-SHA256 of the body in a header of your choice, for receivers that do not know Standard Webhooks. It is sent beside the standard one.",
    );
}

export const SignatureInput = signatureSchema(SecretInput);
export const SignatureRecord = signatureSchema(SecretRecord);
export const SignatureView = signatureSchema(SecretView);
