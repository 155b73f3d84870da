// Checks the credentials of a definition before it is saved: webhookAuth, named secrets and the signature.

import { pointer } from "../domain/errors.ts";
import { CLIENT_CERTIFICATE, type CredentialField } from "../domain/runbooks/credentials.ts";
import type { DefinitionInput, DefinitionRecord } from "../domain/runbooks/definition.ts";
import { MASK } from "../domain/runbooks/webhook-auth.ts";
import { addressIssues, type DeliveryIssue, malformedIssue } from "./delivery-issues.ts";
import type { EgressPolicy } from "./egress/egress-policy.ts";
import { findRepeatedNames, getReservedReason, isHeaderValue } from "./headers.ts";
import { findPastedHeader } from "./pasted-secrets.ts";

/** Secrets are new values, references, masks, or stored. */
export type CredentialFields = Pick<DefinitionRecord, "webhookHeaders" | "webhookUrl"> & {
  [F in CredentialField]?: DefinitionInput[F] | DefinitionRecord[F] | undefined;
};

export function credentialIssues(fields: CredentialFields, policy: EgressPolicy): DeliveryIssue[] {
  const secrets = Object.entries(fields.secrets ?? {}).flatMap(([name, secret]) =>
    lineBreakIssues(pointer(["secrets", name]), secret),
  );
  return [
    ...authIssues(fields, policy),
    ...secrets,
    ...signatureIssues(fields),
    ...clientCertificateIssues(fields),
  ];
}

function authIssues({ webhookAuth: auth, webhookHeaders }: CredentialFields, policy: EgressPolicy) {
  const at = "/webhookAuth";
  switch (auth?.type) {
    case undefined:
    case "none":
      return [];
    case "bearer":
      return [...secretIssues(`${at}/token`, auth.token), ...schemeIssues(`${at}/token`, auth.token)];
    case "basic":
      return [
        ...usernameIssues(`${at}/username`, auth.username),
        ...lineBreakIssues(`${at}/password`, auth.password),
      ];
    case "oauth2":
      return [
        ...addressIssues(`${at}/tokenUrl`, auth.tokenUrl, policy),
        ...lineBreakIssues(`${at}/clientSecret`, auth.clientSecret),
        ...tokenParameterIssues(`${at}/tokenParameters`, auth.tokenParameters ?? {}),
      ];
    case "custom":
      return customHeaderIssues(`${at}/customHeaders`, auth.customHeaders, Object.keys(webhookHeaders));
  }
}

/** In Basic authentication, the first colon ends the user name (RFC 7617). */
function usernameIssues(at: string, username: unknown): DeliveryIssue[] {
  const hasColon = typeof username === "string" && username.includes(":");
  return hasColon ? [malformedIssue(at, "must not contain a colon")] : [];
}

/** A token that was copied with the scheme of its header. */
function schemeIssues(at: string, token: unknown): DeliveryIssue[] {
  const scheme = typeof token === "string" ? /^(bearer|basic|token)\s/i.exec(token)?.[1] : undefined;
  if (scheme === undefined) return [];
  return [malformedIssue(at, `must be the token alone, without "${scheme} ": the service writes the scheme`)];
}

/** Fields that the service writes itself. */
const OWN_FIELDS = ["grant_type", "client_id", "client_secret", "scope", "audience"];

function tokenParameterIssues(at: string, fields: Readonly<Record<string, string>>): DeliveryIssue[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    const here = at + pointer([name]);
    if (OWN_FIELDS.includes(name.toLowerCase()))
      return [malformedIssue(here, "cannot be set here: the service writes it from webhookAuth")];
    const kind = findPastedHeader(name, value);
    if (kind === undefined) return [];
    return [malformedIssue(here, `seems to contain a credential (${kind}): only clientSecret is encrypted`)];
  });
}

/** It is shown in the TLS handshake, so over plain http nobody would see it. */
function clientCertificateIssues({ clientCertificate, webhookUrl }: CredentialFields): DeliveryIssue[] {
  if (clientCertificate === undefined || !/^http:/i.test(webhookUrl)) return [];
  return [malformedIssue(CLIENT_CERTIFICATE, "needs an https webhookUrl: over http it is shown to nobody")];
}

function signatureIssues({ signature, webhookHeaders, webhookAuth }: CredentialFields): DeliveryIssue[] {
  if (!signature) return [];
  const at = "/signature/header";
  const custom = webhookAuth?.type === "custom" ? Object.keys(webhookAuth.customHeaders) : [];
  const name = signature.header.toLowerCase();
  const isTaken = [...Object.keys(webhookHeaders), ...custom].some((other) => other.toLowerCase() === name);
  const reserved = ["content-type", "authorization"].includes(name)
    ? "it has another meaning"
    : getReservedReason(name);
  return [
    ...(reserved === undefined ? [] : [malformedIssue(at, `cannot be set: ${reserved}`)]),
    ...(isTaken ? [malformedIssue(at, "occurs twice: another field sets this header")] : []),
    ...lineBreakIssues("/signature/secret", signature.secret),
  ];
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
    const reserved =
      name.toLowerCase() === "content-type" ? "it follows from payloadFormat" : getReservedReason(name);
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
