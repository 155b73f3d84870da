// The local stack's own log: one JSON object per line on stderr, in the format of the functions' logs.
import { messageOf } from "./errors.ts";

type Level = "INFO" | "WARN" | "ERROR";
export type Log = (level: Level, message: string, details?: Record<string, unknown>) => void;

export const logToStderr: Log = (level, message, details = {}) => {
  const timestamp = new Date().toISOString();
  const line = { level, message, timestamp, service: "local-host", ...details };
  process.stderr.write(`${JSON.stringify(line)}\n`);
};

/** Returns the log fields of an error: name, message and stack. */
export function toLogDetails(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: messageOf(error) };
  return { error: { name: error.name, message: error.message, stack: error.stack } };
}
