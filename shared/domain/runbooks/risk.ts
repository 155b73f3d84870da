// How much a change of a definition can do: a level, and each reason for it. Pure: a function of the two definitions.
import { pointer } from "../errors.ts";
import { isObject, isSameJson } from "../json.ts";
import { CLIENT_CERTIFICATE } from "./credentials.ts";
import type { DefinitionRecord } from "./definition.ts";
import { originOf } from "./origin.ts";
import { assessParameters } from "./parameter-risk.ts";
import type { RetryPolicy } from "./retry-policy.ts";
import {
  RISK_LEVELS,
  type Risk,
  type RiskCode,
  type RiskLevel,
  type RiskReason,
  toReason,
} from "./risk-reasons.ts";

/** `automations`: how many enabled automations would start the changed runbook. */
type Circumstances = { automations: number };

type Field = keyof DefinitionRecord;
type Row = (before: DefinitionRecord, after: DefinitionRecord) => RiskReason[];

/**
 * Each field has a row, or this does not compile. A row is asked only if its field changed. It may say nothing about a
 * part that another row speaks of.
 */
const ROWS: Record<Field, Row> = {
  name: changed("name", "words_changed", "The name changed."),
  description: changed("description", "words_changed", "The description changed."),
  webhookUrl: assessUrl,
  webhookMethod: ({ webhookMethod: before }, { webhookMethod: after }) => [
    toReason("request_changed", "/webhookMethod", `The method is ${after} instead of ${before}.`),
  ],
  webhookHeaders: members("webhookHeaders", "request_changed", "A header of the request changed."),
  payloadTemplate: changed("payloadTemplate", "request_changed", "The body of the request changed."),
  payloadFormat: changed("payloadFormat", "request_changed", "The format of the body changed."),
  parameters: (before, after) => assessParameters(before.parameters, after.parameters),
  webhookAuth: assessAuthentication,
  secrets: members("secrets", "secret_changed", "A named secret changed."),
  signature: assessSignature,
  clientCertificate: assessClientCertificate,
  timeoutSeconds: changed("timeoutSeconds", "limits_changed", "The timeout of an execution changed."),
  attemptTimeoutSeconds: changed(
    "attemptTimeoutSeconds",
    "limits_changed",
    "The timeout of an attempt changed.",
  ),
  retryPolicy: assessRetries,
  concurrency: changed("concurrency", "limits_changed", "The limit on concurrent executions changed."),
  successCondition: changed("successCondition", "success_changed", "Other answers count as success."),
  completion: changed("completion", "completion_changed", "What completes an execution changed."),
  cases: changed("cases", "cases_changed", "The golden cases changed."),
  whileDraft: changed("whileDraft", "service_changed", "An edit does something else to the live version."),
};

/**
 * Returns the risk of the change. `before`: the definition that was approved last; null: none was, so all is new.
 * Automations add a reason only if something changed that is more than words: they start that without anybody's look.
 */
export function assessRisk(
  before: DefinitionRecord | null,
  after: DefinitionRecord,
  { automations }: Circumstances = { automations: 0 },
): Risk {
  const reasons = before === null ? [ALL_NEW] : findReasons(before, after);
  const isArmed = automations > 0 && highest(reasons) !== "low";
  const all = isArmed ? [...reasons, armedReason(automations)] : reasons;
  const sorted = all.toSorted((a, b) => RISK_LEVELS.indexOf(b.level) - RISK_LEVELS.indexOf(a.level));
  return { level: highest(sorted), reasons: sorted };
}

const ALL_NEW = toReason("all_new", "", "No version of this runbook was approved before: all of it is new.");

function armedReason(automations: number): RiskReason {
  const subject = automations === 1 ? "1 automation starts" : `${automations} automations start`;
  return toReason("automations_armed", "", `${subject} this runbook, and nobody looks before a run.`);
}

function findReasons(before: DefinitionRecord, after: DefinitionRecord): RiskReason[] {
  const fields = Object.keys(ROWS) as Field[];
  return fields
    .filter((field) => !isSameJson(before[field], after[field]))
    .flatMap((field) => ROWS[field](before, after));
}

function highest(reasons: readonly RiskReason[]): RiskLevel {
  return RISK_LEVELS.findLast((level) => reasons.some((reason) => reason.level === level)) ?? "low";
}

function changed(field: Field, code: RiskCode, message: string): Row {
  return () => [toReason(code, pointer([field]), message)];
}

/** One reason for each member that differs. */
function members(field: "webhookHeaders" | "secrets", code: RiskCode, message: string): Row {
  return (before, after) =>
    changedMembers(before[field], after[field]).map((name) =>
      toReason(code, pointer([field, name]), message),
    );
}

