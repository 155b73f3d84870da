// Routes of the runbook library: definitions, approval, versions.
import * as z from "zod";
import { APPROVAL_STATUSES } from "../domain/approval.ts";
import { GivenChanges, GivenDefinition } from "../domain/definition.ts";
import { ExecutionSummary, SentRequest } from "../domain/execution.ts";
import { ExternalId, RunbookId, TeamScope, Timestamp } from "../domain/ids.ts";
import { Json } from "../domain/json.ts";
import { RunbookSummary, ShownRunbook, ShownVersion } from "../domain/runbook.ts";
import { idempotencyKey, Note, pageOf, paging, type Route } from "./route.ts";

const params = z.strictObject({ runbookId: RunbookId });
const ifMatch = z.object({
  "if-match": z
    .string()
    .regex(/^"[1-9]\d{0,8}"$/, 'must be the ETag of the runbook, like "3"')
    .transform((tag) => Number(tag.slice(1, -1)))
    .optional(),
});
const tagged = { body: ShownRunbook, headers: ["ETag"] } as const;

/** `whsec_` and base64, as Standard Webhooks libraries take it; until `previousUntil` the one before signs too. */
const ShownSigningSecret = z.strictObject({
  secret: z.string().startsWith("whsec_"),
  previousUntil: Timestamp.nullable(),
  rotatedAt: Timestamp,
});

export const RUNBOOK_ROUTES = {
  "create-runbook": {
    method: "POST",
    path: "/runbooks",
    summary: "Create a runbook as a draft",
    access: { action: "manage", on: "body" },
    headers: idempotencyKey,
    body: GivenDefinition.extend({ teamId: TeamScope.default(null) }),
    answer: { status: 201, body: ShownRunbook, headers: ["ETag", "Location"] },
    errors: [
      "invalid_parameters",
      "invalid_template",
      "egress_denied",
      "idempotency_conflict",
      "payload_too_large",
      "unsupported_media_type",
    ],
  },
  "list-runbooks": {
    method: "GET",
    path: "/runbooks",
    summary: "The runbooks that the caller may see, latest change first",
    access: { action: "view", on: "own" },
    query: z.strictObject({
      teamId: ExternalId.optional(),
      approvalStatus: z.enum(APPROVAL_STATUSES).optional(),
      q: z.string().trim().min(1).max(100).optional(),
      ...paging,
    }),
    answer: { status: 200, body: pageOf(RunbookSummary) },
  },
  "get-runbook": {
    method: "GET",
    path: "/runbooks/{runbookId}",
    summary: "A runbook with its 5 latest versions and 10 latest executions",
    access: { action: "view", on: "runbook" },
    params,
    answer: {
      status: 200,
      body: ShownRunbook.extend({ versions: z.array(ShownVersion), executions: z.array(ExecutionSummary) }),
      headers: ["ETag"],
    },
  },
  "update-runbook": {
    method: "PATCH",
    path: "/runbooks/{runbookId}",
    summary: "Change fields of the definition; an approved runbook becomes a draft again",
    access: { action: "manage", on: "runbook" },
    params,
    headers: ifMatch,
    body: GivenChanges.extend({ changeNote: Note.optional() }),
    answer: { status: 200, ...tagged },
    errors: [
      "invalid_parameters",
      "invalid_template",
      "egress_denied",
      "invalid_transition",
      "version_conflict",
      "precondition_failed",
      "payload_too_large",
      "unsupported_media_type",
    ],
  },
  "delete-runbook": {
    method: "DELETE",
    path: "/runbooks/{runbookId}",
    summary: "Delete a runbook without active executions; its history stays readable",
    access: { action: "manage", on: "runbook" },
    params,
    headers: ifMatch,
    answer: { status: 204 },
    errors: ["active_executions", "version_conflict", "precondition_failed"],
  },
  "approve-runbook": {
    method: "POST",
    path: "/runbooks/{runbookId}/approve",
    summary: "Approve the version that was reviewed",
    access: { action: "approve", on: "runbook" },
    params,
    headers: ifMatch,
    body: z.strictObject({ version: z.int().min(1), note: Note.optional() }),
    answer: { status: 200, ...tagged },
    errors: [
      "invalid_parameters",
      "invalid_template",
      "egress_denied",
      "invalid_transition",
      "version_conflict",
      "precondition_failed",
      "unsupported_media_type",
    ],
  },
  "deprecate-runbook": {
    method: "POST",
    path: "/runbooks/{runbookId}/deprecate",
    summary: "Withdraw an approved runbook for good",
    access: { action: "approve", on: "runbook" },
    params,
    headers: ifMatch,
    body: z.strictObject({ reason: Note.optional() }),
    bodyOptional: true,
    answer: { status: 200, ...tagged },
    errors: ["invalid_transition", "version_conflict", "precondition_failed", "unsupported_media_type"],
  },
  "rollback-runbook": {
    method: "POST",
    path: "/runbooks/{runbookId}/rollback",
    summary: "Make an earlier version's definition the current draft",
    access: { action: "manage", on: "runbook" },
    params,
    headers: ifMatch,
    body: z.strictObject({ toVersion: z.int().min(1), changeNote: Note.optional() }),
    answer: { status: 200, ...tagged },
    errors: [
      "invalid_parameters",
      "invalid_template",
      "egress_denied",
      "version_conflict",
      "precondition_failed",
      "unsupported_media_type",
    ],
  },
  "preview-runbook": {
    method: "POST",
    path: "/runbooks/{runbookId}/preview",
    summary: "The exact request that a run would send, secrets masked; nothing is sent",
    access: { action: "execute", on: "runbook" },
    params,
    body: z.strictObject({
      parameters: z.record(z.string(), Json).default({}),
      incidentId: ExternalId.optional(),
      version: z.int().min(1).optional(),
    }),
    bodyOptional: true,
    answer: { status: 200, body: SentRequest.extend({ runbookVersion: z.int() }) },
    errors: ["invalid_parameters", "invalid_template", "egress_denied", "unsupported_media_type"],
  },
  "get-signing-secret": {
    method: "GET",
    path: "/runbooks/{runbookId}/signing-secret",
    summary:
      "The secret that this runbook's requests are signed with, for whoever verifies them; each reading is in the audit",
    access: { action: "manage", on: "runbook" },
    params,
    answer: { status: 200, body: ShownSigningSecret },
  },
  "rotate-signing-secret": {
    method: "POST",
    path: "/runbooks/{runbookId}/signing-secret/rotate",
    summary:
      "Make a new signing secret; for 24 hours both sign, and no other rotation is made without `force`",
    access: { action: "manage", on: "runbook" },
    params,
    body: z.strictObject({ force: z.boolean().default(false) }),
    bodyOptional: true,
    answer: { status: 200, body: ShownSigningSecret },
    errors: ["invalid_transition", "version_conflict", "unsupported_media_type"],
  },
} as const satisfies Record<string, Route>;
