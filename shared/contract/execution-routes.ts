// Routes of executions: start, list, find, read, cancel, rerun.
import * as z from "zod";
import { BreakGlassRequest } from "../domain/executions/break-glass.ts";
import { EXECUTION_STATUSES, Execution } from "../domain/executions/execution.ts";
import { ExecutionSummary, ExecutionView } from "../domain/executions/execution-view.ts";
import { ExecutionId, ExternalId, IncidentId, RunbookId, TeamScope } from "../domain/ids.ts";
import { ParameterValues } from "../domain/runbooks/definition.ts";
import { queryByParameter, queryInRange, severalOf } from "./filters.ts";
import { idempotencyKey, Note, pageOf, paging, type Route } from "./route.ts";
import { TIME_LIMITS } from "./workflow.ts";

const runbookParams = z.strictObject({ runbookId: RunbookId });
const params = z.strictObject({ executionId: ExecutionId });
const version = z
  .int()
  .min(1)
  .optional()
  .describe("The version to run. If a different version is live, the response is 409.");

const teamId = TeamScope.optional().describe(
  "Team that the execution is for. Required from a caller of several teams, if neither the runbook nor the incident has a team.",
);

/** Of every list of executions. */
export const statusFilter = severalOf(EXECUTION_STATUSES)
  .optional()
  .describe("Only executions in one of these statuses, separated by commas.");

const TwoIncidents = z.object({
  incidentId: z.string(),
  breakGlass: z.object({ incidentId: z.string() }),
});

/** Whatever else is wrong with the input: all issues are told at once. */
function namesOneIncident(input: unknown): boolean {
  const { data } = TwoIncidents.safeParse(input);
  return data === undefined || data.incidentId === data.breakGlass.incidentId;
}

export const ExecutionRequest = z
  .strictObject({
    parameters: ParameterValues.default({}),
    incidentId: IncidentId.optional().describe("The incident that the execution is for."),
    version,
    teamId,
    breakGlass: BreakGlassRequest.optional(),
  })
  .refine(namesOneIncident, {
    path: ["breakGlass", "incidentId"],
    message: "must be the incident that the execution is for: `incidentId` names another",
    when: () => true,
  })
  .describe("Input of a new execution.");

/** RFC 7240: preferences that are unknown or malformed are ignored. A longer wait counts as the longest. */
function readWait(text: string): number | null {
  const [, seconds] = /(?:^|[,;])\s*wait\s*=\s*"?([1-9]\d{0,5})"?\s*(?:$|[,;])/i.exec(text) ?? [];
  return seconds === undefined ? null : Math.min(Number(seconds), TIME_LIMITS.heldRequest);
}

const prefer = z
  .string()
  .transform((text) => readWait(text.slice(0, 1024)))
  .optional()
  .describe(
    `\`wait=<seconds>\`: hold the request until the execution changes, for at most ${TIME_LIMITS.heldRequest} seconds (RFC 7240). Other preferences are ignored.`,
  );

const ifNoneMatch = z
  .string()
  .max(1024)
  .optional()
  .describe(
    "The ETag that you read last. A request with `Prefer: wait` is held only while it still holds. Others are answered in full.",
  );

export const EXECUTION_ROUTES = {
  "start-execution": {
    method: "POST",
    path: "/runbooks/{runbookId}/executions",
    summary: "Run an approved runbook",
    access: { action: "execute", on: "runbook", deletedToo: true },
    params: runbookParams,
    headers: idempotencyKey,
    body: ExecutionRequest,
    bodyOptional: true,
    startsExecutions: 1,
    answer: { status: 202, body: ExecutionView, headers: ["Location"] },
    errors: [
      "invalid_parameters",
      "invalid_template",
      "egress_denied",
      "runbook_not_approved",
      "approval_expired",
      "version_conflict",
      "active_executions",
      "paused",
      "frozen",
      "idempotency_conflict",
      "too_many_requests",
    ],
  },
  "list-executions": {
    method: "GET",
    path: "/runbooks/{runbookId}/executions",
    summary: "List the executions of a runbook that the caller may see, newest first",
    access: { action: "view", on: "runbook-history" },
    params: runbookParams,
    query: z.strictObject({
      status: statusFilter,
      ...paging,
    }),
    answer: { status: 200, body: pageOf(ExecutionSummary) },
  },
  "find-executions": {
    method: "GET",
    path: "/executions",
    summary: "Find executions over all runbooks, newest first, among those that the caller may see",
    access: { action: "view", on: "own" },
    query: queryByParameter(
      queryInRange("was accepted", {
        teamId: ExternalId.optional().describe("Only executions for this team; `global`: those for no team."),
        status: statusFilter,
        runbookId: RunbookId.optional().describe("Only executions of this runbook."),
        incidentId: IncidentId.optional().describe("Only executions for this incident."),
        executedBy: z
          .string()
          .min(1)
          .max(300)
          .optional()
          .describe("Only executions that this one started: as `executedBy` has it."),
        triggeredBy: Execution.shape.triggeredBy.optional().describe("Only executions that began this way."),
        ...paging,
      }),
    ),
    answer: { status: 200, body: pageOf(ExecutionSummary) },
  },
  "get-execution": {
    method: "GET",
    path: "/executions/{executionId}",
    summary: "Get an execution with its definition, request, attempts and result",
    access: { action: "view", on: "execution" },
    params,
    headers: z.object({ prefer, "if-none-match": ifNoneMatch }),
    answer: { status: 200, body: ExecutionView, headers: ["ETag"], sometimes: ["Preference-Applied"] },
  },
  "cancel-execution": {
    method: "POST",
    path: "/executions/{executionId}/cancel",
    summary: "Cancel an execution. The response says whether the receiver may have been called",
    access: { action: "execute", on: "execution" },
    params,
    body: z.strictObject({ reason: Note.optional().describe("Why the execution is cancelled.") }),
    bodyOptional: true,
    answer: { status: 200, body: ExecutionView },
    errors: ["execution_finished"],
  },
  "rerun-execution": {
    method: "POST",
    path: "/executions/{executionId}/rerun",
    summary: "Run again with the same parameters, at the live version",
    access: { action: "execute", on: "execution" },
    params,
    headers: idempotencyKey,
    body: z.strictObject({ version, teamId }),
    bodyOptional: true,
    startsExecutions: 1,
    answer: { status: 202, body: ExecutionView, headers: ["Location"] },
    errors: [
      "invalid_parameters",
      "invalid_template",
      "egress_denied",
      "invalid_transition",
      "runbook_not_approved",
      "approval_expired",
      "version_conflict",
      "active_executions",
      "paused",
      "frozen",
      "idempotency_conflict",
      "too_many_requests",
    ],
  },
} as const satisfies Record<string, Route>;
