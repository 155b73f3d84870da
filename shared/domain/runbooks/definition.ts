// The runbook definition: its author writes it, and an execution runs it unchanged.
import * as z from "zod";
import { Json } from "../json.ts";
import { AuthInput, AuthRecord, AuthView, headerName } from "./webhook-auth.ts";

const WEBHOOK_METHODS = ["POST", "PUT", "PATCH"] as const;

const ATTEMPTS = { maxAttempts: 3, initialDelaySeconds: 1, backoffRate: 2, maxDelaySeconds: 60 } as const;

export const RetryPolicy = z
  .strictObject({
    maxAttempts: z
      .int()
      .min(1)
      .max(10)
      .default(ATTEMPTS.maxAttempts)
      .describe("Maximum number of attempts, including the first."),
    initialDelaySeconds: z
      .number()
      .min(0)
      .max(300)
      .default(ATTEMPTS.initialDelaySeconds)
      .describe("Wait before the second attempt, in seconds."),
    backoffRate: z
      .number()
      .min(1)
      .max(10)
      .default(ATTEMPTS.backoffRate)
      .describe("Factor between one wait and the next."),
    maxDelaySeconds: z
      .number()
      .min(0)
      .max(300)
      .default(ATTEMPTS.maxDelaySeconds)
      .describe("Maximum wait between two attempts, in seconds."),
  })
  .describe(
    "When a failed attempt is retried. The wait is initialDelaySeconds × backoffRate^(n−1), at most maxDelaySeconds, or the time in `Retry-After`.",
  );
export type RetryPolicy = z.infer<typeof RetryPolicy>;

export const Concurrency = z
  .strictObject({
    limit: z.int().min(1).max(100).describe("Maximum number of concurrent executions."),
    key: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe(
        "Name of a parameter. The limit then applies to each of its values. Default: to the whole runbook.",
      ),
    onLimit: z
      .enum(["reject", "queue"])
      .default("reject")
      .describe("`reject` refuses one more with 409. `queue` lets up to 100 executions wait in order."),
  })
  .describe("Limit on concurrent executions of the runbook.");
export type Concurrency = z.infer<typeof Concurrency>;

export const CompletionPolicy = z
  .strictObject({
    mode: z
      .enum(["response", "callback"])
      .describe(
        "`response`: a 2xx answer completes the execution. `callback`: a 2xx answer only accepts the work, and the receiver reports the result later.",
      ),
    timeoutSeconds: z
      .int()
      .min(30)
      .max(86_400)
      .default(3600)
      .describe("Time allowed for the callback after the 2xx answer, in seconds."),
  })
  .describe("What completes an execution.");
export type CompletionPolicy = z.infer<typeof CompletionPolicy>;

/**
 * JSON Schema 2020-12 of a flat object. Validated by `shared/parameters`. The OpenAPI document describes the keywords.
 */
export const ParameterSchemaJson = z
  .record(z.string(), Json)
  .describe(
    "The parameters that an execution takes: JSON Schema 2020-12 of a flat object, limited to the keywords listed here. At most 50 parameters and 32 KiB. An empty object takes none.",
  );

/** The value types that `shared/parameters` allows, for the OpenAPI document. */
const PARAMETER_VALUE = { type: ["string", "number", "boolean"] };

/** Values by name. `shared/parameters` validates them against the runbook's schema. */
export const ParameterValues = z.record(z.string(), Json).meta({
  description: "Parameters by name, at most 32 KiB. They must fit the runbook's parameter schema.",
  additionalProperties: PARAMETER_VALUE,
});

/** Default values of missing fields. */
const DEFAULTS = {
  webhookMethod: "POST",
  webhookHeaders: {},
  webhookAuth: { type: "none" },
  parameters: { type: "object", properties: {} },
  timeoutSeconds: 300,
  attemptTimeoutSeconds: 30,
  retryPolicy: ATTEMPTS,
} as const;

const plain = {
  name: z.string().trim().min(1).max(100).describe("Name of the runbook, for people."),
  description: z.string().trim().min(1).max(500).describe("What the runbook does, and when to use it."),
  webhookUrl: z
    .string()
    .min(1)
    .max(2048)
    .describe(
      "URL of the webhook: https. Path and query may contain template expressions. Scheme, host and port may not.",
    ),
  webhookMethod: z.enum(WEBHOOK_METHODS).describe("HTTP method of the webhook request."),
  webhookHeaders: z
    .record(headerName, z.string().max(4096))
    .refine((h) => Object.keys(h).length <= 30, "must have at most 30 headers")
    .describe(
      "Header name → value. Values may contain template expressions. At most 30 headers of 4,096 characters.",
    ),
  parameters: ParameterSchemaJson,
  payloadTemplate: z
    .string()
    .min(1)
    .describe(
      "Handlebars template of the JSON body, up to 64 KiB. Each expression is escaped for its position.",
    ),
  timeoutSeconds: z
    .int()
    .min(30)
    .max(900)
    .describe("Timeout of the whole execution, attempts and waits together, in seconds."),
  attemptTimeoutSeconds: z
    .int()
    .min(1)
    .max(300)
    .describe("Timeout of one attempt, from name resolution to the last byte of the answer, in seconds."),
  retryPolicy: RetryPolicy,
  concurrency: Concurrency.optional().describe("Limit on concurrent executions. Default: no limit."),
  completion: CompletionPolicy.optional().describe(
    "What completes an execution. Default: a 2xx answer of the receiver.",
  ),
};

/** Stored form, response form and request form. They differ only in the secrets. */
export const DefinitionRecord = z.strictObject({ ...plain, webhookAuth: AuthRecord });
export const DefinitionView = z
  .strictObject({ ...plain, webhookAuth: AuthView })
  .describe("What a runbook does. Secrets are masked.");
/** Input for a change. Missing fields keep their values. Null removes an optional field. */
export const DefinitionChanges = z
  .strictObject({
    ...plain,
    webhookAuth: AuthInput,
    concurrency: Concurrency.nullable().describe("Limit on concurrent executions. Null removes it."),
    completion: CompletionPolicy.nullable().describe("What completes an execution. Null: a 2xx answer."),
  })
  .partial();
/** Input for a new runbook. Missing fields take their defaults. */
export const DefinitionInput = z.strictObject({
  ...plain,
  webhookMethod: plain.webhookMethod.default(DEFAULTS.webhookMethod),
  webhookHeaders: plain.webhookHeaders.default(DEFAULTS.webhookHeaders),
  webhookAuth: AuthInput.default(DEFAULTS.webhookAuth),
  parameters: plain.parameters.default({ ...DEFAULTS.parameters }),
  timeoutSeconds: plain.timeoutSeconds.default(DEFAULTS.timeoutSeconds),
  attemptTimeoutSeconds: plain.attemptTimeoutSeconds.default(DEFAULTS.attemptTimeoutSeconds),
  retryPolicy: RetryPolicy.default(DEFAULTS.retryPolicy),
});
export type DefinitionInput = z.infer<typeof DefinitionInput>;
export type DefinitionChanges = z.infer<typeof DefinitionChanges>;
export type DefinitionRecord = z.infer<typeof DefinitionRecord>;
export type DefinitionView = z.infer<typeof DefinitionView>;

export const DEFINITION_FIELDS = Object.keys(DefinitionRecord.shape) as (keyof DefinitionRecord)[];
