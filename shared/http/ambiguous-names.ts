// Names in JSON text that parsers may read differently: duplicates in one object, and `__proto__`.
import type { Issue } from "../domain/errors.ts";
import { childLocation, IssueCollector, type JsonLocation, ROOT } from "./json-location.ts";

/** Matches strings and punctuation and skips numbers and literals. Visits each character once. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/g;

/** An open object or array. `names`: the names so far; null in an array. `name` and `index`: the current member. */
type OpenContainer = {
  location: JsonLocation;
  names: Set<string> | null;
  name: string;
  index: number;
  outer: OpenContainer | null;
};

/** Returns every ambiguous name in text that `JSON.parse` has accepted. Does not validate the text again. */
export function findAmbiguousNames(text: string): Issue[] {
  const found = new IssueCollector();
  let open: OpenContainer | null = null;
  let previousToken = "";
  for (const [token] of text.matchAll(TOKENS)) {
    if (found.enough) break;
    if (token.startsWith('"') && (previousToken === "{" || previousToken === ","))
      recordName(found, open, token);
    open = advance(open, token);
    previousToken = token;
  }
  return found.issues;
}

function advance(open: OpenContainer | null, token: string): OpenContainer | null {
  if (token === "{" || token === "[") return openContainer(open, token === "{");
  if (token === "}" || token === "]") return open?.outer ?? null;
  if (open && token === ",") open.index += 1;
  return open;
}

function openContainer(outer: OpenContainer | null, isObject: boolean): OpenContainer {
  const location = outer
    ? childLocation(outer.location, outer.names ? outer.name : String(outer.index))
    : ROOT;
  return { location, names: isObject ? new Set() : null, name: "", index: 0, outer };
}

/** `"version"` and `"vers\u0069on"` are one name. */
function recordName(found: IssueCollector, open: OpenContainer | null, token: string): void {
  if (!open?.names) return;
  open.name = token.includes("\\") ? String(JSON.parse(token)) : token.slice(1, -1);
  const place = childLocation(open.location, open.name);
  if (open.names.has(open.name))
    found.add(place, ["is given more than once in one object"], "duplicate_name");
  if (open.name === "__proto__") found.add(place, ["is not accepted as a name"]);
  open.names.add(open.name);
}
