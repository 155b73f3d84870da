// Checks the files alone, all of them: their fields, secrets, and names that stand twice.
import type { KindSource } from "./folder.ts";
import { isObject, type JsonObject, type JsonValue, pointerOf } from "./json.ts";
import { type Kind, rowOf, type Scope, scopeName } from "./kinds.ts";
import { checkSchema, type Finding, MASK, withDefaults } from "./schema.ts";
import type { Problem, Source } from "./source.ts";

/** What a file wants. */
export type Entry = {
  kind: Kind;
  source: Source;
  /** Null: the service finds it by its name, or makes it. */
  id: string | null;
  scope: Scope;
  name: string;
  /** Its fields, defaults included, without the id. */
  value: JsonObject;
};

/** Returns the entries of the files that are right, and what is wrong with the others. */
export function checkSources(sources: readonly KindSource[]): { entries: Entry[]; problems: Problem[] } {
  const entries: Entry[] = [];
  const problems: Problem[] = [];
  for (const source of sources) {
    const findings = findingsIn(source);
    problems.push(
      ...findings.map(({ pointer, message }) => source.problem(pointer, worded(pointer, message))),
    );
    if (findings.length === 0) entries.push(toEntry(source));
  }
  return { entries, problems: [...problems, ...findDoubles(entries)] };
}

export const worded = (pointer: string, message: string) =>
  `${pointer === "" ? "The file" : pointer} ${message}`;

function findingsIn({ kind, value }: KindSource): Finding[] {
  const findings = checkSchema(rowOf(kind).schema, value);
  if (findings.length > 0) return findings;
  return [...findOuterSpaces(value), ...findHiddenNames(value)];
}

/** The service would cut them off, and the file would differ from it for ever. */
const findOuterSpaces = (value: JsonObject): Finding[] =>
  ["name", "description", "runbook"]
    .filter((field) => typeof value[field] === "string" && value[field] !== value[field].trim())
    .map((field) => ({ pointer: pointerOf(field), message: "begins or ends with white space" }));

/** A user name that is a secret is masked for those who do not manage the runbook. */
function findHiddenNames({ webhookAuth }: JsonObject): Finding[] {
  if (!isObject(webhookAuth) || webhookAuth["username"] !== MASK) return [];
  const message = "was hidden from who exported it: who manages the runbook sees it";
  return [{ pointer: "/webhookAuth/username", message }];
}

function toEntry({ kind, value, ...source }: KindSource): Entry {
  const { id = null, ...fields } = value;
  const filled = withDefaults(rowOf(kind).schema, fields) as JsonObject;
  const { teamId = null, name = "" } = filled;
  return {
    ...{ kind, source: { ...source, value }, value: filled },
    ...{ id: textOrNull(id), scope: textOrNull(teamId), name: String(name) },
  };
}

const textOrNull = (value: JsonValue) => (value === null ? null : String(value));

function findDoubles(entries: readonly Entry[]): Problem[] {
  const first = new Map<string, Entry>();
  return entries.flatMap((entry) => {
    const keys = [
      ...(entry.id === null ? [] : [{ key: entry.id, pointer: "/id" }]),
      ...(entry.id === null ? [{ key: nameKeyOf(entry), pointer: "/name" }] : []),
    ];
    return keys.flatMap(({ key, pointer }) => {
      const other = first.get(key);
      if (!other) first.set(key, entry);
      return other ? [entry.source.problem(pointer, `${pointer} stands in ${other.source.file} too`)] : [];
    });
  });
}

/** By what an entry without an id is found. */
export const nameKeyOf = ({ kind, scope, name }: { kind: Kind; scope: Scope; name: string }) =>
  JSON.stringify([kind, scopeName(scope), name]);
