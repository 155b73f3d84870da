// All that an attempt needs before it may send: secrets opened, request rendered. What fails here sends nothing.
import { RunbookError } from "../domain/errors.ts";
import type { Attempt, ExecutionError, SentRequest } from "../domain/execution.ts";
import type { RunbookVersion } from "../domain/runbook.ts";
import { loggable, logger } from "../observe/logger.ts";
import { SecretUnfit } from "../secrets/secret-text.ts";
import type { Run } from "../store/executions.ts";
import { getSigningSecret } from "../store/signing-secrets.ts";
import { type RenderedRequest, renderRequest, shownRequest } from "../webhook/request.ts";
import type { DataObject } from "../webhook/template/secret.ts";
import { withCallback } from "./callback-address.ts";
import { type OpenedAuth, openAuth, openParameters, SecretUnavailable } from "./open-secrets.ts";
import { signingSecrets } from "./signing-secret.ts";
import { maskedContext, templateContext, templateShape } from "./template-context.ts";

/** `secrets`: every secret of this run, and what its templates made of them: masked wherever they might come back. */
export type PreparedCall = {
  rendered: RenderedRequest;
  openedAuth: OpenedAuth;
  signingSecrets: string[];
  secrets: string[];
  shown: SentRequest;
};

type Evidence = Omit<Attempt, "number" | "startedAt">;

export async function prepareCall(
  run: Run,
  version: RunbookVersion,
  now: Date,
): Promise<PreparedCall | { failure: Evidence }> {
  const { execution, input } = run;
  try {
    const opened = await openAll(run, version, now);
    const { definition } = version;
    const { parameters: schema, webhookAuth } = definition;
    const facts = { ...execution, ...input, id: execution.id };
    const written = new Set(opened.secrets);
    const render = (context: DataObject) =>
      withCallback(definition, renderRequest(definition, context, templateShape(schema), written));
    const rendered = render(templateContext(facts, schema, opened.parameters));
    const masked = render(maskedContext(facts, schema, opened.parameters));
    const shown = shownRequest(masked, webhookAuth, execution.id);
    return { ...opened, secrets: [...written], rendered, shown };
  } catch (error) {
    return { failure: nothingSent(error, execution.id) };
  }
}

async function openAll(run: Run, version: RunbookVersion, now: Date) {
  const { execution, input } = run;
  try {
    const found = new Set<string>();
    const openedAuth = await openAuth(version, execution.teamId, found);
    const parameters = await openParameters(input, version.definition);
    const stored = await getSigningSecret(version.runbookId);
    const signing = await signingSecrets(stored, now);
    const secretParameters = Object.keys(input.secrets).map((name) => String(parameters[name]));
    return {
      openedAuth,
      parameters,
      signingSecrets: signing,
      secrets: [...signing, ...secretParameters, ...found],
    };
  } catch (cause) {
    throw cause instanceof SecretUnavailable ? cause : new SecretUnavailable("of the signature", cause);
  }
}

/** Why a secret is unavailable, for those who run and mend the runbook: its field, and what is wrong with it. */
function unavailable(error: unknown): string {
  if (!(error instanceof SecretUnavailable)) return "A secret could not be read.";
  const { field, cause } = error;
  if (cause instanceof SecretUnfit) return `The secret ${field} ${cause.message}.`;
  return `The secret ${field} could not be read. The log of the delivery function says why.`;
}

const isUnfit = (error: unknown) => error instanceof SecretUnavailable && error.cause instanceof SecretUnfit;

/** A secret may be readable again in a moment; what is wrong with it, or with a template, will not change by itself. */
function nothingSent(error: unknown, executionId: string): Evidence {
  logger.error("Nothing was sent", { executionId, failure: loggable(error) });
  if (error instanceof RunbookError && error.code === "invalid_template")
    return failed({ code: error.code, message: said(error.message) });
  return failed({ code: "secret_unavailable", message: said(unavailable(error)) }, !isUnfit(error));
}

const said = (why: string) => `${why.slice(0, 480)} Nothing was sent.`;

/** The evidence of an attempt that ended before its call. */
export function failed(error: ExecutionError, retryable = false): Evidence {
  return { durationMs: 0, outcome: "failed", retryable, retryAfterSeconds: null, answer: null, error };
}
