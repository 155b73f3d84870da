// Renders the request of an execution once, so that all attempts send the same bytes. Also builds its masked view.

import { ServiceError } from "../domain/errors.ts";
import { CALLBACK_TOKEN_HEADER } from "../domain/executions/callback.ts";
import type { SentRequest } from "../domain/executions/execution.ts";
import type { DefinitionRecord } from "../domain/runbooks/definition.ts";
import { type AuthRecord, MASK } from "../domain/runbooks/webhook-auth.ts";
import { type DecryptedAuth, maskAuthHeaders } from "./auth.ts";
import { checkSentHeaders } from "./headers.ts";
import { signatureHeaders } from "./sign.ts";
import { renderTemplate } from "./template/render.ts";
import type { DataObject } from "./template/secret.ts";
import type { Shape } from "./template/shape.ts";

export type RequestTemplate = Pick<
  DefinitionRecord,
  "webhookMethod" | "webhookUrl" | "webhookHeaders" | "payloadTemplate"
>;
/**
 * Header names are in lower case. `callbackBase` is set if a callback completes the execution: the URL of this API, or
 * empty if only its paths are known.
 */
export type RenderedRequest = {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
  callbackBase?: string;
};

const URL_CHARACTERS = 8192;
const USER_AGENT = "Runbooks/1 (+webhook)";
const AT_EACH_ATTEMPT = "(set at each attempt)";
const AT_START = "(the id of the execution)";

/**
 * Returns the rendered request. `written` receives all values derived from secrets. @throws `invalid_template` with the
 * name of the field.
 */
export function renderRequest(
  definition: RequestTemplate,
  context: DataObject,
  shape: Shape,
  secretTexts: Set<string> = new Set(),
): RenderedRequest {
  const render = (field: string, source: string, kind: "json" | "url" | "header") => {
    try {
      return renderTemplate(source, kind, context, shape, secretTexts);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      throw new ServiceError(error.code, `${field}: ${error.message}`);
    }
  };
  const url = render("webhookUrl", definition.webhookUrl, "url");
  if (url.length > URL_CHARACTERS) {
    throw new ServiceError(
      "invalid_template",
      `webhookUrl: it came out longer than ${URL_CHARACTERS} characters.`,
    );
  }
  const headers = Object.entries(definition.webhookHeaders).map(([name, source]) => [
    name.toLowerCase(),
    // White space around a header value is insignificant, and HTTP parsers drop it.
    render(`webhookHeaders ${name}`, source, "header").trim(),
  ]);
  return {
    method: definition.webhookMethod,
    url,
    headers: requireSendable(Object.fromEntries(headers)),
    body: render("payloadTemplate", definition.payloadTemplate, "json"),
  };
}

function requireSendable(headers: Record<string, string>): Record<string, string> {
  const [issue] = checkSentHeaders(headers);
  if (issue === undefined) return headers;
  throw new ServiceError("invalid_template", `webhookHeaders${issue.pointer}: it ${issue.message}.`);
}

type Message = {
  executionId: string;
  attemptNumber: number;
  timestamp: Date;
  signingSecrets: readonly string[];
  /** The one-time token of this call, if a callback completes the execution. */
  callbackToken?: string | undefined;
};

/**
 * Returns all headers except those of the connection: first the author's, then the service's, then the credential's.
 */
export function buildHeaders(
  rendered: RenderedRequest,
  message: Message,
  auth: Record<string, string>,
): Record<string, string> {
  const { executionId, attemptNumber, timestamp, signingSecrets, callbackToken } = message;
  return {
    ...stableHeaders(rendered, executionId),
    ...signatureHeaders({ id: executionId, timestamp, body: rendered.body }, signingSecrets),
    "x-runbook-attempt": String(attemptNumber),
    ...(callbackToken !== undefined && { [CALLBACK_TOKEN_HEADER]: callbackToken }),
    ...auth,
  };
}

function stableHeaders(
  { headers, callbackBase }: RenderedRequest,
  executionId: string,
): Record<string, string> {
  return {
    "content-type": "application/json",
    ...headers,
    "user-agent": USER_AGENT,
    "idempotency-key": executionId,
    ...(callbackBase !== undefined && {
      "x-runbook-callback-url": `${callbackBase}/executions/${executionId}/callback`,
    }),
  };
}

/**
 * Returns the request for previews and evidence, with `********` for credentials. `rendered` has masks in place of
 * secrets, so nothing is searched here. A preview has no `executionId`. Needs no decrypted credential.
 */
export function toSentRequest(
  rendered: RenderedRequest,
  auth: DecryptedAuth | AuthRecord,
  executionId?: string,
): SentRequest {
  const id = executionId ?? AT_START;
  return {
    method: rendered.method,
    url: rendered.url,
    headers: {
      ...stableHeaders(rendered, id),
      "webhook-id": id,
      "webhook-timestamp": AT_EACH_ATTEMPT,
      "webhook-signature": AT_EACH_ATTEMPT,
      "x-runbook-attempt": AT_EACH_ATTEMPT,
      ...(rendered.callbackBase !== undefined && { [CALLBACK_TOKEN_HEADER]: MASK }),
      ...maskAuthHeaders(auth),
    },
    body: rendered.body,
  };
}
