// Request and response bodies of runbook routes that extend the domain's schemas.
import * as z from "zod";
import { SentRequest } from "../domain/executions/execution.ts";
import { ExecutionSummary } from "../domain/executions/execution-view.ts";
import { IncidentId, TeamScope, Timestamp } from "../domain/ids.ts";
import { DefinitionChanges, DefinitionInput, ParameterValues } from "../domain/runbooks/definition.ts";
import { RunbookVersionView, RunbookView, VersionSummary } from "../domain/runbooks/runbook.ts";
import { Note } from "./route.ts";

export const SigningSecretView = z
  .strictObject({
    secret: z
      .string()
      .startsWith("whsec_")
      .describe("The secret in the format of the Standard Webhooks libraries: `whsec_` and base64."),
    previousUntil: Timestamp.nullable().describe(
      "Until when the previous secret also signs; null: it no longer does.",
    ),
    rotatedAt: Timestamp.describe("When the secret was created."),
  })
  .describe("The secret that signs the requests of a runbook.");

export const NewRunbook = DefinitionInput.extend({
  teamId: TeamScope.default(null).describe("Team that owns the runbook; null: global, for every team."),
}).describe("A new runbook. Missing fields take their defaults.");
export const RunbookChanges = DefinitionChanges.extend({
  changeNote: Note.optional().describe("A note about the change, for people."),
}).describe("Changes of a runbook. Missing fields keep their values.");

/** A runbook with its latest versions and executions. */
export const RunbookWithHistory = RunbookView.extend({
  versions: z
    .array(VersionSummary)
    .describe(
      "The 5 latest versions, newest first. `GET /runbooks/{runbookId}/versions/{version}` has the definition of one.",
    ),
  executions: z.array(ExecutionSummary).describe("The 10 latest executions that you may see, newest first."),
}).describe("A runbook with its latest versions and executions.");

export const PreviewInput = z
  .strictObject({
    parameters: ParameterValues.default({}),
    incidentId: IncidentId.optional().describe("The incident to render for."),
    version: z
      .int()
      .min(1)
      .optional()
      .describe("The version to render. Default: the live one; without one, the current one."),
    changes: DefinitionChanges.optional().describe(
      "Changes of the current version that are not saved: they are checked as `PATCH` checks them, and rendered. Needs the right to change the runbook. Does not go with `version`.",
    ),
    asCase: z
      .boolean()
      .default(false)
      .describe("Render with the fixed ids and time of golden cases: what a case may expect."),
  })
  .refine(({ changes, version }) => changes === undefined || version === undefined, {
    path: ["version"],
    message: "does not go with changes: they are changes of the current version",
    when: ({ issues }) => issues.length === 0,
  });

export const Preview = SentRequest.extend({
  runbookVersion: z.int().describe("Version of the runbook that was rendered."),
  approvalExpiresAt: RunbookView.shape.approvalExpiresAt,
  warnings: RunbookVersionView.shape.warnings,
}).describe("The request that an execution would send, secrets masked.");
