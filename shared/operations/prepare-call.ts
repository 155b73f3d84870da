// All that an attempt needs before it may send: secrets opened, request rendered. What fails here sends nothing.
import { RunbookError } from "../domain/errors.ts";
import type { Attempt, EXECUTION_ERROR_CODES, ExecutionError, SentRequest } from "../domain/execution.ts";
import type { RunbookVersion } from "../domain/runbook.ts";
import { loggable, logger } from "../observe/logger.ts";
import type { Run } from "../store/executions.ts";
import { getSigningSecret } from "../store/signing-secrets.ts";
import { type RenderedRequest, renderRequest, shownRequest } from "../webhook/request.ts";
import type { DataObject } from "../webhook/template/secret.ts";
import { withCallback } from "./callback-address.ts";
import { type OpenedAuth, openAuth, openParameters } from "./open-secrets.ts";
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
    const openedAuth = await openAuth(version, execution.teamId);
    const parameters = await openParameters(input, execution.teamId);
    const stored = await getSigningSecret(version.runbookId);
    const signing = await signingSecrets(stored, now);
    const secretParameters = Object.keys(input.secrets).map((name) => String(parameters[name]));
    return { openedAuth, parameters, signingSecrets: signing, secrets: [...signing, ...secretParameters] };
  } catch (cause) {
    throw new SecretUnavailable(cause);
  }
}

class SecretUnavailable extends Error {
  constructor(cause: unknown) {
    super("A secret could not be opened", { cause });
    this.name = "SecretUnavailable";
  }
}

/** A secret may be readable again in a moment; a template or an address will not change by itself. */
function nothingSent(error: unknown, executionId: string): Evidence {
  logger.error("Nothing was sent", { executionId, failure: loggable(error) });
  const known = error instanceof RunbookError;
  const code: (typeof EXECUTION_ERROR_CODES)[number] =
    known && (error.code === "invalid_template" || error.code === "egress_denied")
      ? error.code
      : "secret_unavailable";
  const message =
    code === "secret_unavailable"
      ? "A secret of the runbook or of the run could not be read, so nothing was sent. The log of the delivery function says which."
      : `${error instanceof Error ? error.message : ""} Nothing was sent.`;
  return failed({ code, message: message.slice(0, 500) }, code === "secret_unavailable");
}

/** The evidence of an attempt that ended before its call. */
export function failed(error: ExecutionError, retryable = false): Evidence {
  return { durationMs: 0, outcome: "failed", retryable, retryAfterSeconds: null, answer: null, error };
}
