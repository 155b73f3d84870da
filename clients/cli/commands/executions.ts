// `runbooks executions`: executions over all runbooks, newest first: what is running, what failed, for which incident.
import { buildCommand } from "@stricli/core";
import { textFlag } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { EXECUTION_COLUMNS } from "../session/executions.ts";
import { LIMIT_FLAG, takeFirst } from "../session/lists.ts";
import { findRunbook } from "../session/names.ts";

const STATUSES = ["PENDING", "RUNNING", "SUCCESS", "FAILED", "CANCELLED"] as const;
type Flags = GlobalFlags & {
  incident?: string;
  team?: string;
  by?: string;
  status?: (typeof STATUSES)[number][];
  from?: string;
  to?: string;
  limit: number;
};

export const command = (brief: string) =>
  buildCommand<Flags, [string?], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        incident: textFlag("For this incident", "id"),
        team: textFlag("For this team; global: for none", "id"),
        by: textFlag("Started by this one: a user or automation:ID", "id"),
        status: {
          kind: "enum",
          values: STATUSES,
          brief: "In one of these statuses, separated by commas",
          optional: true,
          variadic: ",",
        },
        from: textFlag("Accepted at this time or later, such as 2026-03-01T00:00:00Z", "time"),
        to: textFlag("Accepted before this time", "time"),
        limit: LIMIT_FLAG,
      },
      positional: {
        kind: "tuple",
        parameters: [
          { parse: String, brief: "Name or id of a runbook", placeholder: "runbook", optional: true },
        ],
      },
    },
    async func(flags, name) {
      const { client, print } = this.open(flags);
      const runbook = name === undefined ? {} : { runbookId: await findRunbook(client, name) };
      const query = { ...runbook, ...filtersOf(flags) };
      print.table(await takeFirst(client.all.findExecutions({ query }), flags.limit), EXECUTION_COLUMNS);
    },
  });

const filtersOf = ({ incident, team, by, status = [], from, to }: Flags) => ({
  ...(incident !== undefined && { incidentId: incident }),
  ...(team !== undefined && { teamId: team }),
  ...(by !== undefined && { executedBy: by }),
  ...(status.length > 0 && { status }),
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
});
