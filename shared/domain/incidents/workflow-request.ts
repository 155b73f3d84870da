// The event "Runbook Execution Requested": its schema, and the permissions of the requesting source.
import * as z from "zod";
import type { Caller } from "../caller.ts";
import { ExternalId, IncidentId, RunbookId } from "../ids.ts";
import { ParameterValues } from "../runbooks/definition.ts";
import { CausedBy, Envelope } from "./incident-event.ts";

const RequestId = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, "must be 1 to 128 visible ASCII characters")
  .describe(
    "Id of the request. Each id of a source starts at most one execution, however often it is delivered.",
  );

export const ExecutionRequested = Envelope.extend({
  "detail-type": z.literal("Runbook Execution Requested"),
  detail: z
    .object({
      runbookId: RunbookId.describe("The runbook to run. It must be approved."),
      parameters: ParameterValues.default({}),
      incidentId: IncidentId.optional().describe("The incident that the execution is for."),
      teamId: ExternalId.optional().describe(
        "The team that the execution is for. Required from a source of several teams, if neither the runbook nor the incident has a team.",
      ),
      requestId: RequestId,
      causedBy: CausedBy,
    })
    .describe("A request of a workflow for an execution."),
});
export type ExecutionRequested = z.output<typeof ExecutionRequested>;

export const workflowActor = (source: string) => `workflow:${source}`;

/** Returns the source of an entry `source` or `source=team`. */
export const sourceOf = (entry: string) => entry.split("=")[0] ?? "";

/**
 * Returns the identity of a source. An entry `source` trusts it with the runbooks of every team. Entries `source=team`
 * make it a responder of these teams only.
 */
export function workflowCaller(source: string, entries: readonly string[]): Caller {
  const teams = entries
    .filter((entry) => entry.startsWith(`${source}=`))
    .map((e) => e.slice(source.length + 1));
  return {
    subject: workflowActor(source),
    platformAdmin: entries.includes(source),
    platformAuditor: false,
    teams: Object.fromEntries(teams.map((team) => [team, ["responder"] as const])),
  };
}
