// What the service holds of the kinds, in the form of files.
import type { RunbooksClient } from "../../api-client/client.ts";
import type { OutputOf } from "../../api-client/types.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import { type Kind, rowOf, type Scope, scopeName, type Target } from "./kinds.ts";

/** Something that the service holds. */
export type Stored = Target & {
  kind: Kind;
  scope: Scope;
  name: string;
  /** As in a file, defaults included, without the id. Null: it was not asked for. */
  value: JsonObject | null;
  /** Of a runbook. */
  approvalStatus?: string;
  definitionHash?: string;
  /** Of an automation: the runbook that it runs. */
  runbookId?: string;
};

const AT_ONCE = 8;
const PAGE = 100;

/** Returns everything of these scopes, without the definitions of runbooks. Undefined: of all that the caller may see. */
export async function listStored(client: RunbooksClient, scopes?: readonly Scope[]): Promise<Stored[]> {
  const filters = scopes ? scopes.map((scope) => ({ teamId: scopeName(scope) })) : [{}];
  const runbooks: Stored[] = [];
  for (const filter of filters) {
    for await (const summary of client.all.listRunbooks({ query: { ...filter, limit: PAGE } }))
      runbooks.push(toStoredRunbook(summary, null));
  }
  const automations: Stored[] = [];
  for await (const each of client.all.listAutomations({ query: { limit: PAGE } })) {
    if (!scopes || scopes.includes(each.teamId)) automations.push(toStoredAutomation(each, runbooks));
  }
  return [...runbooks, ...automations];
}

/** Returns the runbooks with their definitions, in the same order. */
export async function readRunbooks(client: RunbooksClient, runbooks: readonly Stored[]): Promise<Stored[]> {
  const read: Stored[] = [];
  for (let at = 0; at < runbooks.length; at += AT_ONCE) {
    const some = runbooks.slice(at, at + AT_ONCE);
    read.push(...(await Promise.all(some.map(({ id }) => readRunbook(client, id)))));
  }
  return read;
}

export async function readRunbook(client: RunbooksClient, runbookId: string): Promise<Stored> {
  const runbook = await client.getRunbook({ runbookId });
  const [current] = runbook.versions;
  const stored = toStoredRunbook(runbook, fieldsOf("runbook", runbook));
  return { ...stored, ...(current && { definitionHash: current.definitionHash }) };
}

type Summary = Pick<OutputOf<"get-runbook">, "id" | "teamId" | "name" | "version" | "approvalStatus">;

function toStoredRunbook(
  { id, teamId, name, version, approvalStatus }: Summary,
  value: JsonObject | null,
): Stored {
  return { kind: "runbook", id, scope: teamId, name, version, approvalStatus, value };
}

function toStoredAutomation(automation: OutputOf<"get-automation">, runbooks: readonly Stored[]): Stored {
  const { id, teamId, name, version, runbookId } = automation;
  const value = { ...fieldsOf("automation", automation), runbook: nameFor(runbookId, teamId, runbooks) };
  return { kind: "automation", id, scope: teamId, name, version, runbookId, value };
}

/** The runbook's name if it has it alone in its team, else its id. */
function nameFor(id: string, scope: Scope, runbooks: readonly Stored[]): string {
  const name = runbooks.find((runbook) => runbook.id === id)?.name;
  const named = runbooks.filter((runbook) => runbook.scope === scope && runbook.name === name);
  return name !== undefined && named.length === 1 ? name : id;
}

/** What of an answer belongs into a file. */
function fieldsOf(kind: Kind, answer: object): JsonObject {
  const known = Object.keys(Object(rowOf(kind).schema["properties"]));
  const given = Object.entries(answer) as [string, JsonValue | undefined][];
  const fields = given.filter(
    ([name, value]) => name !== "id" && known.includes(name) && value !== undefined,
  );
  return Object.fromEntries(
    known.flatMap((name) => fields.filter(([field]) => field === name)),
  ) as JsonObject;
}
