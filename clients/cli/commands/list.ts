// `runbooks list`: the runbooks that the caller may see.
import { buildCommand } from "@stricli/core";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { LIMIT_FLAG, takeFirst } from "../session/lists.ts";

const STATUSES = ["DRAFT", "APPROVED", "DEPRECATED"] as const;
type Flags = GlobalFlags & { team?: string; status?: (typeof STATUSES)[number]; limit: number };

export const command = (brief: string) =>
  buildCommand<Flags, [text?: string], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        team: { kind: "parsed", parse: String, brief: "Of this team; global: global ones", optional: true },
        status: { kind: "enum", values: STATUSES, brief: "In this status", optional: true },
        limit: LIMIT_FLAG,
      },
      positional: {
        kind: "tuple",
        parameters: [{ parse: String, brief: "Part of the name", placeholder: "text", optional: true }],
      },
    },
    async func(flags, text) {
      const { client, print } = this.open(flags);
      const query = {
        ...(flags.team !== undefined && { teamId: flags.team }),
        ...(flags.status !== undefined && { approvalStatus: flags.status }),
        ...(text !== undefined && { q: text }),
      };
      print.table(await takeFirst(client.all.listRunbooks({ query }), flags.limit), {
        ID: ({ id }) => id,
        TEAM: ({ teamId }) => teamId ?? "global",
        STATUS: ({ approvalStatus }) => approvalStatus,
        VERSION: ({ version }) => String(version),
        NAME: ({ name }) => name,
      });
    },
  });
