// Finds the runbook that an automation names, in the files or in the service.
import { type Entry, worded } from "./entries.ts";
import { scopeName } from "./kinds.ts";
import type { Match } from "./match.ts";
import type { Stored } from "./service.ts";
import type { Problem } from "./source.ts";

/** A runbook of a file, of the service, or of both. */
export type Reference = { entry: Entry | null; stored: Stored | null };

/** Null: this entry names none. */
export function findReference(
  { source, value, scope }: Entry,
  matches: readonly Match[],
  stored: readonly Stored[],
): Reference | Problem | null {
  const { runbook } = value;
  if (typeof runbook !== "string") return null;
  const runbooks: Reference[] = [
    ...matches.filter(({ entry }) => entry.kind === "runbook"),
    ...stored
      .filter(({ kind, id }) => kind === "runbook" && !matches.some((match) => match.stored?.id === id))
      .map((each) => ({ entry: null, stored: each })),
  ];
  const byId = runbooks.filter((each) => each.stored?.id === runbook);
  const byName = runbooks.filter((each) => nameOf(each) === runbook && scopeOf(each) === scope);
  const found = byId.length > 0 ? byId : byName;
  const [only] = found;
  if (only && found.length === 1) return only;
  const where = `${scopeName(scope)}, in the files or in the service`;
  const message = only
    ? `is the name of ${found.length} runbooks of ${where}: give the id of one`
    : `names no runbook of ${where}`;
  return source.problem("/runbook", worded("/runbook", message));
}

const nameOf = ({ entry, stored }: Reference) => entry?.name ?? stored?.name;
const scopeOf = ({ entry, stored }: Reference) => (entry ?? stored)?.scope;
