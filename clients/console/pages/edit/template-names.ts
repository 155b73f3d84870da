// What a template may name: the fields of a run, its parameters and secrets, the helpers and the blocks.
import { describeType, readParameters } from "../../data/parameter-schema.ts";
import type { Name } from "../editor/completion.ts";
import type { Form } from "./form.ts";

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  incident: [
    "id",
    "title",
    "status",
    "priority",
    "teamId",
    "createdAt",
    "acknowledgedAt",
    "assignee",
    "metadata",
  ],
  team: ["id"],
  runbook: ["id", "name", "version"],
  execution: ["id", "createdAt", "executedBy", "triggeredBy"],
  automation: ["id", "name"],
};

/** Each helper as it is written. */
const HELPERS = [
  "json value",
  "default value fallback",
  "uppercase value",
  "lowercase value",
  "trim value",
  "shortId id",
  "urlEncode value",
  "base64 value",
  "path value",
  "concat value value …",
  'replace value "from" "to"',
  'split value ","',
  'join list ","',
  "number text",
  'dateFormat time "yyyy-MM-dd HH:mm" "Europe/Berlin"',
  "addSeconds time 3600",
  "epochSeconds time",
  "epochMillis time",
  "isSet value",
  'eq value "other"',
  'ne value "other"',
  "lt number 10",
  "lte number 10",
  "gt number 10",
  "gte number 10",
  "and condition condition …",
  "or condition condition …",
  "not condition",
  'lookup object "name"',
  'choose value eu="Europe" us="America"',
] as const;

const BLOCKS = [
  ["#if", "{{#if condition}} … {{/if}}"],
  ["#unless", "{{#unless condition}} … {{/unless}}"],
  ["#each", "{{#each list}} {{this}} {{/each}}"],
  ["#with", "{{#with object}} … {{/with}}"],
  ["else", "the other branch of a block"],
  ["/if", "ends the block"],
  ["/unless", "ends the block"],
  ["/each", "ends the block"],
  ["/with", "ends the block"],
] as const;

const STATIC: readonly Name[] = [
  ...Object.entries(FIELDS).flatMap(([of, names]) =>
    names.map((name): Name => ({ name: `${of}.${name}`, detail: `of the ${of}`, kind: "field" })),
  ),
  ...HELPERS.map((usage): Name => ({ name: usage.split(" ")[0] ?? "", detail: usage, kind: "helper" })),
  ...BLOCKS.map(([name, detail]): Name => ({ name, detail, kind: "block" })),
];

/** Returns the names that are known for what is typed in the form now. */
export function listNames({ parameters, secrets, completion }: Form): Name[] {
  const params = readSchema(parameters).map(
    (parameter): Name => ({
      name: `params.${parameter.name}`,
      detail: describeType(parameter),
      kind: "field",
    }),
  );
  const named = secrets
    .filter(({ name }) => name !== "")
    .map(({ name }): Name => ({ name: `secrets.${name}`, detail: "secret", kind: "field" }));
  const callback = completion === "callback" ? CALLBACK : [];
  return [...params, ...named, ...callback, ...STATIC];
}

const CALLBACK: readonly Name[] = [
  { name: "callback.url", detail: "where the receiver reports", kind: "field" },
  { name: "callback.token", detail: "secret", kind: "field" },
];

/** Returns none while the text is no schema. */
export function readSchema(text: string) {
  try {
    return readParameters(JSON.parse(text));
  } catch {
    return [];
  }
}
