// LOG_FORMAT=pretty: turns JSON log lines into lines for people, with time, level, message and ids.
import { styleText } from "node:util";

const COLOURS = {
  TRACE: "gray",
  DEBUG: "gray",
  INFO: "green",
  WARN: "yellow",
  ERROR: "red",
  CRITICAL: "red",
} as const;
type Level = keyof typeof COLOURS;
const isLevel = (value: unknown): value is Level =>
  typeof value === "string" && Object.hasOwn(COLOURS, value);

/** Fields to omit: equal in all lines, or already shown elsewhere in the line. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "level",
  "message",
  "timestamp",
  "service",
  "cold_start",
  "sampling_rate",
  "xray_trace_id",
  "function_arn",
  "function_memory_size",
  "function_name",
  "function_request_id",
]);

/** Formats log output for people. Keeps text that is not a log line; omits metrics. */
export function formatForPerson(written: string): string {
  return written
    .split("\n")
    .flatMap((line) => formatLine(line) ?? [])
    .join("\n");
}

/** Returns null for lines to omit. */
function formatLine(line: string): string | null {
  const fields = parseObject(line);
  if (fields === null) return line;
  if ("_aws" in fields) return null;
  const { level, message, timestamp } = fields;
  if (!isLevel(level)) return line;
  const time = String(timestamp ?? "").slice(11, 23);
  const label = styleText(COLOURS[level], level.padEnd(5), { stream: process.stderr });
  const facts = Object.entries(fields).filter(([name]) => !LEFT_OUT.has(name));
  return [time, label, String(message), ...facts.flatMap(([name, value]) => formatFact(name, value))].join(
    " ",
  );
}

function parseObject(line: string): Record<string, unknown> | null {
  if (!line.startsWith("{")) return null;
  try {
    return Object(JSON.parse(line));
  } catch {
    return null;
  }
}

/** Formats an error as name and message, and other fields as `name=value`. */
function formatFact(name: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== "object" || Array.isArray(value)) {
    return [
      styleText("dim", `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`, {
        stream: process.stderr,
      }),
    ];
  }
  const { places: _places, stack: _stack, ...members } = Object.fromEntries(Object.entries(value));
  return Object.entries(members).flatMap(([inner, member]) =>
    formatFact(name === "ids" ? inner : `${name}.${inner}`, member),
  );
}
