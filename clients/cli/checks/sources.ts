// What `runbooks doctor` says of sources: the messages that they could not read since yesterday, and what to do.
import type { ItemOf, OutputOf } from "../../api-client/types.ts";
import type { Session } from "../session/context.ts";
import { takeFirst } from "../session/lists.ts";

type Client = Session["client"];
type Roles = OutputOf<"get-me">["roles"];
type Rejection = ItemOf<"list-rejections">;
type Source = ItemOf<"list-sources">;
export type Check = { check: string; ok: boolean; detail: string };

const DAY_MS = 24 * 3_600_000;
/** What is looked at. More than this is told as such. */
const MOST = { sources: 50, rejections: 200 };

/** Reason of a rejection → what to do. */
const ADVICE: Readonly<Record<string, string>> = {
  unmapped: "Compare a message with the source: runbooks sources test SOURCE FILE. Correct the mapping.",
  team_unknown: "Add the team to `team.map` of the source: runbooks sources update SOURCE FILE.",
  too_many: "Lower the system's limit for alerts in one message.",
};
const REDRIVE = "Then redrive the dead letters of source-messages.";

export async function checkSources(client: Client, roles: Roles): Promise<Check> {
  const sources = (await takeFirst(client.all.listSources({ query: { limit: 100 } }), MOST.sources)).filter(
    ({ teamId }) => seesAll(roles) || (teamId !== null && Object.hasOwn(roles.teams, teamId)),
  );
  const rejections = await listRefused(client, sources, seesAll(roles));
  if (rejections.length === 0) return { check: "sources", ok: true, detail: sayFine(sources) };
  const groups = Map.groupBy(rejections, ({ sourceId, reason }) => `${sourceId} ${reason}`);
  const lines = [...groups.values()].flatMap((group) => describeGroup(group, sources));
  return { check: "sources", ok: false, detail: [...lines, REDRIVE].join("\n") };
}

const seesAll = ({ platformAdmin, platformAuditor }: Roles) => platformAdmin || platformAuditor;

async function listRefused(client: Client, sources: readonly Source[], all: boolean): Promise<Rejection[]> {
  const from = new Date(Date.now() - DAY_MS).toISOString();
  const list = (sourceId?: string) =>
    takeFirst(
      client.all.listRejections({ query: { from, ...(sourceId !== undefined && { sourceId }) } }),
      MOST.rejections,
    );
  const found = all ? await list() : (await Promise.all(sources.map(({ id }) => list(id)))).flat();
  return found.filter(({ sourceId }) => sourceId !== null);
}

function describeGroup(group: readonly Rejection[], sources: readonly Source[]): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { sourceId, kind, reason, message } = first;
  const name = sources.find(({ id }) => id === sourceId)?.name ?? "a source";
  const count = group.length === 1 ? "1 message" : `${group.length} messages`;
  return [
    `${name} (${kind}, ${sourceId}) could not read ${count} since yesterday: ${reason}. ${message}`,
    ADVICE[reason] ?? "See runbooks rejections.",
  ];
}

function sayFine(sources: readonly Source[]): string {
  const disabled = sources.filter(({ enabled }) => !enabled).length;
  const off = disabled === 0 ? "" : `, ${disabled} of them disabled`;
  return `${sources.length} that you see${off}; all messages since yesterday could be read`;
}
