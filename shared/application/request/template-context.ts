// Builds the context and the shape that templates see. Checks, previews and attempts all use the same ones.
import { CONTEXT_FIELDS, type ContextField } from "../../contract/context.ts";
import type { Execution, ExecutionInput } from "../../domain/executions/execution.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import {
  type ParameterSchema,
  parameterNames,
  parametersOf,
  secretParameterNames,
} from "../../parameters/schema.ts";
import { type DataObject, Secret } from "../../webhook/template/secret.ts";
import { ANY, INTEGER, type Shape, TEXT, toOptional } from "../../webhook/template/shape.ts";
import { parameterShape } from "./parameter-shape.ts";

/** Returns the fields that the templates of a runbook with these parameters may name. */
export function templateShape(schema: ParameterSchema): Shape {
  const groups = Object.entries(CONTEXT_FIELDS).map(
    ([name, fields]) => [name, groupShape(name, fields)] as const,
  );
  const params = [...parametersOf(schema)].map(
    ([name, p]) => [name, parameterShape(schema, name, p)] as const,
  );
  return {
    kind: "object",
    fields: { params: { kind: "object", fields: Object.fromEntries(params) }, ...Object.fromEntries(groups) },
  };
}

/** Groups that are null where a run has none of them. */
const OPTIONAL_GROUPS: readonly string[] = [
  "incident",
  "team",
  "automation",
] satisfies (keyof typeof CONTEXT_FIELDS)[];

function groupShape(name: string, fields: Record<string, ContextField>): Shape {
  return { ...fieldsShape(fields), optional: OPTIONAL_GROUPS.includes(name) };
}

/** Returns the fields of a group that is there. */
export const contextShape = (group: keyof typeof CONTEXT_FIELDS): Shape => fieldsShape(CONTEXT_FIELDS[group]);

function fieldsShape(fields: Record<string, ContextField>) {
  const shapes = Object.entries(fields).map(([field, kind]) => [field, FIELD_SHAPES[kind]] as const);
  return { kind: "object", fields: Object.fromEntries(shapes) } as const;
}

const FIELD_SHAPES: Record<ContextField, Shape> = {
  text: TEXT,
  "optional text": toOptional(TEXT),
  integer: INTEGER,
  any: ANY,
};

/** The data of an execution that templates see. */
export type ExecutionFacts = Pick<
  Execution,
  | "id"
  | "runbookId"
  | "runbookName"
  | "runbookVersion"
  | "teamId"
  | "createdAt"
  | "executedBy"
  | "triggeredBy"
> &
  Pick<ExecutionInput, "incident" | "automation">;

/**
 * Returns the context of an attempt. `parameters` are in plain text, secret ones included. Parameters without a value
 * are null.
 */
export function templateContext(
  facts: ExecutionFacts,
  schema: ParameterSchema,
  parameters: JsonObject,
): DataObject {
  return buildContext(facts, schema, parameters, (value) => new Secret(value));
}

/** Like `templateContext`, but for requests that are displayed. A mask replaces each secret, whatever its value. */
export function maskedContext(
  facts: ExecutionFacts,
  schema: ParameterSchema,
  parameters: JsonObject,
): DataObject {
  return buildContext(facts, schema, parameters, Secret.mask);
}

function buildContext(
  facts: ExecutionFacts,
  schema: ParameterSchema,
  parameters: JsonObject,
  secretOf: (value: JsonValue) => Secret,
): DataObject {
  const secrets = secretParameterNames(schema)
    .filter((name) => Object.hasOwn(parameters, name))
    .map((name) => [name, secretOf(parameters[name] ?? null)] as const);
  const absent = parameterNames(schema).map((name) => [name, null] as const);
  const { id, createdAt, executedBy, triggeredBy } = facts;
  return {
    params: { ...Object.fromEntries(absent), ...parameters, ...Object.fromEntries(secrets) },
    incident: facts.incident && pickAllowedFields("incident", facts.incident),
    team: facts.teamId === null ? null : { id: facts.teamId },
    runbook: { id: facts.runbookId, name: facts.runbookName, version: facts.runbookVersion },
    execution: { id, createdAt, executedBy, triggeredBy },
    automation: facts.automation && pickAllowedFields("automation", facts.automation),
  };
}

/** Returns only the fields of the allow-list. Fields that the data lacks are null. */
export function pickAllowedFields(
  group: keyof typeof CONTEXT_FIELDS,
  data: Record<string, JsonValue>,
): JsonObject {
  return Object.fromEntries(Object.keys(CONTEXT_FIELDS[group]).map((name) => [name, data[name] ?? null]));
}
