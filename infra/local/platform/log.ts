// The local host's own log: one JSON object per line on stderr, like those of the functions.
import { messageOf } from "./errors.ts";

type Level = "INFO" | "WARN" | "ERROR";
export type Log = (level: Level, message: string, details?: Record<string, unknown>) => void;

export const logToStderr: Log = (level, message, details = {}) => {
  const timestamp = new Date().toISOString();
  const line = { level, message, timestamp, service: "local-host", ...details };
  process.stderr.write(`${JSON.stringify(line)}\n`);
};

/** What a log line says of an error: its name and text, and where it came from. */
export function toLogDetails(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: messageOf(error) };
  return { error: { name: error.name, message: error.message, stack: error.stack } };
}
