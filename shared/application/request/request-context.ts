// What the templates of a request see beyond the data of its execution: named secrets and the callback.

import type { JsonObject } from "../../domain/json.ts";
import type { DefinitionRecord } from "../../domain/runbooks/definition.ts";
import { type DataObject, Secret } from "../../webhook/template/secret.ts";
import { type ScalarShape, type Shape, TEXT } from "../../webhook/template/shape.ts";
import { callbackUrlOf } from "../callbacks/callback-address.ts";
import { type ExecutionFacts, maskedContext, templateContext, templateShape } from "./template-context.ts";

/** Of a definition to save, the secrets count by their names alone. */
type Named = Pick<DefinitionRecord, "parameters" | "completion"> & { secrets: Record<string, unknown> };

/** Returns the fields that the templates of this definition may name. */
export function requestShape({ parameters, secrets, completion }: Named): Shape {
  const shape = templateShape(parameters);
  if (shape.kind !== "object") return shape;
  const names = Object.keys(secrets).map((name) => [name, SECRET] as const);
  return {
    kind: "object",
    fields: {
      ...shape.fields,
      secrets: { kind: "object", fields: Object.fromEntries(names) },
      ...(completion?.mode === "callback" && { callback: CALLBACK }),
    },
  };
}

const SECRET: ScalarShape = { ...TEXT, secret: true };
const CALLBACK: Shape = { kind: "object", fields: { url: TEXT, token: SECRET } };

/** Secrets of the definition by name, and the token of the callback if one completes the execution. */
type PlainSecrets = { secrets: Record<string, string>; callbackToken: string | undefined };

/** Returns the context of an attempt. All secrets are in plain text. */
export function requestContext(
  definition: Named,
  facts: ExecutionFacts,
  parameters: JsonObject,
  { secrets, callbackToken }: PlainSecrets,
): DataObject {
  return {
    ...templateContext(facts, definition.parameters, parameters),
    secrets: toSecrets(secrets, (value) => new Secret(value)),
    ...(callbackToken !== undefined && { callback: callbackOf(facts.id, new Secret(callbackToken)) }),
  };
}

/** Like `requestContext`, but for requests that are displayed. A mask replaces each secret. */
export function maskedRequestContext(
  definition: Named,
  facts: ExecutionFacts,
  parameters: JsonObject,
): DataObject {
  return {
    ...maskedContext(facts, definition.parameters, parameters),
    secrets: toSecrets(definition.secrets, Secret.mask),
    ...(definition.completion?.mode === "callback" && { callback: callbackOf(facts.id, Secret.mask()) }),
  };
}

function toSecrets<S>(secrets: Record<string, S>, secretOf: (value: S) => Secret): DataObject {
  return Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, secretOf(value)]));
}

const callbackOf = (executionId: string, token: Secret): DataObject => ({
  url: callbackUrlOf(executionId),
  token,
});
