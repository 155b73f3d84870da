// Reads the runbooks of `examples/targets`: one YAML file for each system that people call.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import * as z from "zod";
import { describeIssues, readInput } from "../../../shared/contract/read-input.ts";
import { HostError } from "../platform/errors.ts";

const FOLDER = fileURLToPath(new URL("../../../examples/targets", import.meta.url));

const object = z.record(z.string(), z.unknown());

/** `runbook` is the body of `POST /runbooks`; `example`, the body of a preview of it. */
const Example = z.strictObject({
  system: z.string().min(1),
  documentation: z.url(),
  traps: z.string().min(1),
  runbook: z.looseObject({ name: z.string(), description: z.string(), webhookUrl: z.string() }),
  example: z.strictObject({ parameters: object }),
});
export type Example = z.output<typeof Example> & { file: string };

/** Returns all examples, by file name. */
export function readExamples(folder = FOLDER): Example[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
  return files.sort().map((file) => readExample(folder, file));
}

function readExample(folder: string, file: string): Example {
  const read = readInput(Example, parse(readFileSync(join(folder, file), "utf8")));
  if (!read.ok) throw new HostError(`${file}: ${describeIssues(read.issues, "the file")}.`);
  return { ...read.data, file };
}
