// JSON that parses and still cannot be kept as it is: nested too deep, half of a character, or NUL.
import { type Issue, pointer } from "../domain/errors.ts";

/** An item of the table nests 32 levels at most, and nothing that routes take needs nearly as many. */
export const MAX_DEPTH = 32;
/** One answer names so many; a body can hold more than anybody reads. */
const MOST_ISSUES = 100;
/** All pointers of an answer together: names in a body may be as long as the body. */
const MOST_POINTER_CHARACTERS = 64 * 1024;

/** A place in the data: the way to it is followed backwards, and only where something is wrong. */
type Place = { name: string; depth: number; inside: Place | null };
const ROOT: Place = { name: "", depth: 0, inside: null };

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
      const at = { name, depth: place.depth + 1, inside: place };
      found.add(
        at,
        textProblems(name).map((problem) => `has a name that ${problem}`),
      );
      open.push({ value: member, place: at });
    }
  }
  return found.issues;
}

/** Issues up to what one answer names. */
class Issues {
  readonly issues: Issue[] = [];
  private characters = 0;

  get enough(): boolean {
    return this.issues.length >= MOST_ISSUES || this.characters >= MOST_POINTER_CHARACTERS;
  }

  add(place: Place, problems: readonly string[]): void {
    for (const message of problems) {
      if (this.enough) return;
      const issue = { pointer: pointerTo(place), message };
      this.characters += issue.pointer.length;
      this.issues.push(issue);
    }
  }
}

function pointerTo(place: Place): string {
  const names: string[] = [];
  for (let at = place; at.inside; at = at.inside) names.push(at.name);
  return pointer(names.reverse()).toWellFormed();
}

function textProblems(text: string): string[] {
  return [
    ...(text.isWellFormed() ? [] : ["holds half of a surrogate pair, which is no character"]),
    ...(text.includes("\u0000") ? ["holds the character NUL"] : []),
  ];
}
