// Reads a file, or standard input: its text, or the JSON in it.
import { readFileSync } from "node:fs";
import { UsageError } from "./failures.ts";

/** `-` is standard input. @throws UsageError */
export function readJsonFile(file: string): unknown {
  const text = readTextFile(file);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new UsageError(`${file} is not JSON.`);
  }
}

/** `-` is standard input. @throws UsageError */
export function readTextFile(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch {
    throw new UsageError(`${file} cannot be read.`);
  }
}
