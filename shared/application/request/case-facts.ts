// The data of an execution as golden cases see it: always the same, so that a request depends on the definition alone.
import { CASE_FACTS, CONTEXT_FIELDS } from "../../contract/context.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import type { DefinitionRecord } from "../../domain/runbooks/definition.ts";
import type { Scope } from "../../domain/scopes.ts";
import type { ExecutionFacts } from "./template-context.ts";

/** `incident`: what the case says of it; null: none. */
export function caseFacts(
  { name }: Pick<DefinitionRecord, "name">,
  teamId: Scope,
  incident: { [field: string]: JsonValue | undefined } | null,
): ExecutionFacts {
  const fields = Object.keys(CONTEXT_FIELDS.incident).map((field) => [field, incident?.[field] ?? null]);
  return {
    ...CASE_FACTS,
    runbookName: name,
    teamId,
    incident: incident && (Object.fromEntries(fields) as JsonObject),
    automation: null,
  };
}
