// Renders the request of an execution once, so that all attempts send the same bytes. Also builds its masked view.

import { ServiceError } from "../domain/errors.ts";
import { CALLBACK_TOKEN_HEADER } from "../domain/executions/callback.ts";
import type { SentRequest } from "../domain/executions/execution.ts";
import type { DefinitionRecord } from "../domain/runbooks/definition.ts";
import { MASK } from "../domain/runbooks/webhook-auth.ts";
import { maskAuthHeaders } from "./auth.ts";
import { PAYLOAD_FORMATS } from "./content-types.ts";
import { checkContentType, checkSentHeaders } from "./headers.ts";
import { type BodySignature, bodySignatureHeader, signatureHeaders } from "./sign.ts";
import type { TemplateKind } from "./template/nodes.ts";
import { renderTemplate } from "./template/render.ts";
import type { DataObject } from "./template/secret.ts";
import type { Shape } from "./template/shape.ts";
import { shownTraceparentOf, traceparentOf } from "./trace-context.ts";

export type RequestTemplate = Pick<
  DefinitionRecord,
  "webhookMethod" | "webhookUrl" | "webhookHeaders" | "payloadTemplate" | "payloadFormat"
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
  const render = (field: string, source: string, kind: TemplateKind) => {
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
  const { payloadTemplate, payloadFormat, webhookMethod: method } = definition;
  const { template, contentType } = PAYLOAD_FORMATS[payloadFormat];
  const body = payloadTemplate === "" ? "" : render("payloadTemplate", payloadTemplate, template);
  const written = requireSendable(headers, payloadFormat);
  return { method, url, headers: { ...(body !== "" && { "content-type": contentType }), ...written }, body };
}

/** A header that renders empty is left out: so a template decides whether it is sent. */
function requireSendable(
  rendered: readonly string[][],
  format: DefinitionRecord["payloadFormat"],
): Record<string, string> {
  const headers: Record<string, string> = Object.fromEntries(rendered.filter(([, value]) => value !== ""));
  const [issue] = [...checkSentHeaders(headers), ...checkContentType(headers, format)];
  if (issue === undefined) return headers;
  throw new ServiceError("invalid_template", `webhookHeaders${issue.pointer}: it ${issue.message}.`);
}

type Message = {
  executionId: string;
  attemptNumber: number;
  timestamp: Date;
  signingSecrets: readonly string[];
  /** In a header of the receiver's own. */
  signature?: BodySignature | undefined;
  /** The one-time token of this call, if a callback completes the execution. */
  callbackToken?: string | undefined;
};

/**
 * Returns all headers except those of the connection: the trace's, unless the author sets it, then the author's,
 * the service's and the credential's.
 */
export function buildHeaders(
  rendered: RenderedRequest,
  message: Message,
  auth: Record<string, string>,
): Record<string, string> {
  const { executionId, attemptNumber, timestamp, signingSecrets, signature, callbackToken } = message;
  return {
    traceparent: traceparentOf(executionId, attemptNumber),
    ...stableHeaders(rendered, executionId),
    ...signatureHeaders({ id: executionId, timestamp, body: rendered.body }, signingSecrets),
    ...(signature && bodySignatureHeader(rendered.body, signature)),
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
    ...headers,
    "user-agent": USER_AGENT,
    "idempotency-key": executionId,
    ...(callbackBase !== undefined && {
      "x-runbook-callback-url": `${callbackBase}/executions/${executionId}/callback`,
    }),
  };
}

type SentCredentials = Pick<DefinitionRecord, "webhookAuth" | "signature" | "clientCertificate">;

/**
 * Returns the request for previews and evidence, with `********` for credentials. `rendered` has masks in place of
 * secrets, so nothing is searched here. A preview has no `executionId`. Needs no decrypted credential.
 */
export function toSentRequest(
  rendered: RenderedRequest,
  { webhookAuth, signature, clientCertificate }: SentCredentials,
  executionId?: string,
): SentRequest {
  const id = executionId ?? AT_START;
  return {
    method: rendered.method,
    url: rendered.url,
    headers: {
      traceparent: executionId === undefined ? AT_EACH_ATTEMPT : shownTraceparentOf(executionId),
      ...stableHeaders(rendered, id),
      "webhook-id": id,
      "webhook-timestamp": AT_EACH_ATTEMPT,
      "webhook-signature": AT_EACH_ATTEMPT,
      "x-runbook-attempt": AT_EACH_ATTEMPT,
      ...(rendered.callbackBase !== undefined && { [CALLBACK_TOKEN_HEADER]: MASK }),
      ...(signature && { [signature.header.toLowerCase()]: AT_EACH_ATTEMPT }),
      ...maskAuthHeaders(webhookAuth),
    },
    body: rendered.body,
    ...(clientCertificate && { clientCertificate: MASK }),
  };
}
