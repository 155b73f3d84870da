// "Runbook Execution Requested": a workflow asks for a run; its form, and who the asking source is.
import * as z from "zod";
import type { Caller } from "../caller.ts";
import { ExternalId, IncidentId, RunbookId } from "../ids.ts";
import { ParameterValues } from "../runbooks/definition.ts";
import { CausedBy, Envelope } from "./incident-event.ts";

export const RequestId = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, "must be 1 to 128 visible ASCII characters")
  .describe("Names the request. One id of one source starts one execution at most, however often it comes.");

export const ExecutionRequested = Envelope.extend({
  "detail-type": z.literal("Runbook Execution Requested"),
  detail: z
    .object({
      runbookId: RunbookId.describe("The runbook to run. It must be approved."),
      parameters: ParameterValues.default({}),
      incidentId: IncidentId.optional().describe("The incident that the execution is for."),
      teamId: ExternalId.optional().describe(
        "The team that the execution is for. A source that acts for several teams names it, where neither the runbook nor the incident has a team.",
      ),
      requestId: RequestId,
      causedBy: CausedBy,
    })
    .describe("A request of a workflow for an execution."),
});
export type ExecutionRequested = z.output<typeof ExecutionRequested>;

export const workflowActor = (source: string) => `workflow:${source}`;

/** The source of `source` or `source=team`. */
export const sourceOf = (entry: string) => entry.split("=")[0] ?? "";

/**
 * Who a source is when it acts. An entry `source` trusts it with every team's runbooks; entries `source=team` make it
 * a responder of those teams and nothing more.
 */
export function workflowCaller(source: string, entries: readonly string[]): Caller {
  const teams = entries
    .filter((entry) => entry.startsWith(`${source}=`))
    .map((e) => e.slice(source.length + 1));
  return {
    subject: workflowActor(source),
    platformAdmin: entries.includes(source),
    teams: Object.fromEntries(teams.map((team) => [team, ["responder"] as const])),
  };
}
