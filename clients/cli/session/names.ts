// Finds what a person names: by id, or by its whole name.
import type { RunbooksClient } from "../../api-client/client.ts";
import { clean } from "../terminal/text.ts";
import { UsageError } from "./failures.ts";

/** Candidates that are listed. */
const MAX_CANDIDATES = 10;
const MAX_QUERY_CHARACTERS = 100;

/** Returns the id of a runbook. Case does not matter. @throws UsageError that lists candidates, if none or several fit */
export async function findRunbook(client: RunbooksClient, text: string): Promise<string> {
  if (/^runbook_[0-9a-z]{26}$/.test(text)) return text;
  const wanted = text.trim().toLowerCase();
  const candidates: { id: string; name: string; teamId: string | null }[] = [];
  if (wanted === "") throw new UsageError("Name a runbook, by its name or id.");
  for await (const runbook of client.all.listRunbooks({
    query: { q: wanted.slice(0, MAX_QUERY_CHARACTERS), limit: 100 },
  }))
    candidates.push(runbook);
  const exact = candidates.filter(({ name }) => name.toLowerCase() === wanted);
  const [only] = exact;
  if (only && exact.length === 1) return only.id;
  throw new UsageError(describe(text, exact.length > 0 ? exact : candidates, exact.length > 0));
}

function describe(
  text: string,
  candidates: readonly { id: string; name: string; teamId: string | null }[],
  areExact: boolean,
): string {
  if (candidates.length === 0)
    return `There is no runbook named ${JSON.stringify(clean(text))}, or you may not see it. \`runbooks list\` shows yours.`;
  const lines = candidates
    .slice(0, MAX_CANDIDATES)
    .map(({ id, name, teamId }) => `  ${id}  ${clean(teamId ?? "global")}  ${clean(name)}`);
  const more = candidates.length > MAX_CANDIDATES ? [`  and ${candidates.length - MAX_CANDIDATES} more`] : [];
  const head = areExact
    ? `Several runbooks are named ${JSON.stringify(clean(text))}. Give the id:`
    : `No runbook is named exactly ${JSON.stringify(clean(text))}. Did you mean one of these?`;
  return [head, ...lines, ...more].join("\n");
}
