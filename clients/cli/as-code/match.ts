// Finds what each file means in the service: by its id, else by its name within the team.
import { type Entry, nameKeyOf, worded } from "./entries.ts";
import { scopeName } from "./kinds.ts";
import type { Stored } from "./service.ts";
import type { Problem } from "./source.ts";

/** An entry with what it means. `stored` is null: it is new. */
export type Match = { entry: Entry; stored: Stored | null };

/** Those with an id come first, so that their names are free for others. */
export function matchEntries(
  entries: readonly Entry[],
  stored: readonly Stored[],
): { matches: Match[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const taken = new Set<string>();
  const found = new Map<Entry, Stored | null>();
  const byIdFirst = [...entries].sort((a, b) => Number(a.id === null) - Number(b.id === null));
  for (const entry of byIdFirst) {
    const match = entry.id === null ? byName(entry, stored, taken) : byId(entry, entry.id, stored);
    if (match !== null && "line" in match) problems.push(match);
    else found.set(entry, match);
    if (match !== null && "id" in match) taken.add(match.id);
  }
  const matches = entries.filter((entry) => found.has(entry));
  return { matches: matches.map((entry) => ({ entry, stored: found.get(entry) ?? null })), problems };
}

function byId({ source, kind, scope }: Entry, id: string, all: readonly Stored[]): Stored | Problem {
  const stored = all.find((each) => each.kind === kind && each.id === id);
  if (!stored)
    return source.problem(
      "/id",
      `/id names no ${kind} of ${scopeName(scope)} that you may see. Without an id, it is found by its name, or made.`,
    );
  return stored;
}

function byName(entry: Entry, all: readonly Stored[], taken: ReadonlySet<string>): Stored | Problem | null {
  const named = all.filter((each) => nameKeyOf(each) === nameKeyOf(entry) && !taken.has(each.id));
  if (named.length < 2) return named[0] ?? null;
  const ids = named.map(({ id }) => id).join(", ");
  const message = `is the name of ${named.length} ${entry.kind}s of ${scopeName(entry.scope)}: give the id of one: ${ids}`;
  return entry.source.problem("/name", worded("/name", message));
}
