// `runbooks executions`: the executions of a runbook, or for an incident, newest first.
import { buildCommand } from "@stricli/core";
import { textFlag } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { EXECUTION_COLUMNS } from "../session/executions.ts";
import { UsageError } from "../session/failures.ts";
import { LIMIT_FLAG, takeFirst } from "../session/lists.ts";
import { findRunbook } from "../session/names.ts";

const STATUSES = ["PENDING", "RUNNING", "SUCCESS", "FAILED", "CANCELLED"] as const;
type Flags = GlobalFlags & { incident?: string; status?: (typeof STATUSES)[number]; limit: number };

export const command = (brief: string) =>
  buildCommand<Flags, [string?], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        incident: textFlag("For this incident", "id"),
        status: { kind: "enum", values: STATUSES, brief: "In this status", optional: true },
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
      const { incident, status, limit } = flags;
      if ((name === undefined) === (incident === undefined))
        throw new UsageError("Give a runbook or --incident.");
      const query = status === undefined ? {} : { status: [status] };
      const list =
        incident === undefined
          ? client.all.listExecutions({ runbookId: await findRunbook(client, name ?? ""), query })
          : client.all.listIncidentExecutions({ incidentId: incident, query });
      print.table(await takeFirst(list, limit), EXECUTION_COLUMNS);
    },
  });
