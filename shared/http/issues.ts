// What zod found, as issues for the caller: every one with its JSON Pointer, in words that help.
import type * as z from "zod";
import { type Issue, pointer } from "../domain/errors.ts";

/** All issues of a failed parse. `prefix` says which part of the request it was; the body has none. */
export function issuesOf(error: z.ZodError, prefix: readonly string[] = []): Issue[] {
  return error.issues.flatMap((issue) => issuesFrom(issue, prefix));
}

function issuesFrom(issue: z.core.$ZodIssue, prefix: readonly PropertyKey[]): Issue[] {
  const path = [...prefix, ...issue.path];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({ pointer: pointer([...path, key]), message: "is not a known field" }));
    case "invalid_union":
      return unionIssues(issue, path);
    case "invalid_key":
      return [{ pointer: pointer(path), message: issue.issues[0]?.message ?? "is not an allowed name" }];
    case "invalid_type":
      return [
        {
          pointer: pointer(path),
          message: issue.input === undefined ? missing(issue) : `must be ${named(issue.expected)}`,
        },
      ];
    default:
      return [{ pointer: pointer(path), message: issue.message }];
  }
}

/** zod does not say here whether the value was missing; its message does. */
function missing(issue: { message: string; expected: string }): string {
  return issue.message.endsWith("received undefined") ? "is required" : `must be ${named(issue.expected)}`;
}

const named = (type: string) => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);

/** Of a union, the alternative that got furthest into the value says best what is wrong. */
function unionIssues(issue: z.core.$ZodIssueInvalidUnion, path: readonly PropertyKey[]): Issue[] {
  if (issue.errors.length === 0) return [{ pointer: pointer(path), message: unionMessage(issue) }];
  const depth = (issues: readonly z.core.$ZodIssue[]) => Math.max(0, ...issues.map((i) => i.path.length));
  const [best] = [...issue.errors].sort((a, b) => depth(b) - depth(a));
  return (best ?? []).flatMap((inner) => issuesFrom(inner, path));
}

function unionMessage(issue: z.core.$ZodIssueInvalidUnion): string {
  const known =
    "options" in issue && Array.isArray(issue.options) ? `must be one of: ${issue.options.join(", ")}` : "";
  return known || "is not one of the allowed forms";
}
