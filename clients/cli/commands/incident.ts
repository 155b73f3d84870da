// `runbooks incident`: an incident, and the runbooks that the caller may run for it.
import { buildCommand } from "@stricli/core";
import { INCIDENT_ARGUMENT } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { LIMIT_FLAG, takeFirst } from "../session/lists.ts";
import { clean, formatTable } from "../terminal/text.ts";

export const command = (brief: string) =>
  buildCommand<GlobalFlags & { limit: number }, [string], Cli>({
    docs: { brief },
    parameters: { flags: { ...GLOBAL_FLAGS, limit: LIMIT_FLAG }, positional: INCIDENT_ARGUMENT },
    async func(flags, incidentId) {
      const { client, print } = this.open(flags);
      const incident = await client.getIncident({ incidentId });
      const runbooks = await takeFirst(client.all.listIncidentRunbooks({ incidentId }), flags.limit);
      print.value({ ...incident, runbooks }, () =>
        [
          `${clean(incident.id)} ${clean(incident.priority)} ${clean(incident.status)}: ${clean(incident.title)}`,
          `team: ${clean(incident.teamId)}, created at ${incident.createdAt}`,
          runbooks.length === 0 ? "You may run nothing for it." : "You may run for it:",
          ...(runbooks.length === 0
            ? []
            : [
                formatTable(
                  ["ID", "NAME"],
                  runbooks.map(({ id, name }) => [id, name]),
                ),
              ]),
        ].join("\n"),
      );
    },
  });
