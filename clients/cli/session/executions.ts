// Executions for people: lines of a list, attempts, evidence.
import type { ItemOf, OutputOf } from "../../api-client/types.ts";
import type { Printer } from "../terminal/printer.ts";
import { clean } from "../terminal/text.ts";

export type Execution = OutputOf<"get-execution">;
type Summary = ItemOf<"list-executions">;

export const EXECUTION_COLUMNS = {
  ID: ({ id }: Summary) => id,
  STATUS: ({ status }: Summary) => status,
  CREATED: ({ createdAt }: Summary) => createdAt,
  BY: ({ executedBy, executedByName }: Summary) => executedByName ?? executedBy,
  INCIDENT: ({ incidentId }: Summary) => incidentId ?? "",
  RUNBOOK: ({ runbookName, runbookVersion }: Summary) => `${runbookName} (version ${runbookVersion})`,
  ERROR: ({ error }: Summary) => error?.code ?? "",
};

const STATUS_STYLES = {
  SUCCESS: "green",
  FAILED: "red",
  CANCELLED: "yellow",
  PENDING: "dim",
  RUNNING: "bold",
} as const;

export const formatStatus = (print: Printer, { status }: Pick<Execution, "status">) =>
  print.style(STATUS_STYLES[status], status);

type Attempt = Execution["attempts"][number];

export function formatAttempt({ number, outcome, statusCode, durationMs, error }: Attempt): string {
  const answered = statusCode === null ? "" : ` ${statusCode}`;
  const took = durationMs === null ? "" : ` in ${durationMs} ms`;
  const why = error === null ? "" : `: ${clean(error.message)}`;
  return `attempt ${number}: ${outcome}${answered}${took}${why}`;
}

/** The whole evidence: what was asked, what was sent, each attempt, and what came back. */
export function formatEvidence(print: Printer, execution: Execution): string {
  const { request, result, attempts, error, callback, erasedAt } = execution;
  const lines = [
    `${print.style("bold", clean(execution.runbookName))} version ${execution.runbookVersion}, ${execution.id}`,
    `status: ${formatStatus(print, execution)}${error === null ? "" : ` (${error.code}: ${clean(error.message)})`}`,
    `by: ${clean(execution.executedByName ?? execution.executedBy)}, at ${execution.createdAt}${forIncident(execution)}`,
    ...(erasedAt === undefined ? [] : [`erased: what it was given, sent and got, at ${erasedAt}`]),
    ...(execution.breakGlass === null ? [] : [formatBreakGlass(execution.breakGlass)]),
    `parameters: ${clean(JSON.stringify(execution.parameters))}`,
    ...(request === null ? [] : ["", "request", indent(formatRequest(request))]),
    ...(attempts.length === 0 ? [] : ["", "attempts", indent(attempts.map(formatAttempt).join("\n"))]),
    ...(result === null
      ? []
      : ["", `answer: ${result.statusCode}`, indent(clean(result.responseBody, { lines: true }))]),
    ...(callback === null
      ? []
      : ["", "callback", indent(clean(JSON.stringify(callback, null, 2), { lines: true }))]),
  ];
  return lines.join("\n");
}

const forIncident = ({ incidentId }: Execution) =>
  incidentId === null ? "" : `, for incident ${clean(incidentId)}`;

type BreakGlass = NonNullable<Execution["breakGlass"]>;

function formatBreakGlass({ reason, closedBy, closedByName, closedAt, note }: BreakGlass): string {
  const end =
    closedBy === null ? "open" : `closed by ${closedByName ?? closedBy}, at ${closedAt}: ${note ?? ""}`;
  return `break-glass: ${clean(reason)} (${clean(end)})`;
}

type Request = NonNullable<Execution["request"]>;

export function formatRequest({ method, url, headers, body }: Request): string {
  const fields = Object.entries(headers).map(([name, value]) => `${clean(name)}: ${clean(value)}`);
  return [
    `${method} ${clean(url)}`,
    ...fields,
    ...(body === "" ? [] : ["", clean(body, { lines: true })]),
  ].join("\n");
}

const indent = (text: string) => text.replace(/^(?=.)/gm, "  ");
