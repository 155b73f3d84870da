// JSON that parses but cannot be stored unchanged: nested too deep, an unpaired surrogate, or NUL.

import type { Issue } from "../domain/errors.ts";
import { isContainer } from "../domain/json.ts";
import { childLocation, IssueCollector, type JsonLocation, ROOT } from "./json-location.ts";

/** A DynamoDB item nests at most 32 levels. No route needs nearly as many. */
export const MAX_DEPTH = 32;
/** Limit for members and elements at any depth. No valid body of any route reaches it. */
export const MAX_VALUES = 20_000;

type Container = { value: object; location: JsonLocation };

/**
 * Returns an issue for every part that cannot be stored. Keeps its own stack, so that no depth overflows the call
 * stack.
 */
export function findUnstorableParts(data: unknown): Issue[] {
  const found = new IssueCollector();
  const open: Container[] = [];
  if (isContainer(data)) open.push({ value: data, location: ROOT });
  else if (typeof data === "string") found.add(ROOT, findTextProblems(data));
  let values = 0;
  for (let next = open.pop(); next && !found.enough; next = open.pop()) {
    if (next.location.depth === MAX_DEPTH) {
      found.add(next.location, [`is nested deeper than ${MAX_DEPTH} levels`]);
      continue;
    }
    const members = Object.entries(next.value);
    values += members.length;
    if (values > MAX_VALUES) {
      found.add(ROOT, [`holds more than ${MAX_VALUES} values`]);
      break;
    }
    for (const [name, value] of members) checkMember(found, open, next.location, name, value);
  }
  return found.issues;
}

/** Creates a location only for a container or an issue. */
function checkMember(
  found: IssueCollector,
  open: Container[],
  parent: JsonLocation,
  name: string,
  value: unknown,
): void {
  const nameProblems = findTextProblems(name);
  const valueProblems = typeof value === "string" ? findTextProblems(value) : NONE;
  const isNested = isContainer(value);
  if (!isNested && nameProblems.length + valueProblems.length === 0) return;
  const place = childLocation(parent, name);
  found.add(
    place,
    nameProblems.map((problem) => `has a name that ${problem}`),
  );
  found.add(place, valueProblems);
  if (isNested) open.push({ value, location: place });
}

const NONE: readonly string[] = [];

function findTextProblems(text: string): readonly string[] {
  const isWellFormed = text.isWellFormed();
  const hasNul = text.includes("\u0000");
  if (isWellFormed && !hasNul) return NONE;
  return [
    ...(isWellFormed ? [] : ["contains an unpaired surrogate"]),
    ...(hasNul ? ["contains the character NUL"] : []),
  ];
}
