// Names in a JSON text that two readers may understand differently: given twice in one object, or `__proto__`.
import type { Issue } from "../domain/errors.ts";
import { Issues, type Place, placeIn, ROOT } from "./place.ts";

/** Texts and punctuation; numbers and literals are passed over. Each character is looked at once. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/g;

/** An object or a list that is open: the names that it has had, or null; and the member that is read now. */
type Open = { place: Place; names: Set<string> | null; name: string; index: number; outer: Open | null };

/** Every such name of a text that `JSON.parse` has accepted: it is not checked here again. */
export function unsoundNames(text: string): Issue[] {
  const found = new Issues();
  let open: Open | null = null;
  let before = "";
  for (const [token] of text.matchAll(TOKENS)) {
    if (found.enough) break;
    if (token.startsWith('"') && (before === "{" || before === ",")) add(found, open, token);
    open = after(open, token);
    before = token;
  }
  return found.issues;
}

function after(open: Open | null, token: string): Open | null {
  if (token === "{" || token === "[") return opened(open, token === "{");
  if (token === "}" || token === "]") return open?.outer ?? null;
  if (open && token === ",") open.index += 1;
  return open;
}

function opened(outer: Open | null, isObject: boolean): Open {
  const place = outer ? placeIn(outer.place, outer.names ? outer.name : String(outer.index)) : ROOT;
  return { place, names: isObject ? new Set() : null, name: "", index: 0, outer };
}

/** `"version"` and `"vers\u0069on"` are one name. */
function add(found: Issues, open: Open | null, token: string): void {
  if (!open?.names) return;
  open.name = token.includes("\\") ? String(JSON.parse(token)) : token.slice(1, -1);
  const place = placeIn(open.place, open.name);
  if (open.names.has(open.name))
    found.add(place, ["is given more than once in one object"], "duplicate_name");
  if (open.name === "__proto__") found.add(place, ["is not accepted as a name"]);
  open.names.add(open.name);
}
