// Turns every start failure into one line for the person at the terminal.
import { explainFileError } from "../platform/data-folder.ts";
import { HostError, messageOf } from "../platform/errors.ts";

const RESET_ADVICE = "to start over, delete the folder or set DATA_DIR to another one";

/** Returns the first line of a message. Parsers and compilers add code excerpts after it. */
export function firstLine(error: unknown): string {
  return messageOf(error).split("\n")[0] ?? "";
}

export function toStartError(error: unknown, dataDir: string): HostError {
  if (error instanceof HostError) return error;
  const text = firstLine(error);
  if (isSqlite(error))
    return new HostError(`The database of ${dataDir} cannot be read: ${text}; ${RESET_ADVICE}.`);
  if (isSdk(error)) return new HostError(`DynamoDB Local cannot serve ${dataDir}: ${text}; ${RESET_ADVICE}.`);
  return (
    explainFileError(error, dataDir) ??
    new HostError(
      `The local stack cannot start: ${text}${findThrowSite(error)}. This is a defect of the local stack.`,
    )
  );
}

const isSqlite = (error: unknown) => error instanceof Error && "errcode" in error;
const isSdk = (error: unknown) => error instanceof Error && "$metadata" in error;

/** Returns where the error was thrown, for a bug report. */
function findThrowSite(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const [, place] = /\n\s+at (.*)/.exec(stack) ?? [];
  return place === undefined ? "" : ` (at ${place})`;
}
