// The JSON Schemas of runbooks and automations in files: what the API takes, without secrets in clear.
import type { JsonObject, JsonValue } from "../../shared/domain/json.ts";
import { MASK } from "../../shared/domain/runbooks/webhook-auth.ts";
import { namedSchemas, referencesIn, refTo, usedSchemas } from "./openapi/schemas.ts";

const DIALECT = "https://json-schema.org/draft/2020-12/schema";

/** A secret in a file would be in every copy of the repository. */
const SECRET: JsonObject = {
  title: "Secret",
  description: `A secret: a reference to AWS Secrets Manager, or \`${MASK}\`, which keeps what the service has stored.`,
  anyOf: [{ const: MASK }, refTo("SecretReferenceInput")],
};

const TEAM: JsonObject = {
  description: "Team that owns it; without one it is global, for every team. It cannot be changed.",
  anyOf: [refTo("TeamId"), { type: "null" }],
  default: null,
};

const ID =
  "Only needed to rename it, or if another of its team has the same name: the id that the service gave it.";
const idOf = (name: string): JsonObject => ({ ...refTo(name), description: ID });

const RUNBOOK_NAME: JsonObject = {
  type: "string",
  minLength: 1,
  maxLength: 100,
  description: "The runbook to run: its name, in the same team, or its id. It cannot be changed.",
};

/** File name → its JSON Schema, without references to other files. */
export function fileSchemas(): Record<string, JsonObject> {
  const named: Record<string, JsonObject> = { ...namedSchemas(), SecretInput: SECRET };
  const runbook = fieldsOf(named["RunbookInput"]);
  const { runbookId: _byName, ...automation } = fieldsOf(named["AutomationInput"]);
  return {
    "runbook.schema.json": fileSchema(named, "A runbook in a file. Missing fields take their defaults.", {
      required: listOf(named["RunbookInput"], "required"),
      properties: { id: idOf("RunbookId"), ...runbook, teamId: TEAM },
    }),
    "automation.schema.json": fileSchema(
      named,
      "An automation in a file. Missing fields take their defaults.",
      {
        required: listOf(named["AutomationInput"], "required").map((name) =>
          name === "runbookId" ? "runbook" : name,
        ),
        properties: { id: idOf("AutomationId"), runbook: RUNBOOK_NAME, ...automation, teamId: TEAM },
      },
    ),
  };
}

const fieldsOf = (schema: JsonObject | undefined) => Object(schema?.["properties"]) as JsonObject;
const listOf = (schema: JsonObject | undefined, keyword: string) => (schema?.[keyword] ?? []) as string[];

function fileSchema(named: Record<string, JsonObject>, description: string, fields: JsonObject): JsonObject {
  const schema = { type: "object", description, ...fields, additionalProperties: false };
  const used = usedSchemas(schema, named);
  if (referencesIn(schema, "schemas").length === 0) throw new Error("A file schema refers to nothing");
  return { $schema: DIALECT, ...Object(withinFile({ ...schema, $defs: used })) };
}

/** References lead to `$defs`. Alternatives that differ in `type` say so, and then only the one that is meant is reported. */
function withinFile(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withinFile);
  if (typeof value === "string") return value.replace(/^#\/components\/schemas\//, "#/$defs/");
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, withinFile(member)] as const);
  const discriminator = isByType(value["oneOf"]) ? { discriminator: { propertyName: "type" } } : {};
  return { ...Object.fromEntries(members), ...discriminator };
}

const isByType = (alternatives: JsonValue | undefined) =>
  Array.isArray(alternatives) &&
  alternatives.every((each) => Object(Object(fieldsOf(Object(each)))["type"])["const"] !== undefined);
