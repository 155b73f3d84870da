// `runbooks incidents`: the incidents that the caller may see, the latest created first.
import { buildCommand } from "@stricli/core";
import { type Range, rangeFlags, textFlag } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { givenOf } from "../session/given.ts";
import { LIMIT_FLAG, takeFirst } from "../session/lists.ts";

type Flags = GlobalFlags & Range & { team?: string; status?: string[]; limit: number };

export const command = (brief: string) =>
  buildCommand<Flags, [], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        team: textFlag("Of this team", "id"),
        status: {
          ...textFlag("In one of these statuses of the incident system, separated by commas"),
          variadic: ",",
        },
        ...rangeFlags("Created"),
        limit: LIMIT_FLAG,
      },
    },
    async func({ team, status, from, to, limit, ...flags }) {
      const { client, print } = this.open(flags);
      const query = givenOf({ teamId: team, status, from, to });
      print.table(await takeFirst(client.all.listIncidents({ query }), limit), {
        ID: ({ id }) => id,
        CREATED: ({ createdAt }) => createdAt,
        TEAM: ({ teamId }) => teamId,
        PRIORITY: ({ priority }) => priority,
        STATUS: (incident) => incident.status,
        TITLE: ({ title }) => title,
      });
    },
  });
