// Finds what a person names, a runbook, an automation or a source: by id, or by its whole name.
import type { RunbooksClient } from "../../api-client/client.ts";
import { clean } from "../terminal/text.ts";
import { UsageError } from "./failures.ts";

/** Candidates that are listed. */
const MAX_CANDIDATES = 10;
const MAX_QUERY_CHARACTERS = 100;

/** Returns the id of a runbook. Case does not matter. @throws UsageError that lists candidates, if none or several fit */
export async function findRunbook(client: RunbooksClient, text: string): Promise<string> {
  if (/^runbook_[0-9a-z]{26}$/.test(text)) return text;
  const q = text.trim().toLowerCase().slice(0, MAX_QUERY_CHARACTERS);
  if (q === "") throw new UsageError("Name a runbook, by its name or id.");
  return choose(client.all.listRunbooks({ query: { q, limit: 100 } }), text, RUNBOOKS);
}

/** Returns the id of an automation, like `findRunbook`. Deleted automations have no name any more. */
export async function findAutomation(client: RunbooksClient, text: string): Promise<string> {
  if (/^automation_[0-9a-z]{26}$/.test(text)) return text;
  return choose(client.all.listAutomations({ query: { limit: 100 } }), text, AUTOMATIONS);
}

/** Returns the id of a source, like `findRunbook`. */
export async function findSource(client: RunbooksClient, text: string): Promise<string> {
  if (/^source_[0-9a-z]{26}$/.test(text)) return text;
  return choose(client.all.listSources({ query: { limit: 100 } }), text, SOURCES);
}

type Named = { id: string; name: string; teamId: string | null };
type Kind = { one: string; many: string; command: string };
const RUNBOOKS: Kind = { one: "runbook", many: "runbooks", command: "list" };
const SOURCES: Kind = { one: "source", many: "sources", command: "sources" };
const AUTOMATIONS: Kind = { one: "automation", many: "automations", command: "automations" };

async function choose(listed: AsyncIterable<Named>, text: string, kind: Kind): Promise<string> {
  const wanted = text.trim().toLowerCase();
  const candidates: Named[] = [];
  for await (const { id, name, teamId } of listed)
    if (name.toLowerCase().includes(wanted)) candidates.push({ id, name, teamId });
  const exact = candidates.filter(({ name }) => name.toLowerCase() === wanted);
  const [only] = exact;
  if (only && exact.length === 1) return only.id;
  throw new UsageError(describe(text, exact.length > 0 ? exact : candidates, exact.length > 0, kind));
}

function describe(
  text: string,
  candidates: readonly Named[],
  areExact: boolean,
  { one, many, command }: Kind,
): string {
  if (candidates.length === 0)
    return `There is no ${one} named ${JSON.stringify(clean(text))}, or you may not see it. \`runbooks ${command}\` shows yours.`;
  const lines = candidates
    .slice(0, MAX_CANDIDATES)
    .map(({ id, name, teamId }) => `  ${id}  ${clean(teamId ?? "global")}  ${clean(name)}`);
  const more = candidates.length > MAX_CANDIDATES ? [`  and ${candidates.length - MAX_CANDIDATES} more`] : [];
  const head = areExact
    ? `Several ${many} are named ${JSON.stringify(clean(text))}. Give the id:`
    : `No ${one} is named exactly ${JSON.stringify(clean(text))}. Did you mean one of these?`;
  return [head, ...lines, ...more].join("\n");
}
