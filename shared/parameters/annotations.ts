// Annotations of a parameter schema: they check nothing, are kept as written, and shown.
import { isContainer } from "../domain/json.ts";
import { LIMITS } from "./schema.ts";

/** `at`: a pointer into the keyword's value. */
export type Problem = { at?: string; message: string };

/** `x-…`: annotations of the author's own. */
const OWN_ANNOTATION = /^x-[A-Za-z0-9_.-]{1,60}$/;
/** Nested levels of an annotation. The table stores a limited depth. */
const MAX_DEPTH = 8;

export const isOwnAnnotation = (keyword: string): boolean => OWN_ANNOTATION.test(keyword);

/** Returns the problems of an annotation, at the root of a schema or in a parameter; none for other keywords. */
export function annotationProblems(keyword: string, value: unknown): Problem[] {
  switch (keyword) {
    case "title":
      return textProblems(value, LIMITS.titleCharacters);
    case "description":
      return textProblems(value, LIMITS.descriptionCharacters);
    case "$comment":
      return textProblems(value, 1000);
    case "deprecated":
      return booleanProblems(value);
    case "examples":
      return Array.isArray(value) ? depthProblems(value) : [{ message: "must be an array" }];
    default:
      return isOwnAnnotation(keyword) ? depthProblems(value) : [];
  }
}

function depthProblems(value: unknown): Problem[] {
  if (!isDeeper(value, MAX_DEPTH)) return [];
  return [{ message: `must not be nested deeper than ${MAX_DEPTH} levels` }];
}

export function booleanProblems(value: unknown): Problem[] {
  return typeof value === "boolean" ? [] : [{ message: "must be true or false" }];
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
