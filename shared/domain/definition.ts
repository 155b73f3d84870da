// The runbook definition: what an author writes, and what a run carries out word for word.
import * as z from "zod";
import { Json } from "./json.ts";

export const WEBHOOK_METHODS = ["POST", "PUT", "PATCH"] as const;

/** What stands for a secret in every answer; sent back, it keeps the stored value. */
export const MASK = "********";

/** A secret that lies in AWS Secrets Manager and is read at delivery; `secretKey` picks one member of a JSON secret. */
export const SecretReference = z.strictObject({
  secretArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+$/, {
      error: "must be the ARN of a secret in AWS Secrets Manager",
    }),
  secretKey: z.string().min(1).max(256).optional(),
});

export type SecretReference = z.infer<typeof SecretReference>;

/** `sealed` is KMS ciphertext in base64. */
export const SealedSecret = z.strictObject({ sealed: z.base64().min(1) });
/** A text longer than KMS takes: encrypted with a key of its own (nonce, ciphertext, tag in base64), which KMS encrypted. */
export const SealedText = z.strictObject({ key: SealedSecret, text: z.base64() });
export type SealedText = z.infer<typeof SealedText>;
/** A secret as the table holds it. */
export const StoredSecret = z.union([SealedSecret, SecretReference]);
/** Characters of a secret; a shorter one could not be told from other text, and so not be masked. */
export const SECRET_CHARACTERS = { least: 6, most: 4096 } as const;
/** A secret as a caller gives it: the value, or a reference. */
export const GivenSecret = z.union([
  z.string().min(SECRET_CHARACTERS.least).max(SECRET_CHARACTERS.most),
  SecretReference,
]);
/** A secret as a caller sees it; a reference only by those who manage the runbook. */
export const ShownSecret = z.union([z.literal(MASK), SecretReference]);

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/, "is not a header name");

function authWith<S extends z.ZodType>(secret: S) {
  return z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("none") }),
    z.strictObject({ type: z.literal("bearer"), token: secret }),
    z.strictObject({ type: z.literal("basic"), username: z.string().min(1).max(256), password: secret }),
    z.strictObject({
      type: z.literal("oauth2"),
      tokenUrl: z.url().max(2048),
      clientId: z.string().min(1).max(256),
      clientSecret: secret,
      scope: z.string().min(1).max(1024).optional(),
      audience: z.string().min(1).max(1024).optional(),
    }),
    z.strictObject({
      type: z.literal("custom"),
      customHeaders: z
        .record(headerName, secret)
        .refine(
          (h) => Object.keys(h).length >= 1 && Object.keys(h).length <= 20,
          "must name 1 to 20 headers",
        ),
    }),
  ]);
}

export const GivenAuth = authWith(GivenSecret);
export const StoredAuth = authWith(StoredSecret);
export const ShownAuth = authWith(ShownSecret);
export type GivenAuth = z.infer<typeof GivenAuth>;
export type StoredAuth = z.infer<typeof StoredAuth>;
export type ShownAuth = z.infer<typeof ShownAuth>;
export type SealedSecret = z.infer<typeof SealedSecret>;
export type StoredSecret = z.infer<typeof StoredSecret>;

/** `initialDelaySeconds × backoffRate^(n−1)`, at most `maxDelaySeconds`, between attempts. */
export const RetryPolicy = z.strictObject({
  maxAttempts: z.int().min(1).max(10).default(3),
  initialDelaySeconds: z.number().min(0).max(300).default(1),
  backoffRate: z.number().min(1).max(10).default(2),
  maxDelaySeconds: z.number().min(0).max(300).default(60),
});
export type RetryPolicy = z.infer<typeof RetryPolicy>;

/**
 * How many runs may be under way at the same time: of the runbook, or, with `key`, for each value of that parameter.
 * One more is refused, or waits until its turn comes.
 */
export const Concurrency = z.strictObject({
  limit: z.int().min(1).max(100),
  key: z.string().min(1).max(64).optional(),
  onLimit: z.enum(["reject", "queue"]).default("reject"),
});
export type Concurrency = z.infer<typeof Concurrency>;

/** `callback`: a 2xx answer only accepts the work; the receiver says later how it ended, within `timeoutSeconds`. */
export const Completion = z.strictObject({
  mode: z.enum(["response", "callback"]),
  timeoutSeconds: z.int().min(30).max(86_400).default(3600),
});
export type Completion = z.infer<typeof Completion>;

/** What a field is when its author leaves it out. */
const DEFAULTS = {
  webhookMethod: "POST",
  webhookHeaders: {},
  webhookAuth: { type: "none" },
  parameters: { type: "object", properties: {} },
  timeoutSeconds: 300,
  attemptTimeoutSeconds: 30,
  retryPolicy: { maxAttempts: 3, initialDelaySeconds: 1, backoffRate: 2, maxDelaySeconds: 60 },
} as const;

const plain = {
  name: z.string().trim().min(1).max(100),
  description: z.string().trim().min(1).max(500),
  webhookUrl: z.string().min(1).max(2048),
  webhookMethod: z.enum(WEBHOOK_METHODS),
  webhookHeaders: z
    .record(headerName, z.string().max(4096))
    .refine((h) => Object.keys(h).length <= 30, "must have at most 30 headers"),
  parameters: z.record(z.string(), Json),
  payloadTemplate: z.string().min(1),
  /** Budget of the whole run, attempts and waits together. */
  timeoutSeconds: z.int().min(30).max(900),
  /** One attempt, from name resolution to the last byte of the answer. */
  attemptTimeoutSeconds: z.int().min(1).max(300),
  retryPolicy: RetryPolicy,
  /** Left out: no limit. */
  concurrency: Concurrency.optional(),
  /** Left out: a 2xx answer completes the run. */
  completion: Completion.optional(),
};

/** As the table holds it, as a caller sees it, as a caller gives it: only the secrets differ. */
export const StoredDefinition = z.strictObject({ ...plain, webhookAuth: StoredAuth });
export const ShownDefinition = z.strictObject({ ...plain, webhookAuth: ShownAuth });
/** For a change: whatever is left out stays as it is; null takes an optional field away. */
export const GivenChanges = z
  .strictObject({
    ...plain,
    webhookAuth: GivenAuth,
    concurrency: Concurrency.nullable(),
    completion: Completion.nullable(),
  })
  .partial();
/** For a new runbook: whatever is left out takes its default. */
export const GivenDefinition = z.strictObject({
  ...plain,
  webhookMethod: plain.webhookMethod.default(DEFAULTS.webhookMethod),
  webhookHeaders: plain.webhookHeaders.default(DEFAULTS.webhookHeaders),
  webhookAuth: GivenAuth.default(DEFAULTS.webhookAuth),
  parameters: plain.parameters.default({ ...DEFAULTS.parameters }),
  timeoutSeconds: plain.timeoutSeconds.default(DEFAULTS.timeoutSeconds),
  attemptTimeoutSeconds: plain.attemptTimeoutSeconds.default(DEFAULTS.attemptTimeoutSeconds),
  retryPolicy: RetryPolicy.default(DEFAULTS.retryPolicy),
});
export type GivenDefinition = z.infer<typeof GivenDefinition>;
export type GivenChanges = z.infer<typeof GivenChanges>;
export type StoredDefinition = z.infer<typeof StoredDefinition>;
export type ShownDefinition = z.infer<typeof ShownDefinition>;

export const DEFINITION_FIELDS = Object.keys(StoredDefinition.shape) as (keyof StoredDefinition)[];
