// Null for an optional field means that it is not given: the fields of input that are null, and input without them.
import type * as z from "zod";
import { isContainer, isObject } from "../domain/json.ts";

type Path = readonly PropertyKey[];

/** Returns the paths of issues about a member of an object that is null. */
export function findNullMembers(issues: readonly z.core.$ZodIssue[], data: unknown): Path[] {
  return issues.map(({ path }) => path).filter((path) => isNullMember(path, data));
}

function isNullMember(path: Path, data: unknown): boolean {
  let [holder, value]: unknown[] = [undefined, data];
  for (const key of path) {
    if (!isContainer(value) || !Object.hasOwn(value, key)) return false;
    [holder, value] = [value, Reflect.get(value, key)];
  }
  return value === null && isObject(holder);
}

/** Returns a copy of the data without these members. */
export function omitMembers(data: unknown, paths: readonly Path[]): unknown {
  if (paths.length === 0 || !isContainer(data)) return data;
  const copies = Object.entries(data).flatMap(([name, value]) => {
    const below = paths.filter(([first]) => String(first) === name);
    if (below.some((path) => path.length === 1)) return [];
    const rest = below.map(([, ...others]) => others);
    return [[name, omitMembers(value, rest)] as const];
  });
  return Array.isArray(data) ? copies.map(([, value]) => value) : Object.fromEntries(copies);
}