/** Returns the names of the members that differ, also those that only one of both has. */
function changedMembers(before: unknown, after: unknown): string[] {
  const [old, now] = [before, after].map((value) => (isObject(value) ? value : {}));
  const names = new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})]);
  return [...names].filter((name) => !isSameJson(old?.[name], now?.[name]));
}

/** Another path is another operation of the same host. A query is a part of the request, like its body. */
function assessUrl(
  { webhookUrl: before }: DefinitionRecord,
  { webhookUrl: after }: DefinitionRecord,
): RiskReason[] {
  const at = "/webhookUrl";
  const [from, to] = [originOf(before), originOf(after)];
  if (from !== to)
    return [toReason("destination_changed", at, `The request goes to ${to} instead of ${from}.`)];
  if (untilQuery(before) !== untilQuery(after))
    return [toReason("destination_changed", at, "The path of the URL changed: it may be another operation.")];
  return [toReason("request_changed", at, "The query of the URL changed.")];
}

/**
 * Returns the URL without its query. A text or a comment in an expression may hold a `?`: then the whole URL counts as
 * its path, so that no change of a path passes for one of the query.
 */
function untilQuery(url: string): string {
  return /^(?:[^{}?#]|\{\{[^{}?#!"']*\}\})*(?=[?#])/.exec(url)?.[0] ?? url;
}

const AUTH_SECRETS = ["token", "password", "clientSecret"];

function assessAuthentication(
  { webhookAuth: before }: DefinitionRecord,
  { webhookAuth: after }: DefinitionRecord,
): RiskReason[] {
  if (before.type !== after.type) {
    const message = `The request authenticates by ${after.type} instead of ${before.type}.`;
    return [toReason("authentication_changed", "/webhookAuth/type", message)];
  }
  return changedMembers(before, after).flatMap((name) => {
    if (name === "customHeaders") return assessCustomHeaders(before, after);
    const at = pointer(["webhookAuth", name]);
    if (AUTH_SECRETS.includes(name)) return [toReason("secret_changed", at, CREDENTIAL)];
    return [toReason("authentication_changed", at, `${name} of the authentication changed.`)];
  });
}

type Auth = DefinitionRecord["webhookAuth"];

function assessCustomHeaders(before: Auth, after: Auth): RiskReason[] {
  const [old, now] = [before, after].map((auth) => (auth.type === "custom" ? auth.customHeaders : {}));
  return changedMembers(old, now).map((name) =>
    toReason("secret_changed", pointer(["webhookAuth", "customHeaders", name]), CREDENTIAL),
  );
}

const CREDENTIAL = "The request carries another credential.";

function assessSignature(before: DefinitionRecord, after: DefinitionRecord): RiskReason[] {
  if (!before.signature || !after.signature) {
    const message = after.signature ? "The request is signed in a header." : "The request loses a signature.";
    return [toReason("authentication_changed", "/signature", message)];
  }
  return changedMembers(before.signature, after.signature).map((name) => {
    const at = pointer(["signature", name]);
    if (name === "secret") return toReason("secret_changed", at, "The key of the signature changed.");
    return toReason("authentication_changed", at, `${name} of the signature changed.`);
  });
}

function assessClientCertificate(
  { clientCertificate: before }: DefinitionRecord,
  { clientCertificate: after }: DefinitionRecord,
): RiskReason[] {
  const at = CLIENT_CERTIFICATE;
  if (before && after)
    return [toReason("secret_changed", at, "The request shows another client certificate.")];
  const message = after
    ? "The request shows a client certificate."
    : "The request shows no client certificate.";
  return [toReason("authentication_changed", at, message)];
}

/** Each member has a row, or this does not compile. */
const RETRY_ROWS: Record<keyof RetryPolicy, { code: RiskCode; message: string }> = {
  maxAttempts: { code: "limits_changed", message: "The number of attempts changed." },
  initialDelaySeconds: { code: "limits_changed", message: "The wait before the second attempt changed." },
  backoffRate: { code: "limits_changed", message: "The growth of the waits changed." },
  maxDelaySeconds: { code: "limits_changed", message: "The longest wait between attempts changed." },
  safeToRepeat: {
    code: "repetition_changed",
    message: "Whether a request may be sent again though the receiver may have acted changed.",
  },
};

function assessRetries({ retryPolicy: before }: DefinitionRecord, { retryPolicy: after }: DefinitionRecord) {
  const names = Object.keys(RETRY_ROWS) as (keyof RetryPolicy)[];
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => toReason(RETRY_ROWS[name].code, pointer(["retryPolicy", name]), RETRY_ROWS[name].message));
}
