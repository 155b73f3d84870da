// The request that a run would send, with secrets masked: the same rendering as an attempt's, and no way to send it.
import * as z from "zod";
import { PREVIEW_EXECUTION_ID } from "../contract/context.ts";
import { readEnvironment, VARIABLES } from "../contract/env.ts";
import type { Caller } from "../domain/caller.ts";
import type { StoredDefinition } from "../domain/definition.ts";
import { type Issue, RunbookError } from "../domain/errors.ts";
import type { SentRequest } from "../domain/execution.ts";
import { Json, type JsonObject } from "../domain/json.ts";
import type { RunbookHead, RunbookVersion } from "../domain/runbook.ts";
import { MASK } from "../domain/webhook-auth.ts";
import { applyParameters } from "../parameters/apply.ts";
import { secretParameterNames, withoutParameters } from "../parameters/schema.ts";
import { getVersion } from "../store/versions.ts";
import { checkUrl, policyFrom } from "../webhook/egress-policy.ts";
import { renderRequest, shownRequest } from "../webhook/request.ts";
import { withCallback } from "./callback-address.ts";
import { maskedContext, type RunFacts, templateShape } from "./template-context.ts";

/** Secret `parameters` show as masks, whatever they are. Throws what an attempt would fail with. */
export function previewRequest(
  definition: StoredDefinition,
  run: RunFacts,
  parameters: JsonObject,
): SentRequest {
  const schema = definition.parameters;
  const context = maskedContext(run, schema, parameters);
  const rendered = withCallback(definition, renderRequest(definition, context, templateShape(schema)));
  checkUrl(rendered.url, policyFrom(readEnvironment(VARIABLES.workflow, process.env)));
  return shownRequest(rendered, definition.webhookAuth);
}

export type PreviewOf = { parameters: JsonObject; incident: JsonObject | null; caller: Caller; at: string };

/** A preview of one version, as if the caller ran it now. */
export function previewFor(
  head: RunbookHead,
  { version, definition }: RunbookVersion,
  asked: PreviewOf,
): SentRequest {
  const parameters = validParameters(definition.parameters, asked.parameters);
  const run: RunFacts = {
    id: PREVIEW_EXECUTION_ID,
    runbookId: head.id,
    runbookName: definition.name,
    runbookVersion: version,
    teamId: head.teamId,
    createdAt: asked.at,
    executedBy: asked.caller.subject,
    triggeredBy: "manual",
    incident: asked.incident,
    automation: null,
  };
  return previewRequest(definition, run, parameters);
}

/** Those of the parameters that are secret, masked. */
export function maskedSecrets(schema: JsonObject, parameters: JsonObject): JsonObject {
  const given = secretParameterNames(schema).filter((name) => Object.hasOwn(parameters, name));
  return Object.fromEntries(given.map((name) => [name, MASK]));
}

/** Parameters that are there already, and what is wrong with them. */
type Others = { names: readonly string[]; issues: readonly Issue[] };
const NONE: Others = { names: [], issues: [] };
const NOT_TAKEN_OVER =
  "Secret parameters are not taken over from the earlier run: start it, with its secret parameters, instead.";

/** The given parameters with defaults applied, or `invalid_parameters` with a pointer for each issue. */
export function validParameters(schema: JsonObject, given: JsonObject, others = NONE): JsonObject {
  const applied = applyParameters(withoutParameters(schema, others.names), given);
  const issues = [...others.issues, ...(applied.ok ? [] : inParameters(applied.issues))];
  if (applied.ok && issues.length === 0) return applied.parameters;
  const message = others.issues.length > 0 ? NOT_TAKEN_OVER : "The parameters do not fit the runbook.";
  throw new RunbookError("invalid_parameters", message, { issues });
}

const inParameters = (issues: readonly Issue[]): Issue[] =>
  issues.map(({ pointer, message }) => ({
    pointer: `/parameters${pointer}`,
    message,
    code: "invalid_parameters",
  }));

const WithVersion = z.object({ version: z.int().optional() });

/** The same for a preview, whose body may name a version other than `current`. */
export async function otherPreviewIssues(data: unknown, current: RunbookVersion): Promise<Issue[]> {
  const asked = WithVersion.safeParse(data);
  if (!asked.success) return [];
  const { version = current.version } = asked.data;
  const named = version === current.version ? current : await getVersion(current.runbookId, version);
  return named ? otherParameterIssues(data, named.definition) : [];
}

const WithParameters = z.object({ parameters: z.record(z.string(), Json).default({}) });

/** What is wrong with the parameters in a body that does not fit its schema, as far as they are an object. */
export function otherParameterIssues(data: unknown, definition: StoredDefinition): Issue[] {
  const given = WithParameters.safeParse(data).data;
  return given ? parameterIssues(definition, given.parameters) : [];
}

/** What is wrong with these parameters, but for the named ones. */
export function parameterIssues(
  { parameters: schema }: StoredDefinition,
  given: JsonObject,
  but: readonly string[] = [],
): Issue[] {
  const applied = applyParameters(withoutParameters(schema, but), given);
  return applied.ok ? [] : inParameters(applied.issues);
}
