// Renders the request that an execution would send, with secrets masked. The rendering is the same as an attempt's, but
// cannot send.
import * as z from "zod";
import { PREVIEW_EXECUTION_ID } from "../../contract/context.ts";
import { readEnvironment, VARIABLES } from "../../contract/env.ts";
import type { Caller } from "../../domain/caller.ts";
import { type Issue, ServiceError } from "../../domain/errors.ts";
import type { SentRequest } from "../../domain/executions/execution.ts";
import { Json, type JsonObject } from "../../domain/json.ts";
import type { DefinitionRecord } from "../../domain/runbooks/definition.ts";
import type { RunbookState, RunbookVersion } from "../../domain/runbooks/runbook.ts";
import { MASK } from "../../domain/runbooks/webhook-auth.ts";
import { applyParameters } from "../../parameters/apply.ts";
import { loadPatternEngine } from "../../parameters/pattern-engine.ts";
import { omitParameters, secretParameterNames } from "../../parameters/schema.ts";
import { getVersion } from "../../store/versions.ts";
import { checkUrl, readEgressPolicy } from "../../webhook/egress/egress-policy.ts";
import { renderRequest, toSentRequest } from "../../webhook/request.ts";
import { addCallbackUrl } from "../callbacks/callback-address.ts";
import { caseFacts } from "./case-facts.ts";
import { maskedRequestContext, requestShape } from "./request-context.ts";
import type { ExecutionFacts } from "./template-context.ts";

/** Masks secret `parameters`, whatever their values. @throws the error that an attempt would fail with. */
export function previewRequest(
  definition: DefinitionRecord,
  facts: ExecutionFacts,
  parameters: JsonObject,
): SentRequest {
  const context = maskedRequestContext(definition, facts, parameters);
  const rendered = addCallbackUrl(definition, renderRequest(definition, context, requestShape(definition)));
  checkUrl(rendered.url, readEgressPolicy(readEnvironment(VARIABLES.workflow, process.env)));
  return toSentRequest(rendered, definition);
}

type PreviewInput = {
  parameters: JsonObject;
  incident: JsonObject | null;
  caller: Caller;
  at: string;
  /** With the ids and the time of golden cases. */
  asCase: boolean;
};

/** Returns the preview of a definition as of this version, as if the caller started it now. */
export async function previewVersion(
  state: RunbookState,
  { version, definition }: Pick<RunbookVersion, "version" | "definition">,
  asked: PreviewInput,
): Promise<SentRequest> {
  const parameters = await validateParameters(definition.parameters, asked.parameters);
  if (asked.asCase)
    return previewRequest(definition, caseFacts(definition, state.teamId, asked.incident), parameters);
  const facts: ExecutionFacts = {
    id: PREVIEW_EXECUTION_ID,
    runbookId: state.id,
    runbookName: definition.name,
    runbookVersion: version,
    teamId: state.teamId,
    createdAt: asked.at,
    executedBy: asked.caller.subject,
    triggeredBy: "manual",
    incident: asked.incident,
    automation: null,
  };
  return previewRequest(definition, facts, parameters);
}

/** Returns only the secret parameters, each as a mask. */
export function maskSecretParameters(schema: JsonObject, parameters: JsonObject): JsonObject {
  const secretNames = secretParameterNames(schema).filter((name) => Object.hasOwn(parameters, name));
  return Object.fromEntries(secretNames.map((name) => [name, MASK]));
}

/** Parameters that the new execution already has, and their issues. */
type PresentParameters = { names: readonly string[]; issues: readonly Issue[] };
const NONE: PresentParameters = { names: [], issues: [] };
const NOT_TAKEN_OVER =
  "Secret parameters of the earlier run cannot be reused: start a new run and provide them again.";

/** Returns the parameters with defaults applied. @throws `invalid_parameters` with a pointer for each issue. */
export async function validateParameters(
  schema: JsonObject,
  input: JsonObject,
  others = NONE,
): Promise<JsonObject> {
  await loadPatternEngine(schema);
  const applied = applyParameters(omitParameters(schema, others.names), input);
  const issues = [...others.issues, ...(applied.ok ? [] : toParameterIssues(applied.issues))];
  if (applied.ok && issues.length === 0) return applied.parameters;
  const message = others.issues.length > 0 ? NOT_TAKEN_OVER : "The parameters do not fit the runbook.";
  throw new ServiceError("invalid_parameters", message, { issues });
}

const toParameterIssues = (issues: readonly Issue[]): Issue[] =>
  issues.map(({ pointer, message }) => ({
    pointer: `/parameters${pointer}`,
    message,
    code: "invalid_parameters",
  }));

const WithVersion = z.object({ version: z.int().optional() });

/** Like `inspectParameters`, for a preview: its body may name a version other than `usual`. */
export async function inspectPreview(data: unknown, usual: RunbookVersion): Promise<Issue[]> {
  const asked = WithVersion.safeParse(data);
  if (!asked.success) return [];
  const { version = usual.version } = asked.data;
  const previewed = version === usual.version ? usual : await getVersion(usual.runbookId, version);
  return previewed ? inspectParameters(data, previewed.definition) : [];
}

const WithParameters = z.object({ parameters: z.record(z.string(), Json).default({}) });

/** Returns the issues of the parameters in a body that does not match its schema, if they are an object. */
export async function inspectParameters(data: unknown, definition: DefinitionRecord): Promise<Issue[]> {
  const body = WithParameters.safeParse(data).data;
  return body ? findInvalidParameters(definition, body.parameters) : [];
}

/** Returns the issues of all parameters that are not in `except`. */
export async function findInvalidParameters(
  { parameters: schema }: DefinitionRecord,
  input: JsonObject,
  except: readonly string[] = [],
): Promise<Issue[]> {
  await loadPatternEngine(schema);
  const applied = applyParameters(omitParameters(schema, except), input);
  return applied.ok ? [] : toParameterIssues(applied.issues);
}
