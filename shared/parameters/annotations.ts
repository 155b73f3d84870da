// Annotations of a parameter schema: they check nothing, are kept as written, and shown.
import { isContainer } from "../domain/json.ts";

/** `at`: a pointer into the keyword's value. */
export type Problem = { at?: string; message: string };

/** `x-…`: annotations of the author's own. */
const OWN_ANNOTATION = /^x-[A-Za-z0-9_.-]{1,60}$/;
/** Nested levels of an annotation. The table stores a limited depth. */
const MAX_DEPTH = 8;

export const isOwnAnnotation = (keyword: string): boolean => OWN_ANNOTATION.test(keyword);

/** `$comment` is text, `examples` an array, and the author's own are any JSON. */
export function annotationProblems(keyword: string, value: unknown): Problem[] {
  if (keyword === "$comment") return textProblems(value, 1000);
  if (keyword === "examples" && !Array.isArray(value)) return [{ message: "must be an array" }];
  return isDeeper(value, MAX_DEPTH)
    ? [{ message: `must not be nested deeper than ${MAX_DEPTH} levels` }]
    : [];
}

export function textProblems(value: unknown, mostCharacters: number): Problem[] {
  const sound = typeof value === "string" && value.isWellFormed() && value.length <= mostCharacters;
  return sound ? [] : [{ message: `must be a string of at most ${mostCharacters} characters` }];
}

/** Does not recurse further than the limit. */
function isDeeper(value: unknown, levels: number): boolean {
  if (!isContainer(value)) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}
