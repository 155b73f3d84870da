// readInput(schema, data): the only parser of input from people. Returns issues in plain English, never zod's messages.
import type * as z from "zod";
import { type Issue, type IssueCode, limitIssues, MAX_ISSUES, pointer } from "../domain/errors.ts";
import { findNullMembers, omitMembers } from "./absent-nulls.ts";
import { describeInput, REQUIRED } from "./input-words.ts";

export type Read<T> = { ok: true; data: T } | { ok: false; issues: Issue[] };

/**
 * Parses input. `prefix` names the part of the request; a body has none. Messages defined in the schema are kept. Null
 * for a member that may be left out is as if it were.
 */
export function readInput<S extends z.ZodType>(
  schema: S,
  data: unknown,
  prefix: readonly string[] = [],
): Read<z.output<S>> {
  const parsed = schema.safeParse(data, { error: describeInput });
  if (parsed.success) return { ok: true, data: parsed.data };
  const found = parsed.error.issues;
  const nulls = findNullMembers(found, data);
  if (nulls.length === 0) return { ok: false, issues: toIssues(found, prefix) };
  const without = schema.safeParse(omitMembers(data, nulls), { error: describeInput });
  if (without.success) return { ok: true, data: without.data };
  // A null that is still an issue stands in a field that is required. Its first message names the type.
  const first = new Map(found.map((issue) => [pointer(issue.path), issue]));
  const left = without.error.issues.map((issue) => first.get(pointer(issue.path)) ?? issue);
  return { ok: false, issues: toIssues([...new Set(left)], prefix) };
}

function toIssues(found: readonly z.core.$ZodIssue[], prefix: readonly string[]): Issue[] {
  const read = found.slice(0, MAX_ISSUES);
  const more = found.length - read.length;
  return limitIssues(
    read.flatMap((issue) => expandIssue(issue, prefix)),
    more,
  );
}

function expandIssue(issue: z.core.$ZodIssue, prefix: readonly PropertyKey[]): Issue[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      pointer: pointer([...path, key]),
      message: issue.message,
      code: "unknown_field",
    }));
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) return expandUnion(issue.errors, path);
  return [{ pointer: pointer(path), message: issue.message, code: codeOf(issue) }];
}

type Alternative = readonly z.core.$ZodIssue[];

/**
 * Reports the alternative of a union that matches furthest. If no alternative has the value's kind, reports all of
 * them.
 */
function expandUnion(errors: readonly Alternative[], path: readonly PropertyKey[]): Issue[] {
  const ofItsKind = errors.filter((alternative) => !alternative.some(isOfAnotherKind));
  if (ofItsKind.length === 0) return [{ pointer: pointer(path), ...describeAlternatives(errors) }];
  const depth = (alternative: Alternative) => Math.max(0, ...alternative.map((issue) => issue.path.length));
  const [best] = ofItsKind.sort((a, b) => depth(b) - depth(a));
  return (best ?? []).flatMap((inner) => expandIssue(inner, path));
}

const isOfAnotherKind = ({ path, code }: z.core.$ZodIssue) =>
  path.length === 0 && (code === "invalid_type" || code === "invalid_value");

/** Joins "must be a string" and "must be a list" to "must be a string or a list". */
function describeAlternatives(errors: readonly Alternative[]): { message: string; code: IssueCode } {
  const firsts = errors.flatMap((alternative) => alternative.find(isOfAnotherKind) ?? []);
  const messages = [...new Set(firsts.map(({ message }) => message))];
  const [first, ...others] = messages;
  const code = firsts[0] ? codeOf(firsts[0]) : "wrong_type";
  if (first === undefined || !messages.every((message) => message.startsWith(MUST_BE)))
    return { message: first ?? REQUIRED, code };
  return { message: [first, ...others.map((other) => other.slice(MUST_BE.length))].join(" or "), code };
}
const MUST_BE = "must be ";

function codeOf(issue: z.core.$ZodIssue): IssueCode {
  if (issue.message.startsWith(REQUIRED)) return "required";
  if (issue.code === "invalid_type") return "wrong_type";
  return issue.code === "too_small" || issue.code === "too_big" ? "out_of_range" : "invalid_value";
}

const TOLD_CHARACTERS = 120;

/**
 * Returns a text such as "name is required; webhookUrl must be a URL; and 2 more". `whole` names the input as a whole.
 */
export function describeIssues(
  issues: readonly Issue[],
  whole: string,
  most = Number.POSITIVE_INFINITY,
): string {
  const told = issues
    .slice(0, most)
    .map(({ pointer: place, message }) => `${nameOf(place, whole)} ${message}`);
  const left = issues.length - told.length;
  return [...told, ...(left > 0 ? [`and ${left} more`] : [])].join("; ");
}

function nameOf(place: string, whole: string): string {
  const name = place.slice(1).replaceAll("~1", "/").replaceAll("~0", "~");
  if (name === "") return whole;
  return name.length <= TOLD_CHARACTERS ? name : `${name.slice(0, TOLD_CHARACTERS)}…`;
}
