// Validates the outbound call of a definition before it is saved, with the checks that guard each attempt.

import { pointer } from "../domain/errors.ts";
import type { DefinitionRecord } from "../domain/runbooks/definition.ts";
import { type CredentialFields, credentialIssues } from "./check-credentials.ts";
import { PAYLOAD_FORMATS } from "./content-types.ts";
import { addressIssues, type DeliveryIssue, malformedIssue } from "./delivery-issues.ts";
import type { EgressPolicy } from "./egress/egress-policy.ts";
import { checkContentType, checkHeaders, USE_SECRETS } from "./headers.ts";
import { findPastedSecret } from "./pasted-secrets.ts";
import { checkExpressionCount, checkTemplate } from "./template/check.ts";
import type { TemplateKind } from "./template/nodes.ts";
import type { Shape } from "./template/shape.ts";

export type DeliveryFields = CredentialFields &
  Pick<DefinitionRecord, "webhookMethod" | "payloadTemplate" | "payloadFormat">;

/** Returns all issues. `shape` describes the names available to templates. */
export function checkDelivery(fields: DeliveryFields, policy: EgressPolicy, shape: Shape): DeliveryIssue[] {
  return [
    ...urlIssues(fields.webhookUrl, policy, shape),
    ...headerIssues(fields, shape),
    ...credentialIssues(fields, policy),
    ...payloadIssues(fields, shape),
  ];
}

function payloadIssues(fields: DeliveryFields, shape: Shape): DeliveryIssue[] {
  const { payloadTemplate: source, payloadFormat, webhookMethod } = fields;
  const at = "/payloadTemplate";
  if (source === "") return [];
  if (webhookMethod === "GET")
    return [malformedIssue(at, "must be left out or empty: a GET has no body. Use the query of webhookUrl")];
  const { template } = PAYLOAD_FORMATS[payloadFormat];
  return [...templateIssues(at, source, template, shape), ...pastedSecretIssues(at, source)];
}

function urlIssues(source: string, policy: EgressPolicy, shape: Shape): DeliveryIssue[] {
  const at = "/webhookUrl";
  const template = templateIssues(at, source, "url", shape);
  const leak = pastedSecretIssues(at, source);
  // The text before the first expression contains scheme, host and port. Otherwise the template itself is invalid.
  const [literal = ""] = source.split("{{");
  const address = addressIssues(at, literal, policy);
  const isTemplated = literal !== source;
  if (address.length === 0 || (isTemplated && template.length > 0)) return [...template, ...leak];
  return [...address, ...leak];
}

function headerIssues(fields: DeliveryFields, shape: Shape): DeliveryIssue[] {
  const { webhookHeaders: headers, payloadFormat } = fields;
  const at = "/webhookHeaders";
  const found = [...checkHeaders(headers), ...checkContentType(headers, payloadFormat)];
  const headerFormIssues = found.map((issue) => malformedIssue(at + issue.pointer, issue.message));
  const tooMany = checkExpressionCount(Object.values(headers));
  if (tooMany !== null)
    return [...headerFormIssues, { code: "invalid_template", pointer: at, message: tooMany }];
  const headerTemplateIssues = Object.entries(headers).flatMap(([name, source]) =>
    templateIssues(at + pointer([name]), source, "header", shape),
  );
  return [...headerFormIssues, ...headerTemplateIssues];
}

function templateIssues(at: string, source: string, kind: TemplateKind, shape: Shape): DeliveryIssue[] {
  return checkTemplate(source, kind, shape).map(({ message, line, column }) => ({
    code: "invalid_template",
    pointer: at,
    message: `Line ${line}, column ${column}: ${message}`,
  }));
}

function pastedSecretIssues(at: string, text: string): DeliveryIssue[] {
  const kind = findPastedSecret(text);
  if (kind === undefined) return [];
  return [malformedIssue(at, `seems to contain a credential (${kind}): ${USE_SECRETS}`)];
}
