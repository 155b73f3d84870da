// Arguments and options that several commands take.
import { UsageError } from "./failures.ts";

const required = (brief: string, placeholder: string) =>
  ({ kind: "tuple", parameters: [{ parse: String, brief, placeholder }] }) as const;

export const RUNBOOK_ARGUMENT = required("Name or id of the runbook", "runbook");
export const EXECUTION_ARGUMENT = required("Id of the execution", "execution-id");
export const INCIDENT_ARGUMENT = required("Id of the incident", "incident-id");

/** @throws UsageError */
function readVersion(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new UsageError(`${JSON.stringify(text)} is not the number of a version`);
  return Number(text);
}

export const VERSION_FLAG = {
  kind: "parsed",
  parse: readVersion,
  brief: "Number of a version",
  placeholder: "n",
  optional: true,
} as const;

/** An optional text. */
export const textFlag = (brief: string, placeholder = "text") =>
  ({ kind: "parsed", parse: String, brief, placeholder, optional: true }) as const;
