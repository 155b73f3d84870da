// Reads the files, then the service, and plans. If anything is wrong with a file, there is no plan.
import type { RunbooksClient } from "../../api-client/client.ts";
import { checkSources, type Entry } from "./entries.ts";
import { type Read, readFolder } from "./folder.ts";
import { type Scope, scopeName } from "./kinds.ts";
import { matchEntries } from "./match.ts";
import { makePlan, type Plan } from "./plan.ts";
import { listStored, readRunbooks, type Stored } from "./service.ts";
import type { Problem } from "./source.ts";

/** `team`: the files are of this team alone, and so is what `prune` deletes; `global` for global ones. */
export type PlanOptions = { prune: boolean; team?: string };

/** The files are wrong: all that is wrong, and nothing was done. */
export class FilesError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super("The files are wrong. Nothing was done.");
    this.problems = problems;
  }
}

/** @throws FilesError; what the client throws */
export async function prepare(client: RunbooksClient, folder: string, options: PlanOptions): Promise<Plan> {
  return planFor(client, readFolder(folder), options);
}

async function planFor(client: RunbooksClient, read: Read, { prune, team }: PlanOptions): Promise<Plan> {
  const { entries, problems } = checkSources(read.sources);
  refuseIf([...read.problems, ...problems, ...findForeign(entries, team)]);
  const scopes = scopesOf(entries, team);
  if (scopes.length === 0) return { steps: [], unchanged: 0, unapproved: [] };
  const listed = await listStored(client, scopes);
  const matched = matchEntries(entries, listed);
  refuseIf(matched.problems);
  const meant = matched.matches.flatMap(({ stored }) => (stored?.kind === "runbook" ? [stored] : []));
  const definitions = new Map((await readRunbooks(client, meant)).map((each) => [each.id, each]));
  const withDefinition = (each: Stored) => definitions.get(each.id) ?? each;
  const planned = makePlan({
    matches: matched.matches.map(({ entry, stored }) => ({
      entry,
      stored: stored && withDefinition(stored),
    })),
    stored: listed.map(withDefinition),
    prune,
  });
  refuseIf(planned.problems);
  return planned.plan;
}

function refuseIf(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new FilesError([...problems].sort(byPlace));
}

const byPlace = (a: Problem, b: Problem) =>
  a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1;

const scopeOf = (team: string): Scope => (team === "global" ? null : team);

function scopesOf(entries: readonly Entry[], team: string | undefined): Scope[] {
  return team === undefined ? [...new Set(entries.map(({ scope }) => scope))] : [scopeOf(team)];
}

function findForeign(entries: readonly Entry[], team: string | undefined): Problem[] {
  if (team === undefined) return [];
  const foreign = entries.filter(({ scope }) => scope !== scopeOf(team));
  return foreign.map(({ source, scope }) =>
    source.problem("/teamId", `The file is of ${scopeName(scope)}, not of ${team}, which --team asks for.`),
  );
}
