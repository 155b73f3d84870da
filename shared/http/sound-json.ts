// JSON that parses and still cannot be kept as it is: nested too deep, half of a character, or NUL.
import type { Issue } from "../domain/errors.ts";
import { Issues, type Place, placeIn, ROOT } from "./place.ts";

/** An item of the table nests 32 levels at most, and nothing that routes take needs nearly as many. */
export const MAX_DEPTH = 32;
/** Every part that cannot be kept, by its place. Walks with a list of its own: data of any depth costs no stack. */
export function unsoundParts(data: unknown): Issue[] {
  const found = new Issues();
  const open: { value: unknown; place: Place }[] = [{ value: data, place: ROOT }];
  for (let part = open.pop(); part && !found.enough; part = open.pop()) {
    const { value, place } = part;
    if (typeof value === "string") found.add(place, textProblems(value));
    if (typeof value !== "object" || value === null) continue;
    if (place.depth === MAX_DEPTH) {
      found.add(place, [`is nested deeper than ${MAX_DEPTH} levels`]);
      continue;
    }
    for (const [name, member] of Object.entries(value)) {
      const at = placeIn(place, name);
      found.add(
        at,
        textProblems(name).map((problem) => `has a name that ${problem}`),
      );
      open.push({ value: member, place: at });
    }
  }
  return found.issues;
}

function textProblems(text: string): string[] {
  return [
    ...(text.isWellFormed() ? [] : ["holds half of a surrogate pair, which is no character"]),
    ...(text.includes("\u0000") ? ["holds the character NUL"] : []),
  ];
}
