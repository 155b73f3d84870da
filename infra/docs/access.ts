// Describes in words who may call a route.
import type { Route } from "../../shared/contract/route.ts";
import { code } from "./markdown.ts";

export function who({ access, tokenHeader, signed }: Route): string {
  if (signed) return "the system of the source, which signs the message";
  if (tokenHeader) return "the receiver, with the callback token of its call";
  if (access === "public") return "anyone, no token";
  if (access.on === "own") return "any token; returns only what the caller may view";
  const { on, deletedToo } = access;
  const isHistory = deletedToo && (on === "automation" || on === "source");
  const deleted = isHistory ? `, deleted ${on}s included` : "";
  return `${code(access.action)} on the ${NAMES[access.on] ?? access.on}${deleted}`;
}

/** Words for contract terms that are not plain English. */
const NAMES: Partial<Record<string, string>> = {
  "freeze-window": "freeze window",
  "execution-team": "team of the execution",
  body: "scope or executions in the body",
  "runbook-history": "runbook, deleted runbooks included",
};
