// `runbooks executions`: executions over all runbooks, newest first: what is running, what failed, for which incident.
import { buildCommand } from "@stricli/core";
import { ANY_RUNBOOK_ARGUMENT, type Range, rangeFlags, textFlag } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { EXECUTION_COLUMNS } from "../session/executions.ts";
import { givenOf } from "../session/given.ts";
import { LIMIT_FLAG, takeFirst } from "../session/lists.ts";
import { findRunbook } from "../session/names.ts";
import { PARAM_FLAG, splitParameters } from "../session/param-flag.ts";

const STATUSES = ["PENDING", "RUNNING", "SUCCESS", "FAILED", "CANCELLED"] as const;
type Flags = GlobalFlags &
  Range & {
    incident?: string;
    team?: string;
    by?: string;
    status?: (typeof STATUSES)[number][];
    param?: string[];
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
        param: {
          ...PARAM_FLAG,
          brief: "With this value of a searchable parameter. Repeat it for others",
        },
        ...rangeFlags("Accepted"),
        limit: LIMIT_FLAG,
      },
      positional: ANY_RUNBOOK_ARGUMENT,
    },
    async func(flags, name) {
      const { client, print } = this.open(flags);
      const runbook = name === undefined ? {} : { runbookId: await findRunbook(client, name) };
      const query = { ...fieldsOf(flags.param ?? []), ...runbook, ...filtersOf(flags) };
      print.table(await takeFirst(client.all.findExecutions({ query }), flags.limit), EXECUTION_COLUMNS);
    },
  });

const filtersOf = ({ incident, team, by, status = [], from, to }: Flags) =>
  givenOf({
    ...{ incidentId: incident, teamId: team, executedBy: by, from, to },
    status: status.length > 0 ? status : undefined,
  });

/** @throws UsageError if a text is not like name=value */
const fieldsOf = (texts: readonly string[]) =>
  Object.fromEntries(splitParameters(texts).map(([name, value]) => [`parameter.${name}`, value]));
