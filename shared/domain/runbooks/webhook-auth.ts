// Credentials of a webhook: as input, as stored, and in responses.
import * as z from "zod";

/** Stands for a secret in every response. Sent back, it keeps the stored value. */
export const MASK = "********";

/** A reference to a secret in AWS Secrets Manager. Each delivery reads it. */
export const SecretReference = z
  .strictObject({
    secretArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+$/, {
        error: "must be the ARN of a secret in AWS Secrets Manager",
      })
      .describe("ARN of the secret. Its tag `runbooks:team` names the team whose runbooks may use it."),
    secretKey: z
      .string()
      .min(1)
      .max(256)
      .optional()
      .describe("The member to read if the secret is a JSON object. Without it, the secret is plain text."),
  })
  .describe("A secret in AWS Secrets Manager. It is read at each delivery.");

export type SecretReference = z.infer<typeof SecretReference>;

/** `ciphertext` is KMS ciphertext in base64. */
export const EncryptedSecret = z.strictObject({ ciphertext: z.base64().min(1) });
/**
 * A text longer than KMS's limit: encrypted with a data key (nonce, ciphertext, tag in base64). KMS encrypted that key.
 */
export const EncryptedText = z.strictObject({ key: EncryptedSecret, text: z.base64() });
export type EncryptedText = z.infer<typeof EncryptedText>;
/** A stored secret. */
export const SecretRecord = z.union([EncryptedSecret, SecretReference]);
/** Length of a secret in characters. A shorter one could not be distinguished from other text, and so not be masked. */
export const SECRET_CHARACTERS = { least: 6, most: 4096 } as const;
/** A secret in a request: the value, or a reference. */
export const SecretInput = z
  .union([z.string().min(SECRET_CHARACTERS.least).max(SECRET_CHARACTERS.most), SecretReference])
  .describe(
    `A secret: its text, or a reference to AWS Secrets Manager. In an update, \`${MASK}\` keeps the stored text.`,
  );
/** A secret in a response. Only callers who manage the runbook see a reference. */
export const SecretView = z
  .union([z.literal(MASK), SecretReference])
  .describe("A masked secret. Callers who manage the runbook see a reference to AWS Secrets Manager.");

export const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/, "is not a header name");

const none = { type: z.literal("none").describe("The request carries no credentials.") };
const bearer = { type: z.literal("bearer").describe("The request carries `Authorization: Bearer …`.") };
const basic = {
  type: z.literal("basic").describe("The request carries `Authorization: Basic …`."),
};
const USERNAME = z.string().min(1).max(256);
const oauth2 = {
  type: z
    .literal("oauth2")
    .describe("The service gets an access token by client credentials (RFC 6749) and sends it as bearer."),
  tokenUrl: z.url().max(2048).describe("Address of the token endpoint."),
  clientId: z.string().min(1).max(256).describe("The client id at the token endpoint."),
  scope: z.string().min(1).max(1024).optional().describe("The scopes to request, separated by spaces."),
  audience: z.string().min(1).max(1024).optional().describe("The audience to request."),
  clientAuthentication: z
    .enum(["basic", "body"])
    .optional()
    .describe(
      "How the client shows its secret: HTTP Basic, or the form's `client_secret`. Default: `basic`.",
    ),
  tokenParameters: z
    .record(z.string().min(1).max(128), z.string().max(1024))
    .refine((fields) => Object.keys(fields).length <= 10, "must have at most 10 fields")
    .optional()
    .describe(
      "Further form fields of the token request, such as `resource`. They are not secret. At most 10.",
    ),
};
const custom = {
  type: z.literal("custom").describe("The request carries secrets in headers of your choice."),
};

function authSchema<S extends z.ZodType, U extends z.ZodType>(secret: S, username: U) {
  const customHeaders = z
    .record(headerName, secret)
    .refine((h) => Object.keys(h).length >= 1 && Object.keys(h).length <= 20, "must name 1 to 20 headers")
    .describe("Header name → secret. 1 to 20 headers.");
  return z
    .discriminatedUnion("type", [
      z.strictObject(none),
      z.strictObject({ ...bearer, token: secret.describe("The token.") }),
      z.strictObject({
        ...basic,
        username: username.describe(
          "The user name: a text that is shown, or a reference to a secret that is not.",
        ),
        password: secret.describe("The password."),
      }),
      z.strictObject({ ...oauth2, clientSecret: secret.describe("The client secret.") }),
      z.strictObject({ ...custom, customHeaders }),
    ])
    .describe("How the webhook request is authenticated. Secrets are encrypted and never shown.");
}

const username = z.union([USERNAME, SecretReference]);
export const AuthInput = authSchema(SecretInput, username);
export const AuthRecord = authSchema(SecretRecord, username);
export const AuthView = authSchema(SecretView, username);
export type AuthInput = z.infer<typeof AuthInput>;
export type AuthRecord = z.infer<typeof AuthRecord>;
export type AuthView = z.infer<typeof AuthView>;
export type EncryptedSecret = z.infer<typeof EncryptedSecret>;
export type SecretRecord = z.infer<typeof SecretRecord>;
