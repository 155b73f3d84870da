// Rules for webhook headers, as data. Checked at save, and again before sending.
import { type Issue, pointer } from "../domain/errors.ts";
import { findTypeProblem, type PayloadFormat } from "./content-types.ts";
import { findPastedHeader } from "./pasted-secrets.ts";

export const HEADER_LIMITS = { count: 30, valueCharacters: 4096, allCharacters: 16 * 1024 } as const;

/** Refused names and prefixes, with the reason or an alternative. */
const CONNECTION = "it belongs to the connection and is set for each request";
const OURS = "this service sets it";
const FORWARDING = "it describes a route that the request did not take";
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

/** Returns why nobody may set this header, or undefined if it is allowed. */
export function getReservedReason(name: string): string | undefined {
  const lower = name.toLowerCase();
  const exact = Object.hasOwn(RESERVED_NAMES, lower) ? RESERVED_NAMES[lower] : undefined;
  return exact ?? Object.entries(RESERVED_PREFIXES).find(([prefix]) => lower.startsWith(prefix))?.[1];
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;

/** Whether the value is visible ASCII with inner spaces. Such values pass all intermediaries unchanged. */
export function isHeaderValue(value: string): boolean {
  return /^(?:[!-~](?:[\t -~]*[!-~])?)?$/.test(value);
}

/** Returns all issues of `webhookHeaders` as written. Pointers are relative to it. */
export function checkHeaders(headers: Readonly<Record<string, string>>): Issue[] {
  const pastedIssues = Object.entries(headers).flatMap(([name, value]) =>
    toHeaderIssues(name, pastedProblem(name, value)),
  );
  return [...checkSentHeaders(headers), ...pastedIssues];
}

/** Like `checkHeaders`, for rendered headers. Their values may be secret parameters. */
export function checkSentHeaders(headers: Readonly<Record<string, string>>): Issue[] {
  const issues = Object.entries(headers).flatMap(([name, value]) => [
    ...toHeaderIssues(name, nameProblem(name)),
    ...toHeaderIssues(name, valueProblem(value)),
  ]);
  for (const name of findRepeatedNames(Object.keys(headers))) {
    issues.push(...toHeaderIssues(name, "occurs twice: header names ignore letter case"));
  }
  return [...issues, ...sizeIssues(headers)];
}

/** Returns the issue of a content type that does not fit the payload. */
export function checkContentType(headers: Readonly<Record<string, string>>, format: PayloadFormat): Issue[] {
  return Object.entries(headers)
    .filter(([name]) => name.toLowerCase() === "content-type")
    .flatMap(([name, value]) => toHeaderIssues(name, findTypeProblem(value, format)));
}

/** Returns names that repeat an earlier one in different letter case. */
export function findRepeatedNames(names: readonly string[]): string[] {
  const lower = names.map((name) => name.toLowerCase());
  return names.filter((_, i) => lower.indexOf(lower[i] ?? "") < i);
}

function toHeaderIssues(name: string, problem: string | undefined): Issue[] {
  return problem === undefined ? [] : [{ pointer: pointer([name]), message: problem }];
}

function nameProblem(name: string): string | undefined {
  if (!TOKEN.test(name)) return "is not a header name";
  if (name.toLowerCase() === "authorization") return "cannot be set here: use webhookAuth";
  const reserved = getReservedReason(name);
  return reserved && `cannot be set: ${reserved}`;
}

function valueProblem(value: string): string | undefined {
  if (!isHeaderValue(value)) {
    return "must be visible ASCII without line breaks or surrounding spaces";
  }
  if (value.length > HEADER_LIMITS.valueCharacters) {
    return `must have at most ${HEADER_LIMITS.valueCharacters} characters`;
  }
  return undefined;
}

function pastedProblem(name: string, value: string): string | undefined {
  const kind = findPastedHeader(name, value);
  return kind && `seems to hold a credential (${kind}): ${USE_SECRETS}`;
}

/** The ways that work for a credential. */
export const USE_SECRETS =
  "put it under secrets and write {{secrets.name}} here, or use webhookAuth; both encrypt it";

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
