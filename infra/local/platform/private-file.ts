// Stores small secrets of the local stack in files that only their owner can read.
import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type * as z from "zod";
import { makeFolder } from "./data-folder.ts";
import { HostError, hasCode } from "./errors.ts";

/**
 * Returns the file's content. If the file is missing, writes the result of `make` first. Atomic: two concurrent
 * processes get the same content.
 */
async function readOrCreate(file: string, make: () => string | Promise<string>): Promise<string> {
  const found = read(file);
  if (found !== null) return found;
  makeFolder(dirname(file));
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, await make(), { mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(file, "utf8");
}

/** Like above, for a JSON file. */
export async function readOrCreateJson<S extends z.ZodType>(
  file: string,
  schema: S,
  make: () => z.input<S> | Promise<z.input<S>>,
): Promise<z.output<S>> {
  const text = await readOrCreate(file, async () => JSON.stringify(await make()));
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new HostError(
    `${file} is damaged: put back a copy of it, or set DATA_DIR to another folder to start over.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  }
}
