// Reads the event for `emit` from a file or stdin. Rejects invalid input with a one-line message.
import { readFileSync } from "node:fs";
import * as z from "zod";
import { describeIssues, readInput } from "../../../shared/contract/read-input.ts";
import { fileReason } from "../platform/data-folder.ts";
import { HostError, hasCode, lineOf } from "../platform/errors.ts";

export const USAGE =
  'Usage: npm run -s emit -- [--as-aws] FILE  (or - for stdin; JSON with "source", "detail-type" and "detail"; --as-aws: as AWS or a partner publishes it)';

/** The event to publish. The bus adds id, time, account and region. */
export const EmittedEvent = z.object({
  source: z.string().min(1),
  "detail-type": z.string().min(1),
  detail: z.record(z.string(), z.json()),
  resources: z.array(z.string()).default([]),
});

export type EmittedEvent = z.output<typeof EmittedEvent>;

export function readEvent(file: string): EmittedEvent {
  const read = readInput(EmittedEvent, parseJson(readText(file), file));
  if (read.ok) return read.data;
  throw new HostError(`${file} is not an event: ${describeIssues(read.issues, "the event")}.`);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HostError(`${file} is not JSON: ${lineOf(error)}`);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) throw new HostError(`There is no file ${file}. ${USAGE}`);
    throw new HostError(`${file} cannot be read: ${fileReason(error) ?? lineOf(error)}. ${USAGE}`);
  }
}
