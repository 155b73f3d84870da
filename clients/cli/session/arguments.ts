// Arguments and options that several commands take.
import { UsageError } from "./failures.ts";

const required = (brief: string, placeholder: string) =>
  ({ kind: "tuple", parameters: [{ parse: String, brief, placeholder }] }) as const;
const optional = (brief: string, placeholder: string) =>
  ({ kind: "tuple", parameters: [{ parse: String, brief, placeholder, optional: true }] }) as const;

export const RUNBOOK_ARGUMENT = required("Name or id of the runbook", "runbook");
export const ANY_RUNBOOK_ARGUMENT = optional("Name or id of a runbook", "runbook");
export const AUTOMATION_OR_ACTION_ARGUMENTS = {
  kind: "tuple",
  parameters: [
    {
      parse: String,
      brief: "Name or id of an automation, or: approve, why, catch-up",
      placeholder: "automation",
      optional: true,
    },
    {
      parse: String,
      brief: "After approve and catch-up: an automation; after why: id of an event",
      placeholder: "subject",
      optional: true,
    },
  ],
} as const;
export const EXECUTION_ARGUMENT = required("Id of the execution", "execution-id");
export const EXECUTIONS_ARGUMENT = {
  kind: "array",
  parameter: { parse: String, brief: "Ids of executions", placeholder: "execution-id" },
  minimum: 1,
} as const;
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

/** Of `--from` and `--to`. */
export type Range = { from?: string; to?: string };

/** `what` happened when it was in range. */
export const rangeFlags = (what: string) => ({
  from: textFlag(`${what} at this time or later, such as 2026-03-01T00:00:00Z`, "time"),
  to: textFlag(`${what} before this time`, "time"),
});
