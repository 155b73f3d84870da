// `runbooks rejections`: the events that were refused, newest first, for those who may view every team.
import { buildCommand } from "@stricli/core";
import { type Range, rangeFlags } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { givenOf } from "../session/given.ts";
import { LIMIT_FLAG, takeFirst } from "../session/lists.ts";

export const command = (brief: string) =>
  buildCommand<GlobalFlags & Range & { limit: number }, [], Cli>({
    docs: { brief },
    parameters: { flags: { ...GLOBAL_FLAGS, ...rangeFlags("Rejected"), limit: LIMIT_FLAG } },
    async func({ from, to, limit, ...flags }) {
      const { client, print } = this.open(flags);
      const query = givenOf({ from, to });
      print.table(await takeFirst(client.all.listRejections({ query }), limit), {
        AT: ({ at }) => at,
        REASON: ({ reason }) => reason,
        EVENT: ({ eventId }) => eventId ?? "",
        SOURCE: ({ source }) => source ?? "",
        TYPE: ({ detailType }) => detailType ?? "",
        MESSAGE: ({ message }) => message,
      });
    },
  });
