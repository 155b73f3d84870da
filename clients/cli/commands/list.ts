// `runbooks list`: the runbooks that the caller may see, those that call a host or use a secret, and the deleted ones.
import { buildCommand } from "@stricli/core";
import type { ItemOf } from "../../api-client/types.ts";
import { textFlag } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { givenOf } from "../session/given.ts";
import { LIMIT_FLAG, takeFirst } from "../session/lists.ts";

const STATUSES = ["DRAFT", "APPROVED", "DEPRECATED"] as const;
type Flags = GlobalFlags & {
  team?: string;
  status?: (typeof STATUSES)[number];
  host?: string;
  secretArn?: string;
  awaitingReview: boolean;
  approvalExpiring: boolean;
  deleted: boolean;
  limit: number;
};
type Runbook = ItemOf<"list-runbooks">;

const COLUMNS = {
  ID: ({ id }: Runbook) => id,
  TEAM: ({ teamId }: Runbook) => teamId ?? "global",
  STATUS: ({ approvalStatus }: Runbook) => approvalStatus,
  VERSION: ({ version }: Runbook) => String(version),
  LIVE: ({ liveVersion }: Runbook) => (liveVersion === null ? "-" : String(liveVersion)),
  NAME: ({ name }: Runbook) => name,
};
const { ID, TEAM, VERSION, LIVE, NAME } = COLUMNS;
const COLUMNS_OF_WAITING = {
  ...{ ID, TEAM, VERSION },
  RISK: ({ reviewRequested }: Runbook) => reviewRequested?.risk ?? "",
  SINCE: ({ reviewRequested }: Runbook) => reviewRequested?.at ?? "",
  BY: ({ reviewRequested }: Runbook) => reviewRequested?.byName ?? reviewRequested?.by ?? "",
  NAME,
};
const COLUMNS_OF_EXPIRING = {
  ...{ ID, TEAM, LIVE },
  EXPIRES: ({ approvalExpiresAt }: Runbook) => approvalExpiresAt ?? "",
  RISK: ({ renewal }: Runbook) => renewal?.risk ?? "",
  NAME,
};
/** A deleted runbook is in no status. */
const COLUMNS_OF_DELETED = {
  ...{ ID, TEAM, VERSION },
  DELETED: ({ deletedAt }: Runbook) => deletedAt ?? "",
  BY: ({ deletedBy, deletedByName }: Runbook) => deletedByName ?? deletedBy ?? "",
  NAME,
};

/** Another list than that of all runbooks. */
const listFlag = (brief: string) => ({ kind: "boolean", brief, default: false, withNegated: false }) as const;

export const command = (brief: string) =>
  buildCommand<Flags, [text?: string], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        team: textFlag("Of this team; global: global ones", "id"),
        status: { kind: "enum", values: STATUSES, brief: "In this status", optional: true },
        host: textFlag("That call this host, of those that you manage", "name"),
        secretArn: textFlag("That use this secret of Secrets Manager, of those that you manage", "arn"),
        awaitingReview: listFlag(
          "Drafts that wait for a review: the highest risk first, then the longest wait",
        ),
        approvalExpiring: listFlag("Whose approval expires within 14 days or has expired: the soonest first"),
        deleted: listFlag("Deleted ones, for those who may view every team"),
        limit: LIMIT_FLAG,
      },
      positional: {
        kind: "tuple",
        parameters: [{ parse: String, brief: "Part of the name", placeholder: "text", optional: true }],
      },
    },
    async func(flags, text) {
      const { client, print } = this.open(flags);
      const query = queryOf(flags, text);
      const found = await takeFirst(client.all.listRunbooks({ query }), flags.limit);
      print.table(found, columnsOf(flags));
    },
  });

function columnsOf({ awaitingReview, approvalExpiring, deleted }: Flags) {
  if (awaitingReview) return COLUMNS_OF_WAITING;
  if (approvalExpiring) return COLUMNS_OF_EXPIRING;
  return deleted ? COLUMNS_OF_DELETED : COLUMNS;
}

const queryOf = (
  { team, status, host, secretArn, awaitingReview, approvalExpiring, deleted }: Flags,
  text: string | undefined,
) =>
  givenOf({
    ...{ teamId: team, approvalStatus: status, q: text, host, secretArn },
    awaitingReview: awaitingReview ? ("true" as const) : undefined,
    approvalExpiring: approvalExpiring ? ("true" as const) : undefined,
    deleted: deleted ? ("true" as const) : undefined,
  });
