// `runbooks audit`: who did what, newest first: to one runbook and its executions, or to everything.
import { buildCommand } from "@stricli/core";
import type { Arguments, ItemOf } from "../../api-client/types.ts";
import { ANY_RUNBOOK_ARGUMENT, type Range, rangeFlags, textFlag } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { UsageError } from "../session/failures.ts";
import { givenOf } from "../session/given.ts";
import { LIMIT_FLAG, takeFirst } from "../session/lists.ts";
import { findRunbook } from "../session/names.ts";

type Query = NonNullable<NonNullable<Arguments<"find-audit">[0]>["query"]>;
type Entry = ItemOf<"find-audit">;
type Filters = Range & { team?: string; actor?: string; action?: string };
type Flags = GlobalFlags & Filters & { limit: number };

const COLUMNS = {
  AT: ({ at }: Entry) => at,
  ACTOR: ({ actor, actorName }: Entry) => actorName ?? actor,
  ACTION: ({ action }: Entry) => action,
  EXECUTION: ({ executionId }: Entry) => executionId ?? "",
  DETAILS: ({ details }: Entry) => JSON.stringify(details),
};
const { AT, ACTOR, ACTION, ...REST } = COLUMNS;
const COLUMNS_OF_ALL = { AT, ACTOR, ACTION, RUNBOOK: ({ runbookId }: Entry) => runbookId ?? "", ...REST };

export const command = (brief: string) =>
  buildCommand<Flags, [string?], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        team: textFlag("Of this team; global: of none", "id"),
        actor: textFlag("What this one did: a user, automation:ID or system:PART", "id"),
        action: textFlag("With one of these actions, separated by commas", "actions"),
        ...rangeFlags("Happened"),
        limit: LIMIT_FLAG,
      },
      positional: ANY_RUNBOOK_ARGUMENT,
    },
    async func({ json, api, limit, ...filters }, name) {
      const { client, print } = this.open({ json, ...givenOf({ api }) });
      const query = queryOf(filters);
      if (name === undefined)
        return print.table(await takeFirst(client.all.findAudit({ query }), limit), COLUMNS_OF_ALL);
      const [option] = Object.keys(givenOf(filters));
      if (option !== undefined)
        throw new UsageError(`--${option} filters the audit of everything: leave the runbook out.`);
      const runbookId = await findRunbook(client, name);
      print.table(await takeFirst(client.all.listAudit({ runbookId }), limit), COLUMNS);
    },
  });

/** The service knows the actions: it refuses others, and lists its own. */
const queryOf = ({ team, actor, action, from, to }: Filters): Query =>
  givenOf({ teamId: team, actor, action: action?.split(",") as Query["action"], from, to });
