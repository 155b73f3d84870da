// What zod found, as issues for the caller: every one with its JSON Pointer, in words that help.
import type * as z from "zod";
import { type Issue, type IssueCode, limitIssues, MAX_ISSUES, pointer } from "../domain/errors.ts";

/** All issues of a failed parse. `prefix` says which part of the request it was; the body has none. */
export function toIssues(error: z.ZodError, prefix: readonly string[] = []): Issue[] {
  const read = error.issues.slice(0, MAX_ISSUES);
  const more = error.issues.length - read.length;
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
      message: "is not a known field",
      code: "unknown_field",
    }));
  }
  if (issue.code === "invalid_union") return expandUnion(issue, path);
  return [{ pointer: pointer(path), message: messageOf(issue), code: codeOf(issue) }];
}

function codeOf(issue: z.core.$ZodIssue): IssueCode {
  if (issue.code === "invalid_type") return isMissing(issue) ? "required" : "wrong_type";
  return issue.code === "too_small" || issue.code === "too_big" ? "out_of_range" : "invalid_value";
}

/** zod does not say whether the value was missing; its message does. */
const isMissing = (issue: z.core.$ZodIssue) => issue.message.endsWith("received undefined");

function messageOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return isMissing(issue) ? "is required" : `must be ${describeKind(issue.expected)}`;
    case "too_small":
      return `must ${describeSize(issue.origin, "at least", issue.minimum)}`;
    case "too_big":
      return `must ${describeSize(issue.origin, "at most", issue.maximum)}`;
    case "invalid_value":
      return `must be ${issue.values.length === 1 ? "" : "one of: "}${issue.values.join(", ")}`;
    case "invalid_key":
      return issue.issues[0]?.message ?? "is not an allowed name";
    default:
      return issue.message;
  }
}

/** Kinds of values as people call them, where zod's own word is another. */
const KINDS: Record<string, string> = {
  int: "a whole number",
  record: "an object",
  object: "an object",
  array: "a list",
};
const describeKind = (type: string) => KINDS[type] ?? `a ${type}`;

/** What a size counts, by the kind of value. */
const UNITS: Record<string, string> = {
  string: "character",
  array: "item",
  object: "member",
  record: "member",
};

/** "be at least 30" of a number, "have at least 1 character" of a text. */
function describeSize(origin: string, bound: string, limit: number | bigint): string {
  const unit = UNITS[origin];
  if (unit === undefined) return `be ${bound} ${limit}`;
  return `have ${bound} ${limit} ${unit}${Number(limit) === 1 ? "" : "s"}`;
}

/** Of a union, the alternative that got furthest into the value says best what is wrong. */
function expandUnion(issue: z.core.$ZodIssueInvalidUnion, path: readonly PropertyKey[]): Issue[] {
  if (issue.errors.length === 0) return [{ pointer: pointer(path), message: describeUnion(issue) }];
  const depth = (issues: readonly z.core.$ZodIssue[]) => Math.max(0, ...issues.map((i) => i.path.length));
  const [best] = [...issue.errors].sort((a, b) => depth(b) - depth(a));
  return (best ?? []).flatMap((inner) => expandIssue(inner, path));
}

function describeUnion(issue: z.core.$ZodIssueInvalidUnion): string {
  const known = "options" in issue && Array.isArray(issue.options) ? issue.options : [];
  return known.length === 0 ? "is not one of the allowed forms" : `must be one of: ${known.join(", ")}`;
}
