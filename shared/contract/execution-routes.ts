// Routes of executions: start, list, read.
import * as z from "zod";
import { EXECUTION_STATUSES, ExecutionSummary, ShownExecution } from "../domain/execution.ts";
import { ExecutionId, ExternalId, RunbookId, TeamScope } from "../domain/ids.ts";
import { Json } from "../domain/json.ts";
import { idempotencyKey, Note, pageOf, paging, type Route } from "./route.ts";

const ofRunbook = z.strictObject({ runbookId: RunbookId });
const params = z.strictObject({ executionId: ExecutionId });
const version = z.int().min(1).optional();

/** The team that the run is for: to be named by callers of several teams, where neither runbook nor incident has one. */
const teamId = TeamScope.optional();

export const EXECUTION_ROUTES = {
  "start-execution": {
    method: "POST",
    path: "/runbooks/{runbookId}/executions",
    summary: "Run an approved runbook",
    access: { action: "execute", on: "runbook" },
    params: ofRunbook,
    headers: idempotencyKey,
    body: z.strictObject({
      parameters: z.record(z.string(), Json).default({}),
      incidentId: ExternalId.optional(),
      version,
      teamId,
    }),
    bodyOptional: true,
    answer: { status: 202, body: ShownExecution, headers: ["Location"] },
    errors: [
      "invalid_parameters",
      "invalid_template",
      "egress_denied",
      "runbook_not_approved",
      "version_conflict",
      "active_executions",
      "idempotency_conflict",
      "too_many_requests",
      "unsupported_media_type",
    ],
  },
  "list-executions": {
    method: "GET",
    path: "/runbooks/{runbookId}/executions",
    summary: "The runs of a runbook that the caller may see, newest first",
    access: { action: "view", on: "runbook" },
    params: ofRunbook,
    query: z.strictObject({ status: z.enum(EXECUTION_STATUSES).optional(), ...paging }),
    answer: { status: 200, body: pageOf(ExecutionSummary) },
  },
  "get-execution": {
    method: "GET",
    path: "/executions/{executionId}",
    summary: "One run with its frozen definition, what was sent, each attempt and what came back",
    access: { action: "view", on: "execution" },
    params,
    answer: { status: 200, body: ShownExecution },
  },
  "cancel-execution": {
    method: "POST",
    path: "/executions/{executionId}/cancel",
    summary: "Stop a run; the answer says whether a call may have been made",
    access: { action: "execute", on: "execution" },
    params,
    body: z.strictObject({ reason: Note.optional() }),
    bodyOptional: true,
    answer: { status: 200, body: ShownExecution },
    errors: ["execution_finished", "unsupported_media_type"],
  },
  "rerun-execution": {
    method: "POST",
    path: "/executions/{executionId}/rerun",
    summary: "Run again with the same parameters, at the version that is approved now",
    access: { action: "execute", on: "execution" },
    params,
    headers: idempotencyKey,
    body: z.strictObject({ version, teamId }),
    bodyOptional: true,
    answer: { status: 202, body: ShownExecution, headers: ["Location"] },
    errors: [
      "invalid_parameters",
      "invalid_template",
      "egress_denied",
      "runbook_not_approved",
      "version_conflict",
      "active_executions",
      "idempotency_conflict",
      "too_many_requests",
      "unsupported_media_type",
    ],
  },
} as const satisfies Record<string, Route>;
