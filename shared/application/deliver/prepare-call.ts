// Prepares an attempt: decrypts secrets and renders the request. A failure here sends nothing.
import { ServiceError } from "../../domain/errors.ts";
import { NOTHING_SENT } from "../../domain/executions/attempts.ts";
import type { Attempt, ExecutionError, SentRequest } from "../../domain/executions/execution.ts";
import type { RunbookVersion } from "../../domain/runbooks/runbook.ts";
import { logger, toLogFields } from "../../logging/logger.ts";
import { UnusableSecret } from "../../secrets/secret-text.ts";
import type { ExecutionRecord } from "../../store/executions.ts";
import { requireSigningSecret } from "../../store/signing-secrets.ts";
import type { AnswerRules } from "../../webhook/judge-answer.ts";
import { type RenderedRequest, renderRequest, toSentRequest } from "../../webhook/request.ts";
import type { DataObject } from "../../webhook/template/secret.ts";
import { addCallbackUrl } from "../callbacks/callback-address.ts";
import { findSentToken, newToken } from "../callbacks/issue-token.ts";
import { maskedRequestContext, requestContext, requestShape } from "../request/request-context.ts";
import { decryptSigningSecrets } from "../runbooks/signing-secret.ts";
import {
  type DecryptedCredentials,
  decryptCredentials,
  decryptParameters,
  SecretUnavailable,
} from "./decrypt-secrets.ts";

/**
 * `secrets`: every secret of the execution, and every text that templates made from one. All of them are masked
 * wherever a response or an error could repeat them.
 */
export type PreparedCall = {
  rendered: RenderedRequest;
  rules: AnswerRules;
  decryptedAuth: DecryptedCredentials["webhookAuth"];
  signature: DecryptedCredentials["signature"];
  clientCertificate: DecryptedCredentials["clientCertificate"];
  signingSecrets: string[];
  secrets: string[];
  /** If a callback completes the execution. */
  callbackToken: string | undefined;
  sentRequest: SentRequest;
};

type Evidence = Omit<Attempt, "number" | "startedAt">;

export async function prepareCall(
  record: ExecutionRecord,
  version: RunbookVersion,
  now: Date,
): Promise<PreparedCall | { failure: Evidence }> {
  const { execution, input } = record;
  try {
    const decrypted = await decryptAll(record, version, now);
    const { definition } = version;
    const hasCallback = definition.completion?.mode === "callback";
    const callbackToken = hasCallback ? ((await findSentToken(record)) ?? newToken()) : undefined;
    const { parameters, credentials, signingSecrets } = decrypted;
    const { webhookAuth: decryptedAuth, signature, clientCertificate, secrets: named } = credentials;
    const facts = { ...execution, ...input, id: execution.id };
    const secretTexts = new Set(decrypted.secrets);
    const shape = requestShape(definition);
    const render = (context: DataObject) =>
      addCallbackUrl(definition, renderRequest(definition, context, shape, secretTexts));
    const rendered = render(requestContext(definition, facts, parameters, { secrets: named, callbackToken }));
    const masked = render(maskedRequestContext(definition, facts, parameters));
    const sentRequest = toSentRequest(masked, definition, execution.id);
    const proofs = { decryptedAuth, signature, clientCertificate, signingSecrets, callbackToken };
    return { rendered, rules: definition, ...proofs, secrets: [...secretTexts], sentRequest };
  } catch (error) {
    return { failure: failBeforeSending(error, execution.id) };
  }
}

async function decryptAll(record: ExecutionRecord, version: RunbookVersion, now: Date) {
  const { execution, input } = record;
  try {
    const relatedTexts = new Set<string>();
    const credentials = await decryptCredentials(version, execution.teamId, { relatedTexts, now });
    const parameters = await decryptParameters(input, version.definition);
    const stored = await requireSigningSecret(version.runbookId);
    const activeSecrets = await decryptSigningSecrets(stored, now);
    const secretParameters = Object.keys(input.secrets).map((name) => String(parameters[name]));
    return {
      credentials,
      parameters,
      signingSecrets: activeSecrets,
      secrets: [...activeSecrets, ...secretParameters, ...listPlain(credentials), ...relatedTexts],
    };
  } catch (cause) {
    throw cause instanceof SecretUnavailable
      ? cause
      : new SecretUnavailable("of the signature", "signature", cause);
  }
}

/** Those of webhookAuth are masked as they are sent. */
const listPlain = ({ secrets, signature }: DecryptedCredentials) => [
  ...Object.values(secrets),
  ...(signature ? [signature.secret] : []),
];

/** Returns why a secret is unavailable, for responders and for authors of the runbook: its field and the problem. */
function explainUnavailable(error: unknown): string {
  if (!(error instanceof SecretUnavailable)) return "A secret could not be read.";
  const { field, cause, advice } = error;
  if (cause instanceof UnusableSecret) return `The secret ${field} ${cause.message}.`;
  return `The secret ${field} could not be read. ${advice}`;
}

const isUnfit = (error: unknown) =>
  error instanceof SecretUnavailable && error.cause instanceof UnusableSecret;

/** What the team keeps is its own matter. All other secrets the service has encrypted itself. */
const isKeptByTeam = (error: unknown) => error instanceof SecretUnavailable && error.place === "referenced";

/** An unreadable secret is retried. An unusable secret or a wrong template would fail again. */
function failBeforeSending(error: unknown, executionId: string): Evidence {
  logger.error("Nothing was sent", { executionId, failure: toLogFields(error) });
  if (error instanceof ServiceError && error.code === "invalid_template")
    return buildFailure({ code: error.code, message: said(error.message) });
  return buildFailure(
    {
      code: isKeptByTeam(error) ? "secret_unavailable" : "decryption_failed",
      message: said(explainUnavailable(error)),
    },
    !isUnfit(error),
  );
}

const said = (why: string) => `${why.slice(0, 480)} ${NOTHING_SENT}`;

/** Returns the evidence of an attempt that failed before its call. */
export function buildFailure(error: ExecutionError, retryable = false): Evidence {
  return { durationMs: 0, outcome: "failed", retryable, retryAfterSeconds: null, answer: null, error };
}
