// Creates the data folder. An unusable one causes a one-line error.
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
  ELOOP: "its symbolic links form a loop",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
};

/** Creates the folder for its owner only. Writes a file to test it, because permissions alone do not prove access. */
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

/** Creates missing parents too. Node's `recursive` option never returns under /proc, where folders cannot be created. */
export function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const above = dirname(folder);
  if (above !== folder) makeFolder(above);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have created it meanwhile.
    const made = hasCode(error, "EEXIST") && statSync(folder, { throwIfNoEntry: false })?.isDirectory();
    if (!made) throw error;
  }
}

/** Returns the error to show, or null if it is not a file system error. */
export function explainFileError(error: unknown, dataDir: string): HostError | null {
  const reason = fileReason(error);
  if (reason === null) return null;
  const path = error instanceof Error && "path" in error ? error.path : dataDir;
  const place = path === dataDir ? "" : ` (${path})`;
  return new HostError(
    `The data folder ${dataDir} cannot be used: ${reason}${place}. Set DATA_DIR to a folder that this user can write.`,
  );
}

/** Returns the file system's reason in words, or null if it is not a file system error. */
export function fileReason(error: unknown): string | null {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return null;
  return REASONS[String(error.code)] ?? String(error.code);
}
