// Proposes the nearest known name for one that is not known.
import { editDistance } from "../../domain/edit-distance.ts";
import { memberNames, memberShape, type Shape } from "./shape.ts";

/** The ending of an error message: ": did you mean params.service?", or what is known instead. */
export function buildSuggestion(unknown: string, prefix: string, shape: Shape): string {
  const near = findNearest(unknown, [...listCandidates(prefix, shape)]);
  if (near !== undefined) return `: did you mean ${near}?`;
  const names = memberNames(shape);
  if (names.length === 0) return "";
  return `: known here are ${names.slice(0, 8).join(", ")}${names.length > 8 ? ", …" : ""}`;
}

/** The nearest of plain names. */
export function findNearestName(unknown: string, names: readonly string[]): string | undefined {
  return findNearest(
    unknown,
    names.map((name) => ({ name, path: name })),
  );
}

type Candidate = { name: string; path: string };

/** Members of the shape, and one level below: `service` finds `params.service`. */
function* listCandidates(prefix: string, shape: Shape): Generator<Candidate> {
  for (const name of memberNames(shape)) {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    yield { name, path };
    const below = memberShape(shape, name);
    if (below?.kind !== "object") continue;
    for (const deeper of memberNames(below)) yield { name: deeper, path: `${path}.${deeper}` };
  }
}

function findNearest(unknown: string, among: Candidate[]): string | undefined {
  let best: { path: string; edits: number } | undefined;
  for (const { name, path } of among) {
    const edits = editDistance(unknown, name);
    if (edits !== null && (best === undefined || edits < best.edits)) best = { path, edits };
  }
  return best?.path;
}
