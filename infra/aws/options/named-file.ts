// A file that an option names.
import { readFileSync } from "node:fs";

/** Null: there is no such file, or nobody may read it. */
export function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

export const noFile = (file: string) => `cannot be read: there is no readable file ${file}`;
