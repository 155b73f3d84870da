// JSON that parses and still cannot be kept as it is: nested too deep, half of a character, or NUL.
import { type Issue, pointer } from "../domain/errors.ts";

/** An item of the table nests 32 levels at most, and nothing that routes take needs nearly as many. */
export const MAX_DEPTH = 32;
/** One answer names so many; a body can hold more than anybody reads. */
const MOST_ISSUES = 100;

/** Every part that cannot be kept, by its place. Walks with a list of its own: data of any depth costs no stack. */
export function unsoundParts(data: unknown): Issue[] {
  const issues: Issue[] = [];
  const open: { value: unknown; path: readonly string[] }[] = [{ value: data, path: [] }];
  for (let part = open.pop(); part && issues.length < MOST_ISSUES; part = open.pop()) {
    const { value, path } = part;
    const at = (message: string) => issues.push({ pointer: pointer(path).toWellFormed(), message });
    if (typeof value === "string") textIssues(value).forEach(at);
    if (typeof value !== "object" || value === null) continue;
    if (path.length === MAX_DEPTH) {
      at(`is nested deeper than ${MAX_DEPTH} levels`);
      continue;
    }
    for (const [name, member] of Object.entries(value)) {
      const inside = [...path, name];
      const place = pointer(inside).toWellFormed();
      issues.push(
        ...textIssues(name).map((text) => ({ pointer: place, message: `has a name that ${text}` })),
      );
      open.push({ value: member, path: inside });
    }
  }
  return issues;
}

function textIssues(text: string): string[] {
  return [
    ...(text.isWellFormed() ? [] : ["holds half of a surrogate pair, which is no character"]),
    ...(text.includes("\u0000") ? ["holds the character NUL"] : []),
  ];
}
