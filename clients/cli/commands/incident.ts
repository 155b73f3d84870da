// `runbooks incident`: an incident, what automations decided about it, and the runbooks that the caller may run for it.
import { buildCommand } from "@stricli/core";
import type { OutputOf } from "../../api-client/types.ts";
import { INCIDENT_ARGUMENT } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { LIMIT_FLAG, takeFirst } from "../session/lists.ts";
import { clean, formatTable } from "../terminal/text.ts";

type Incident = OutputOf<"get-incident">;
type Runbooks = OutputOf<"list-incident-runbooks">["items"];
type Decisions = OutputOf<"find-decisions">["items"];

export const command = (brief: string) =>
  buildCommand<GlobalFlags & { limit: number }, [string], Cli>({
    docs: { brief },
    parameters: { flags: { ...GLOBAL_FLAGS, limit: LIMIT_FLAG }, positional: INCIDENT_ARGUMENT },
    async func({ limit, ...flags }, incidentId) {
      const { client, print } = this.open(flags);
      const incident = await client.getIncident({ incidentId });
      const decisions = await takeFirst(client.all.findDecisions({ query: { incidentId } }), limit);
      const runbooks = await takeFirst(client.all.listIncidentRunbooks({ incidentId }), limit);
      print.value({ ...incident, runbooks, decisions }, () =>
        [...describe(incident), ...tableOfDecisions(decisions), ...tableOfRunbooks(runbooks)].join("\n"),
      );
    },
  });

const describe = ({ id, priority, status, title, teamId, createdAt }: Incident) => [
  `${clean(id)} ${clean(priority)} ${clean(status)}: ${clean(title)}`,
  `team: ${clean(teamId)}, created at ${createdAt}`,
];

function tableOfDecisions(decisions: Decisions): string[] {
  if (decisions.length === 0) return ["No automation that you see has matched a report of it."];
  const rows = decisions.map(({ at, automationName, reason, outcome, executionId, message, eventId }) => [
    at,
    automationName,
    reason ? `skipped: ${reason}` : outcome,
    eventId,
    executionId ?? message ?? "",
  ]);
  return [
    "What automations decided, newest first; `runbooks automations why EVENT` has all about one:",
    formatTable(["AT", "AUTOMATION", "OUTCOME", "EVENT", "WHY"], rows),
  ];
}

function tableOfRunbooks(runbooks: Runbooks): string[] {
  if (runbooks.length === 0) return ["You may run nothing for it."];
  const rows = runbooks.map(({ id, name }) => [id, name]);
  return ["You may run for it:", formatTable(["ID", "NAME"], rows)];
}
