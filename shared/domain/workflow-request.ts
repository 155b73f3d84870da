// "Runbook Execution Requested": a workflow asks for a run; its form, and who the asking source is.
import * as z from "zod";
import type { Caller } from "./caller.ts";
import { ExternalId, RunbookId } from "./ids.ts";
import { CausedBy, Envelope } from "./incident-event.ts";
import { Json } from "./json.ts";

export const RequestId = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, "must be 1 to 128 visible ASCII characters");

export const ExecutionRequested = Envelope.extend({
  "detail-type": z.literal("Runbook Execution Requested"),
  detail: z.object({
    runbookId: RunbookId,
    parameters: z.record(z.string(), Json).default({}),
    incidentId: ExternalId.optional(),
    /** The team that the run is for: for sources that act for several teams, where runbook and incident name none. */
    teamId: ExternalId.optional(),
    /** One request of its source, for good: whatever comes later under it is the same request. */
    requestId: RequestId,
    causedBy: CausedBy,
  }),
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
