// Validates the outbound call of a definition before it is saved, with the checks that guard each attempt.

import { pointer, ServiceError } from "../domain/errors.ts";
import type { DefinitionRecord } from "../domain/runbooks/definition.ts";
import { type AuthInput, type AuthRecord, MASK } from "../domain/runbooks/webhook-auth.ts";
import { checkUrl, type EgressPolicy } from "./egress/egress-policy.ts";
import { checkHeaders, findRepeatedNames, getReservedReason, isHeaderValue } from "./headers.ts";
import { findPastedSecret } from "./pasted-secrets.ts";
import { checkExpressionCount, checkTemplate } from "./template/check.ts";
import type { Shape } from "./template/shape.ts";

export type DeliveryFields = Pick<DefinitionRecord, "webhookUrl" | "webhookHeaders" | "payloadTemplate"> & {
  webhookAuth: AuthInput | AuthRecord;
};
type DeliveryIssue = {
  code: "egress_denied" | "invalid_template" | "malformed_request";
  pointer: string;
  message: string;
};

/** Returns all issues. `shape` describes the names available to templates. */
export function checkDelivery(fields: DeliveryFields, policy: EgressPolicy, shape: Shape): DeliveryIssue[] {
  return [
    ...urlIssues(fields.webhookUrl, policy, shape),
    ...headerIssues(fields.webhookHeaders, shape),
    ...authIssues(fields.webhookAuth, fields.webhookHeaders, policy),
    ...templateIssues("/payloadTemplate", fields.payloadTemplate, "json", shape),
    ...pastedSecretIssues("/payloadTemplate", fields.payloadTemplate),
  ];
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

function headerIssues(headers: Readonly<Record<string, string>>, shape: Shape): DeliveryIssue[] {
  const at = "/webhookHeaders";
  const headerFormIssues = checkHeaders(headers).map((issue) =>
    malformedIssue(at + issue.pointer, issue.message),
  );
  const tooMany = checkExpressionCount(Object.values(headers));
  if (tooMany !== null)
    return [...headerFormIssues, { code: "invalid_template", pointer: at, message: tooMany }];
  const headerTemplateIssues = Object.entries(headers).flatMap(([name, source]) =>
    templateIssues(at + pointer([name]), source, "header", shape),
  );
  return [...headerFormIssues, ...headerTemplateIssues];
}

function authIssues(
  auth: AuthInput | AuthRecord,
  headers: Readonly<Record<string, string>>,
  policy: EgressPolicy,
): DeliveryIssue[] {
  const at = "/webhookAuth";
  switch (auth.type) {
    case "none":
      return [];
    case "bearer":
      return secretIssues(`${at}/token`, auth.token);
    case "basic":
      // In Basic authentication, the first colon ends the user name (RFC 7617).
      return [
        ...(auth.username.includes(":")
          ? [malformedIssue(`${at}/username`, "must not contain a colon")]
          : []),
        ...lineBreakIssues(`${at}/password`, auth.password),
      ];
    case "oauth2":
      return [
        ...addressIssues(`${at}/tokenUrl`, auth.tokenUrl, policy),
        ...lineBreakIssues(`${at}/clientSecret`, auth.clientSecret),
      ];
    case "custom":
      return customHeaderIssues(`${at}/customHeaders`, auth.customHeaders, Object.keys(headers));
  }
}

function customHeaderIssues(
  at: string,
  custom: Readonly<Record<string, unknown>>,
  others: readonly string[],
): DeliveryIssue[] {
  const names = Object.keys(custom);
  const repeated = findRepeatedNames([...others, ...names]).filter((name) => names.includes(name));
  return names.flatMap((name) => {
    const here = at + pointer([name]);
    const reserved = name.toLowerCase() === "content-type" ? "the payload is JSON" : getReservedReason(name);
    return [
      ...(reserved === undefined ? [] : [malformedIssue(here, `cannot be set: ${reserved}`)]),
      ...(repeated.includes(name)
        ? [malformedIssue(here, "occurs twice: header names ignore letter case")]
        : []),
      ...secretIssues(here, custom[name]),
    ];
  });
}

/** A plaintext value must be a valid header value. Stored and referenced secrets are validated after decryption. */
function secretIssues(at: string, value: unknown): DeliveryIssue[] {
  if (typeof value !== "string" || value === MASK || isHeaderValue(value)) return [];
  const ending = lineBreakIssues(at, value);
  if (ending.length > 0) return ending;
  return [malformedIssue(at, "must be visible ASCII without line breaks or surrounding spaces")];
}

/** A secret pasted from a file often ends with a line break. */
function lineBreakIssues(at: string, value: unknown): DeliveryIssue[] {
  if (typeof value !== "string" || !/[\r\n]$/.test(value)) return [];
  return [malformedIssue(at, "must not end with a line break")];
}

function addressIssues(at: string, text: string, policy: EgressPolicy): DeliveryIssue[] {
  try {
    checkUrl(text, policy);
    return [];
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const code = error.code === "egress_denied" ? "egress_denied" : "malformed_request";
    return [{ code, pointer: at, message: error.message }];
  }
}

function templateIssues(
  at: string,
  source: string,
  kind: "json" | "url" | "header",
  shape: Shape,
): DeliveryIssue[] {
  return checkTemplate(source, kind, shape).map(({ message, line, column }) => ({
    code: "invalid_template",
    pointer: at,
    message: `Line ${line}, column ${column}: ${message}`,
  }));
}

function pastedSecretIssues(at: string, text: string): DeliveryIssue[] {
  const kind = findPastedSecret(text);
  if (kind === undefined) return [];
  return [malformedIssue(at, `seems to contain a credential (${kind}): use webhookAuth, which encrypts it`)];
}

function malformedIssue(at: string, message: string): DeliveryIssue {
  return { code: "malformed_request", pointer: at, message };
}
