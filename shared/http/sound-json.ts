// JSON that parses and still cannot be kept as it is: nested too deep, half of a character, or NUL.
import type { Issue } from "../domain/errors.ts";
import { Issues, type Place, placeIn, ROOT } from "./place.ts";

/** An item of the table nests 32 levels at most, and nothing that routes take needs nearly as many. */
export const MAX_DEPTH = 32;
/** So many members and elements, at any depth, are more than the largest thing that a route takes. */
export const MOST_VALUES = 20_000;

type Container = { value: object; place: Place };

/** Every part that cannot be kept, by its place. Walks with a list of its own: data of any depth costs no stack. */
export function unsoundParts(data: unknown): Issue[] {
  const found = new Issues();
  const open: Container[] = [];
  if (isContainer(data)) open.push({ value: data, place: ROOT });
  else if (typeof data === "string") found.add(ROOT, textProblems(data));
  let values = 0;
  for (let next = open.pop(); next && !found.enough; next = open.pop()) {
    if (next.place.depth === MAX_DEPTH) {
      found.add(next.place, [`is nested deeper than ${MAX_DEPTH} levels`]);
      continue;
    }
    const members = Object.entries(next.value);
    values += members.length;
    if (values > MOST_VALUES) {
      found.add(ROOT, [`holds more than ${MOST_VALUES} values`]);
      break;
    }
    for (const [name, value] of members) look(found, open, next.place, name, value);
  }
  return found.issues;
}

const isContainer = (value: unknown): value is object => typeof value === "object" && value !== null;

/** A place is made only for what holds more, or is wrong. */
function look(found: Issues, open: Container[], inside: Place, name: string, value: unknown): void {
  const inName = textProblems(name);
  const inValue = typeof value === "string" ? textProblems(value) : NONE;
  const container = isContainer(value);
  if (!container && inName.length + inValue.length === 0) return;
  const place = placeIn(inside, name);
  found.add(
    place,
    inName.map((problem) => `has a name that ${problem}`),
  );
  found.add(place, inValue);
  if (container) open.push({ value, place });
}

const NONE: readonly string[] = [];

function textProblems(text: string): readonly string[] {
  const whole = text.isWellFormed();
  const nul = text.includes("\u0000");
  if (whole && !nul) return NONE;
  return [
    ...(whole ? [] : ["holds half of a surrogate pair, which is no character"]),
    ...(nul ? ["holds the character NUL"] : []),
  ];
}
