// Suggests the nearest known name for an unknown one.
import { findNearestName } from "../../domain/nearest-name.ts";
import { memberNames, memberShape, type Shape } from "./shape.ts";

/** Returns the end of an error message: ": did you mean params.service?", or the known names. */
export function buildSuggestion(unknown: string, prefix: string, shape: Shape): string {
  const pathOf = new Map<string, string>();
  for (const { name, path } of listCandidates(prefix, shape)) {
    if (!pathOf.has(name)) pathOf.set(name, path);
  }
  const near = findNearestName(unknown, pathOf.keys());
  if (near !== undefined) return `: did you mean ${pathOf.get(near)}?`;
  const names = memberNames(shape);
  if (names.length === 0) return "";
  return `: known names are ${names.slice(0, 8).join(", ")}${names.length > 8 ? ", …" : ""}`;
}

type Candidate = { name: string; path: string };

/** Yields the members of the shape and those one level below: `service` finds `params.service`. */
function* listCandidates(prefix: string, shape: Shape): Generator<Candidate> {
  for (const name of memberNames(shape)) {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    yield { name, path };
    const below = memberShape(shape, name);
    if (below?.kind !== "object") continue;
    for (const deeper of memberNames(below)) yield { name: deeper, path: `${path}.${deeper}` };
  }
}
