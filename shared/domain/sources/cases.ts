// Which case of a kind a message is: the first whose values all match. Pure.
import { readText } from "../incidents/small-forms.ts";
import type { Kind } from "./kind.ts";
import { findValue, type Part } from "./places.ts";

type Row = Pick<Kind, "cases" | "otherwise">;

export function caseOf({ cases, otherwise }: Row, part: Part): Kind["cases"][number] | Kind["otherwise"] {
  return cases.find(({ where }) => Object.entries(where).every((one) => isSo(part, one))) ?? otherwise;
}

function isSo(part: Part, [pointer, allowed]: readonly [string, readonly (string | null)[]]): boolean {
  return allowed.includes(readText(findValue(part, [pointer])?.value));
}
