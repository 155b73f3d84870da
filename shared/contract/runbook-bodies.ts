// What the routes of runbooks take and answer, where it is more than a shape of the domain.
import * as z from "zod";
import { SentRequest } from "../domain/executions/execution.ts";
import { ExecutionSummary } from "../domain/executions/execution-view.ts";
import { TeamScope, Timestamp } from "../domain/ids.ts";
import { DefinitionChanges, DefinitionInput } from "../domain/runbooks/definition.ts";
import { RunbookVersionView, RunbookView } from "../domain/runbooks/runbook.ts";
import { Note } from "./route.ts";

export const SigningSecretView = z
  .strictObject({
    secret: z
      .string()
      .startsWith("whsec_")
      .describe("The secret, as the libraries of Standard Webhooks take it: `whsec_` and base64."),
    previousUntil: Timestamp.nullable().describe(
      "Until when the secret before it signs too; null: it does not any more.",
    ),
    rotatedAt: Timestamp.describe("When the secret was made."),
  })
  .describe("The secret that the requests of a runbook are signed with.");

export const NewRunbook = DefinitionInput.extend({
  teamId: TeamScope.default(null).describe("Team that owns the runbook; null: global, for every team."),
}).describe("A new runbook. What is left out takes its default.");
export const RunbookChanges = DefinitionChanges.extend({
  changeNote: Note.optional().describe("What to say about the change, for people."),
}).describe("Changes of a runbook. What is left out stays as it is.");

/** A runbook with the latest of its history. */
export const RunbookWithHistory = RunbookView.extend({
  versions: z.array(RunbookVersionView).describe("The 5 latest versions, newest first."),
  executions: z.array(ExecutionSummary).describe("The 10 latest executions that you may see, newest first."),
}).describe("A runbook with its latest versions and executions.");

export const Preview = SentRequest.extend({
  runbookVersion: z.int().describe("Version of the runbook that was rendered."),
}).describe("The request that an execution would send, secrets masked.");
