// Makes the data folder, and says in one line what is wrong with one that cannot be used.
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { HostError, hasCode } from "./errors.ts";

const REASONS: Partial<Record<string, string>> = {
  EEXIST: "a file is in its way",
  ENOTDIR: "a file is in its way",
  EISDIR: "a folder is where a file should be",
  EACCES: "this user may not read and write there",
  EPERM: "this user may not read and write there",
  EROFS: "the file system is read-only",
  ENOENT: "no folder can be made there",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "its links lead in a circle",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
};

/** Readable by its owner only. Finds out by writing whether it can be written: permissions alone do not tell. */
export function openDataFolder(dataDir: string): void {
  try {
    makeFolder(dataDir);
    const probe = join(dataDir, `.probe-${randomUUID()}`);
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    throw explainFileError(error, dataDir) ?? error;
  }
}

/** With those above it. Node's own `recursive` never returns under /proc, where no folder can be made. */
export function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const above = dirname(folder);
  if (above !== folder) makeFolder(above);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it meanwhile.
    const made = hasCode(error, "EEXIST") && statSync(folder, { throwIfNoEntry: false })?.isDirectory();
    if (!made) throw error;
  }
}

/** Null: it is no error of the file system. */
export function explainFileError(error: unknown, dataDir: string): HostError | null {
  const reason = fileReason(error);
  if (reason === null) return null;
  const path = error instanceof Error && "path" in error ? error.path : dataDir;
  const place = path === dataDir ? "" : ` (${path})`;
  return new HostError(
    `The data folder ${dataDir} cannot be used: ${reason}${place}. Set DATA_DIR to a folder that this user can write.`,
  );
}

/** What the file system objects to. Null: it is no error of the file system. */
export function fileReason(error: unknown): string | null {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return null;
  return REASONS[String(error.code)] ?? String(error.code);
}
