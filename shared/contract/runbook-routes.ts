// Routes of the runbook library: definitions, approval, versions.
import * as z from "zod";
import { RunbookSummary, RunbookView } from "../domain/runbooks/runbook.ts";
import { idempotencyKey, Note, pageOf, type Route } from "./route.ts";
import {
  NewRunbook,
  Preview,
  PreviewInput,
  RunbookChanges,
  RunbookWithHistory,
  SigningSecretView,
} from "./runbook-bodies.ts";
import {
  DEFINITION_ERRORS,
  ifMatchRunbook,
  runbookAnswer,
  runbookParams,
  TRANSITION_ERRORS,
} from "./runbook-parts.ts";
import { RunbookQuery } from "./runbook-query.ts";

export const RUNBOOK_ROUTES = {
  "create-runbook": {
    method: "POST",
    path: "/runbooks",
    summary: "Create a runbook as a draft",
    access: { action: "manage", on: "body" },
    headers: idempotencyKey,
    body: NewRunbook,
    answer: { status: 201, body: RunbookView, headers: ["ETag", "Location"] },
    errors: [...DEFINITION_ERRORS, "idempotency_conflict"],
  },
  "list-runbooks": {
    method: "GET",
    path: "/runbooks",
    summary:
      "List the runbooks that the caller may see, latest change first; or the deleted ones, latest deletion first",
    access: { action: "view", on: "own" },
    query: RunbookQuery,
    answer: { status: 200, body: pageOf(RunbookSummary) },
  },
  "get-runbook": {
    method: "GET",
    path: "/runbooks/{runbookId}",
    summary: "Get a runbook with its 5 latest versions and 10 latest executions",
    access: { action: "view", on: "runbook" },
    params: runbookParams,
    answer: {
      status: 200,
      body: RunbookWithHistory,
      headers: ["ETag"],
    },
  },
  "update-runbook": {
    method: "PATCH",
    path: "/runbooks/{runbookId}",
    summary:
      "Change fields of the definition. The current version becomes a draft; `whileDraft` of the live one says whether that one still runs",
    access: { action: "manage", on: "runbook" },
    params: runbookParams,
    headers: ifMatchRunbook,
    body: RunbookChanges,
    answer: runbookAnswer,
    errors: [...DEFINITION_ERRORS, "invalid_transition", "version_conflict", "precondition_failed"],
  },
  "delete-runbook": {
    method: "DELETE",
    path: "/runbooks/{runbookId}",
    summary: "Delete a runbook without active executions. Its history stays readable",
    access: { action: "manage", on: "runbook" },
    params: runbookParams,
    headers: ifMatchRunbook,
    answer: { status: 204 },
    errors: ["active_executions", "version_conflict", "precondition_failed"],
  },
  "approve-runbook": {
    method: "POST",
    path: "/runbooks/{runbookId}/approve",
    summary: "Approve the reviewed version",
    access: { action: "approve", on: "runbook" },
    params: runbookParams,
    headers: ifMatchRunbook,
    body: z.strictObject({
      version: z.int().min(1).describe("The version that was reviewed. It must be the current one."),
      note: Note.optional().describe("A note about the approval, for people."),
    }),
    answer: runbookAnswer,
    errors: [
      ...DEFINITION_ERRORS,
      "invalid_transition",
      "case_failed",
      "version_conflict",
      "precondition_failed",
    ],
  },
  "deprecate-runbook": {
    method: "POST",
    path: "/runbooks/{runbookId}/deprecate",
    summary: "Deprecate an approved runbook, so that it can no longer run",
    access: { action: "approve", on: "runbook" },
    params: runbookParams,
    headers: ifMatchRunbook,
    body: z.strictObject({ reason: Note.optional().describe("Why the runbook is withdrawn.") }),
    bodyOptional: true,
    answer: runbookAnswer,
    errors: TRANSITION_ERRORS,
  },
  "withdraw-runbook": {
    method: "POST",
    path: "/runbooks/{runbookId}/withdraw",
    summary: "Take the live version out of service at once. Its definition stays, and can be approved again",
    access: { action: "manage", on: "runbook" },
    params: runbookParams,
    headers: ifMatchRunbook,
    body: z.strictObject({ reason: Note.describe("Why the live version must not run.") }),
    answer: runbookAnswer,
    errors: TRANSITION_ERRORS,
  },
  "rollback-runbook": {
    method: "POST",
    path: "/runbooks/{runbookId}/rollback",
    summary: "Make an earlier version's definition the current draft",
    access: { action: "manage", on: "runbook" },
    params: runbookParams,
    headers: ifMatchRunbook,
    body: z.strictObject({
      toVersion: z.int().min(1).describe("The version whose definition becomes the draft."),
      changeNote: Note.optional().describe("A note about the change, for people."),
    }),
    answer: runbookAnswer,
    errors: [...DEFINITION_ERRORS, "version_conflict", "precondition_failed"],
  },
  "preview-runbook": {
    method: "POST",
    path: "/runbooks/{runbookId}/preview",
    summary:
      "Preview the exact request of an execution, secrets masked, also of changes that nobody has saved. Nothing is sent",
    access: { action: "execute", on: "runbook" },
    class: "read",
    params: runbookParams,
    body: PreviewInput,
    bodyOptional: true,
    answer: { status: 200, body: Preview },
    errors: [...DEFINITION_ERRORS],
  },
  "get-signing-secret": {
    method: "GET",
    path: "/runbooks/{runbookId}/signing-secret",
    summary: "Get the secret that signs this runbook's requests. The audit records each read",
    access: { action: "manage", on: "runbook" },
    class: "signing",
    params: runbookParams,
    answer: { status: 200, body: SigningSecretView },
  },
  "rotate-signing-secret": {
    method: "POST",
    path: "/runbooks/{runbookId}/signing-secret/rotate",
    summary: "Create a new signing secret. For 24 hours both sign, and another rotation needs `force`",
    access: { action: "manage", on: "runbook" },
    class: "signing",
    params: runbookParams,
    body: z.strictObject({
      force: z
        .boolean()
        .default(false)
        .describe("Rotate even if the last rotation was less than 24 hours ago, for a leaked secret."),
    }),
    bodyOptional: true,
    answer: { status: 200, body: SigningSecretView },
    errors: ["invalid_transition", "version_conflict"],
  },
} as const satisfies Record<string, Route>;
