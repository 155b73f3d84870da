// The runbook definition: its author writes it, and an execution runs it unchanged.
import * as z from "zod";
import { Json } from "../json.ts";
import { Cases } from "./cases.ts";
import {
  ClientCertificateInput,
  ClientCertificateRecord,
  ClientCertificateView,
} from "./client-certificate.ts";
import { CompletionPolicy } from "./completion-policy.ts";
import { Concurrency } from "./concurrency-policy.ts";
import { WEBHOOK_METHODS } from "./methods.ts";
import { SecretsInput, SecretsRecord, SecretsView } from "./named-secrets.ts";
import { RETRY_DEFAULTS, RetryPolicy } from "./retry-policy.ts";
import { SignatureInput, SignatureRecord, SignatureView } from "./signature.ts";
import { SuccessCondition } from "./success-condition.ts";
import { AuthInput, AuthRecord, AuthView, headerName } from "./webhook-auth.ts";

const PAYLOAD_FORMATS = ["json", "form", "text"] as const;
const WHILE_DRAFT = ["stop", "run_approved"] as const;

/**
 * JSON Schema 2020-12 of a flat object. Validated by `shared/parameters`. The OpenAPI document describes the keywords.
 */
export const ParameterSchemaJson = z
  .record(z.string(), Json)
  .describe(
    "The parameters that an execution takes: JSON Schema 2020-12 of a flat object, limited to the keywords listed here. At most 50 parameters and 32 KiB. An empty object takes none.",
  );

/** The value types that `shared/parameters` allows, for the OpenAPI document. */
const PARAMETER_VALUE = {
  type: ["string", "number", "boolean", "array", "null"],
  items: { type: ["string", "number", "boolean"] },
  description: "A scalar, or an array of scalars. In a request, null is not given.",
};

/** Values by name. `shared/parameters` validates them against the runbook's schema. */
export const ParameterValues = z.record(z.string(), Json).meta({
  description: "Parameters by name, at most 32 KiB. They must fit the runbook's parameter schema.",
  additionalProperties: PARAMETER_VALUE,
});

/** Default values of missing fields. */
const DEFAULTS = {
  webhookMethod: "POST",
  webhookHeaders: {},
  payloadTemplate: "",
  payloadFormat: "json",
  webhookAuth: { type: "none" },
  secrets: {},
  parameters: { type: "object", properties: {} },
  timeoutSeconds: 300,
  attemptTimeoutSeconds: 30,
  retryPolicy: RETRY_DEFAULTS,
  whileDraft: "stop",
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
    .describe(
      "Handlebars template of the body, up to 64 KiB. Each expression is escaped for its position. Empty: the request has no body, as a GET must.",
    ),
  payloadFormat: z
    .enum(PAYLOAD_FORMATS)
    .describe(
      "What the body is: `json`, `form` (application/x-www-form-urlencoded) or `text`. `content-type` follows from it.",
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
  whileDraft: z
    .enum(WHILE_DRAFT)
    .describe(
      "What an edit does to the approved version. `stop`: nothing runs until the edit is approved. `run_approved`: the approved version stays live beside the draft. The live version's own value decides.",
    ),
  concurrency: Concurrency.optional().describe("Limit on concurrent executions. Default: no limit."),
  completion: CompletionPolicy.optional().describe(
    "What completes an execution. Default: a successful answer of the receiver.",
  ),
  successCondition: SuccessCondition.optional(),
  cases: Cases.optional(),
};

/** Stored form, response form and request form. They differ only in the secrets. */
export const DefinitionRecord = z.strictObject({
  ...plain,
  webhookAuth: AuthRecord,
  secrets: SecretsRecord,
  signature: SignatureRecord.optional(),
  clientCertificate: ClientCertificateRecord.optional(),
});
export const DefinitionView = z
  .strictObject({
    ...plain,
    webhookAuth: AuthView,
    secrets: SecretsView,
    signature: SignatureView.optional(),
    clientCertificate: ClientCertificateView.optional(),
  })
  .describe("What a runbook does. Secrets are masked.");
/** Input for a change. Missing fields keep their values. Null removes an optional field. */
export const DefinitionChanges = z
  .strictObject({
    ...plain,
    webhookAuth: AuthInput,
    secrets: SecretsInput,
    payloadTemplate: plain.payloadTemplate
      .nullable()
      .describe("Handlebars template of the body. Null or empty: the request has no body."),
    signature: SignatureInput.nullable().describe("A signature in a header of your choice. Null removes it."),
    clientCertificate: ClientCertificateInput.nullable().describe(
      "A client certificate for the receiver. Null removes it.",
    ),
    concurrency: Concurrency.nullable().describe("Limit on concurrent executions. Null removes it."),
    completion: CompletionPolicy.nullable().describe(
      "What completes an execution. Null: a successful answer.",
    ),
    successCondition: SuccessCondition.nullable().describe("Which answers count as success. Null: any 2xx."),
    cases: Cases.nullable().describe("Golden cases, all of them. Null: none."),
  })
  .partial();
/** Input for a new runbook. Missing fields take their defaults. */
export const DefinitionInput = z.strictObject({
  ...plain,
  webhookMethod: plain.webhookMethod.default(DEFAULTS.webhookMethod),
  webhookHeaders: plain.webhookHeaders.default(DEFAULTS.webhookHeaders),
  webhookAuth: AuthInput.default(DEFAULTS.webhookAuth),
  secrets: SecretsInput.default(DEFAULTS.secrets),
  signature: SignatureInput.optional(),
  clientCertificate: ClientCertificateInput.optional(),
  parameters: plain.parameters.default({ ...DEFAULTS.parameters }),
  payloadTemplate: plain.payloadTemplate.default(DEFAULTS.payloadTemplate),
  payloadFormat: plain.payloadFormat.default(DEFAULTS.payloadFormat),
  timeoutSeconds: plain.timeoutSeconds.default(DEFAULTS.timeoutSeconds),
  attemptTimeoutSeconds: plain.attemptTimeoutSeconds.default(DEFAULTS.attemptTimeoutSeconds),
  retryPolicy: RetryPolicy.default(DEFAULTS.retryPolicy),
  whileDraft: plain.whileDraft.default(DEFAULTS.whileDraft),
});
export type DefinitionInput = z.infer<typeof DefinitionInput>;
export type DefinitionChanges = z.infer<typeof DefinitionChanges>;
export type DefinitionRecord = z.infer<typeof DefinitionRecord>;
export type DefinitionView = z.infer<typeof DefinitionView>;

export const DEFINITION_FIELDS = Object.keys(DefinitionRecord.shape) as (keyof DefinitionRecord)[];
