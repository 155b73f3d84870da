// Who may use a route, in words.
import type { Route } from "../../shared/contract/route.ts";
import { code } from "./markdown.ts";

export function who({ access, tokenHeader }: Route): string {
  if (tokenHeader) return "whoever has the token of the call";
  if (access === "public") return "anyone, no token";
  if (access.on === "own") return "any token; shows what the caller may see";
  return `${code(access.action)} on the ${NAMES[access.on] ?? access.on}`;
}

/** Where the contract's word does not read as one. */
const NAMES: Partial<Record<string, string>> = {
  body: "scope in the body",
  "runbook-history": "runbook, also a deleted one",
};
