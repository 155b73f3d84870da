// Locations in JSON input, and the issues found there. Builds pointers only for issues.
import { type Issue, MAX_ISSUES, pointer } from "../domain/errors.ts";

/** Limit for all pointers of one response together, because a name may be as long as the body. */
const MAX_POINTER_CHARACTERS = 64 * 1024;

/** A linked list from the value up to the root. */
export type JsonLocation = { name: string; depth: number; parent: JsonLocation | null };
export const ROOT: JsonLocation = { name: "", depth: 0, parent: null };

export function childLocation(inside: JsonLocation, name: string): JsonLocation {
  return { name, depth: inside.depth + 1, parent: inside };
}

/** Collects issues up to the limits of one response. */
export class IssueCollector {
  readonly issues: Issue[] = [];
  private characters = 0;

  get enough(): boolean {
    return this.issues.length >= MAX_ISSUES || this.characters >= MAX_POINTER_CHARACTERS;
  }

  add(location: JsonLocation, problems: readonly string[], code?: Issue["code"]): void {
    for (const message of problems) {
      if (this.enough) return;
      const issue = { pointer: toPointer(location), message, ...(code && { code }) };
      this.characters += issue.pointer.length;
      this.issues.push(issue);
    }
  }
}

function toPointer(location: JsonLocation): string {
  const names: string[] = [];
  for (let at = location; at.parent; at = at.parent) names.push(at.name);
  return pointer(names.reverse()).toWellFormed();
}
