// The context that templates see, and its shape: the same for a check, a preview, and every attempt.
import { CONTEXT_FIELDS } from "../../contract/context.ts";
import type { Execution, ExecutionInput } from "../../domain/executions/execution.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { type ParameterSchema, parameterNames, secretParameterNames } from "../../parameters/schema.ts";
import { type DataObject, Secret } from "../../webhook/template/secret.ts";
import { ANY, SCALAR, type Shape } from "../../webhook/template/shape.ts";

/** What the templates of a runbook with these parameters may name. */
export function templateShape(schema: ParameterSchema): Shape {
  const groups = Object.entries(CONTEXT_FIELDS).map(([name, fields]) => [name, shapeOf(fields)] as const);
  const params = parameterNames(schema).map((name) => [name, SCALAR] as const);
  return {
    kind: "object",
    fields: { params: { kind: "object", fields: Object.fromEntries(params) }, ...Object.fromEntries(groups) },
  };
}

function shapeOf(fields: Record<string, "value" | "any">): Shape {
  const shapes = Object.entries(fields).map(([name, kind]) => [name, kind === "any" ? ANY : SCALAR] as const);
  return { kind: "object", fields: Object.fromEntries(shapes) };
}

/** What a run is, as far as templates are concerned. */
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

/** `parameters` in plain text, secret ones included; those that were not given are null. */
export function templateContext(
  facts: ExecutionFacts,
  schema: ParameterSchema,
  parameters: JsonObject,
): DataObject {
  return buildContext(facts, schema, parameters, (value) => new Secret(value));
}

/** The same for what is shown: a mask stands for each secret, whatever its value is. */
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

/** The fields of the allow-list, null where the data lacks one. */
export function pickAllowedFields(
  group: keyof typeof CONTEXT_FIELDS,
  data: Record<string, JsonValue>,
): JsonObject {
  return Object.fromEntries(Object.keys(CONTEXT_FIELDS[group]).map((name) => [name, data[name] ?? null]));
}
