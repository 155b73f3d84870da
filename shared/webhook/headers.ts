// Which headers an author may set: the rules as data, one check at save and again on what is about to be sent.
import { type Issue, pointer } from "../domain/errors.ts";
import { findPastedSecret } from "./pasted-secrets.ts";

export const HEADER_LIMITS = { count: 30, valueCharacters: 4096, allCharacters: 16 * 1024 } as const;

/** Each refused name or prefix, and what to do instead. */
const CONNECTION = "it belongs to the connection and is set for each request";
const OURS = "this service sets it";
const FORWARDING = "it tells of a route that the request did not take";
const RESERVED_NAMES: Record<string, string> = {
  host: CONNECTION,
  "content-length": CONNECTION,
  "transfer-encoding": CONNECTION,
  connection: CONNECTION,
  "keep-alive": CONNECTION,
  te: CONNECTION,
  trailer: CONNECTION,
  upgrade: CONNECTION,
  expect: CONNECTION,
  "accept-encoding": CONNECTION,
  "content-encoding": CONNECTION,
  "http2-settings": CONNECTION,
  via: FORWARDING,
  forwarded: FORWARDING,
  cookie: "a runbook has no session; credentials belong in webhookAuth",
  "idempotency-key": OURS,
  "user-agent": OURS,
};
const RESERVED_PREFIXES: Record<string, string> = {
  "proxy-": CONNECTION,
  "x-forwarded-": FORWARDING,
  "x-amz-": "it speaks to AWS, not to a receiver",
  "x-amzn-": "it speaks to AWS, not to a receiver",
  "webhook-": OURS,
  "x-runbook-": OURS,
};

/** Why this name may not be set, whoever sets it; nothing if it may. */
export function getReservedReason(name: string): string | undefined {
  const lower = name.toLowerCase();
  const exact = Object.hasOwn(RESERVED_NAMES, lower) ? RESERVED_NAMES[lower] : undefined;
  return exact ?? Object.entries(RESERVED_PREFIXES).find(([prefix]) => lower.startsWith(prefix))?.[1];
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;
const JSON_TYPE = /^application\/(?:[a-z0-9.-]+\+)?json(?:\s*;\s*charset="?utf-8"?)?$/i;

/** Visible ASCII with blanks between: what arrives as it was sent, whatever stands in between. */
export function isHeaderValue(value: string): boolean {
  return /^(?:[!-~](?:[\t -~]*[!-~])?)?$/.test(value);
}

/** All that is wrong with `webhookHeaders` as written; pointers are relative to them. */
export function checkHeaders(headers: Readonly<Record<string, string>>): Issue[] {
  const pastedIssues = Object.entries(headers).flatMap(([name, value]) =>
    toHeaderIssues(name, pastedProblem(value)),
  );
  return [...checkSentHeaders(headers), ...pastedIssues];
}

/** The same for what is about to be sent, where a value may well be a secret parameter. */
export function checkSentHeaders(headers: Readonly<Record<string, string>>): Issue[] {
  const issues = Object.entries(headers).flatMap(([name, value]) => [
    ...toHeaderIssues(name, nameProblem(name)),
    ...toHeaderIssues(name, valueProblem(name, value)),
  ]);
  for (const name of findRepeatedNames(Object.keys(headers))) {
    issues.push(...toHeaderIssues(name, "is given twice: letter case does not tell headers apart"));
  }
  return [...issues, ...sizeIssues(headers)];
}

/** Names that occurred before in another letter case. */
export function findRepeatedNames(names: readonly string[]): string[] {
  const lower = names.map((name) => name.toLowerCase());
  return names.filter((_, i) => lower.indexOf(lower[i] ?? "") < i);
}

function toHeaderIssues(name: string, problem: string | undefined): Issue[] {
  return problem === undefined ? [] : [{ pointer: pointer([name]), message: problem }];
}

function nameProblem(name: string): string | undefined {
  if (!TOKEN.test(name)) return "is not a header name";
  if (name.toLowerCase() === "authorization") return "cannot be set here: give the credential as webhookAuth";
  const reserved = getReservedReason(name);
  return reserved && `cannot be set: ${reserved}`;
}

function valueProblem(name: string, value: string): string | undefined {
  if (!isHeaderValue(value)) {
    return "must be visible ASCII without line breaks, and without blanks at its start and end";
  }
  if (value.length > HEADER_LIMITS.valueCharacters) {
    return `must have at most ${HEADER_LIMITS.valueCharacters} characters`;
  }
  if (name.toLowerCase() === "content-type" && !JSON_TYPE.test(value)) {
    return "must be application/json or application/…+json, because the payload is JSON";
  }
  return undefined;
}

function pastedProblem(value: string): string | undefined {
  const kind = findPastedSecret(value);
  return kind && `looks like a credential (${kind}): give it as webhookAuth, where it is encrypted`;
}

function sizeIssues(headers: Readonly<Record<string, string>>): Issue[] {
  const entries = Object.entries(headers);
  const characters = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  const issues: Issue[] = [];
  if (entries.length > HEADER_LIMITS.count) {
    issues.push({ pointer: "", message: `must have at most ${HEADER_LIMITS.count} headers` });
  }
  if (characters > HEADER_LIMITS.allCharacters) {
    issues.push({
      pointer: "",
      message: `must have at most ${HEADER_LIMITS.allCharacters} characters together`,
    });
  }
  return issues;
}
