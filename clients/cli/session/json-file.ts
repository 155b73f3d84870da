// Reads a file, or standard input, that holds JSON.
import { readFileSync } from "node:fs";
import { UsageError } from "./failures.ts";

/** `-` is standard input. @throws UsageError */
export function readJsonFile(file: string): unknown {
  const text = readText(file);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new UsageError(`${file} is not JSON.`);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch {
    throw new UsageError(`${file} cannot be read.`);
  }
}
