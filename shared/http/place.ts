// Places in JSON data that was sent, and what is wrong there: a pointer is written only for what is wrong.
import { type Issue, MOST_ISSUES, pointer } from "../domain/errors.ts";

/** All pointers of an answer together: names in a body may be as long as the body. */
const MOST_POINTER_CHARACTERS = 64 * 1024;

/** The way to it is followed backwards. */
export type Place = { name: string; depth: number; inside: Place | null };
export const ROOT: Place = { name: "", depth: 0, inside: null };

export function placeIn(inside: Place, name: string): Place {
  return { name, depth: inside.depth + 1, inside };
}

/** Issues up to what one answer names. */
export class Issues {
  readonly issues: Issue[] = [];
  private characters = 0;

  get enough(): boolean {
    return this.issues.length >= MOST_ISSUES || this.characters >= MOST_POINTER_CHARACTERS;
  }

  add(place: Place, problems: readonly string[], code?: Issue["code"]): void {
    for (const message of problems) {
      if (this.enough) return;
      const issue = { pointer: pointerTo(place), message, ...(code && { code }) };
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
