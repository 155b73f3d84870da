// The text of each file that holds what the service holds.
import { parse, stringify } from "yaml";
import { nameKeyOf } from "./entries.ts";
import { nameFiles } from "./file-names.ts";
import { isSame, type JsonObject, type JsonValue } from "./json.ts";
import { ALL_KINDS, KINDS, rowOf, SCHEMA_FOLDER } from "./kinds.ts";
import { withoutDefaults } from "./schema.ts";
import type { Stored } from "./service.ts";

/** `path` is below the folder. */
export type File = { path: string; text: string };

/** Everything must have its value. Returns the schemas too, for editors. */
export function toFiles(stored: readonly Stored[]): File[] {
  const schemas = ALL_KINDS.map((kind) => ({
    path: `${SCHEMA_FOLDER}/${KINDS[kind].schemaFile}`,
    text: `${JSON.stringify(KINDS[kind].schema, null, 2)}\n`,
  }));
  const things = ALL_KINDS.flatMap((kind) => {
    const some = stored.filter((each) => each.kind === kind);
    const names = nameFiles(some);
    return some.map((each) => toFile(each, names.get(each.id) ?? each.id, isAmbiguous(each, stored)));
  });
  return [...schemas, ...things];
}

const isAmbiguous = (one: Stored, all: readonly Stored[]) =>
  all.filter((each) => nameKeyOf(each) === nameKeyOf(one)).length > 1;

function toFile({ kind, id, value }: Stored, name: string, needsId: boolean): File {
  const { folder, schema, schemaFile } = rowOf(kind);
  const content = { ...(needsId && { id }), ...withoutDefaults(schema, value ?? {}) };
  const line = `# yaml-language-server: $schema=../${SCHEMA_FOLDER}/${schemaFile}\n`;
  return { path: `${folder}/${name}`, text: line + toYaml(content) };
}

/** JSON is YAML: what YAML's own forms do not hold exactly is written so. */
function toYaml(value: JsonObject): string {
  const text = stringify(value, { lineWidth: 0 });
  const stored = Buffer.from(text, "utf8").toString("utf8");
  return isSame(parseOrNull(stored), value) ? text : `${JSON.stringify(value, null, 2)}\n`;
}

function parseOrNull(text: string): JsonValue {
  try {
    return parse(text) as JsonValue;
  } catch {
    return null;
  }
}
