// Creates an execution for a person or an automation: validates all of it, stores it in one transaction, then starts
// the state machine.

import { type Context, toAct } from "../../domain/context.ts";
import { ServiceError } from "../../domain/errors.ts";
import type { BreakGlassRequest } from "../../domain/executions/break-glass.ts";
import { openBreakGlass } from "../../domain/executions/break-glass-changes.ts";
import type { ConcurrencySlots } from "../../domain/executions/concurrency.ts";
import type { Execution, ExecutionInput, Trigger } from "../../domain/executions/execution.ts";
import { buildExecution } from "../../domain/executions/execution-changes.ts";
import { toSearchable } from "../../domain/executions/searchable.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { DefinitionRecord } from "../../domain/runbooks/definition.ts";
import { originOf } from "../../domain/runbooks/origin.ts";
import type { Runbook } from "../../domain/runbooks/runbook-changes.ts";
import { getVersionToRun } from "../../domain/runbooks/runnable.ts";
import type { Scope } from "../../domain/scopes.ts";
import { logger, toLogFields } from "../../logging/logger.ts";
import { searchableParameterNames } from "../../parameters/schema.ts";
import { encrypt } from "../../secrets/encrypt.ts";
import { startStateMachineExecution } from "../../step-functions/executions.ts";
import { openBreakGlassWrites } from "../../store/break-glass.ts";
import { ConditionFailed } from "../../store/client.ts";
import { type ExecutionRecord, putExecution } from "../../store/executions.ts";
import type { IdempotencyRecord } from "../../store/idempotency.ts";
import { retryOnConflict } from "../../store/retry-on-conflict.ts";
import { runbookUnchangedCheck } from "../../store/runbook-check.ts";
import { getRunbook } from "../../store/runbooks.ts";
import type { Write } from "../../store/transact.ts";
import { maskSecretParameters, previewRequest, validateParameters } from "../request/preview.ts";
import { withEvidence } from "../request/refusal.ts";
import { ADMISSION_LABELS, admitExecution } from "./admit-execution.ts";
import { type ReusedSecrets, selectReusedSecrets } from "./reused-secrets.ts";
import { refuseIfClosed } from "./start-gate.ts";

/** The requested execution. `incident` is a snapshot of the current incident, which the execution keeps. */
export type CreateExecutionInput = {
  parameters: JsonObject;
  /** The team that the run is for; null: none. */
  ranForTeamId: Scope;
  incident: JsonObject | null;
  automation: JsonObject | null;
  triggeredBy: Execution["triggeredBy"];
  trigger: Trigger;
  /** The only version that may run, if the caller names one. */
  version?: number | undefined;
  /** The idempotency record to write, if the caller gave a key: see `withIdempotency`. */
  record?: IdempotencyRecord | null;
  /** Secret parameters of an earlier execution, reused in encrypted form. */
  reusedSecrets?: ReusedSecrets;
  /** Passes pauses, freeze windows and the expiry of the approval. The caller must be authorized to. Only a start by hand may ask for it. */
  breakGlass?: BreakGlassRequest | undefined;
  /** More writes for the same transaction. If one fails, ConditionFailed has its label. */
  extraWrites?: (executionId: string) => readonly Write[];
};

/**
 * A new execution with the data of other items that its view shows, so that nothing must be read again after it is
 * stored.
 */
export type CreatedExecution = ExecutionRecord & {
  definition: DefinitionRecord;
  queue: ConcurrencySlots | null;
};

/** Labels of the condition checks that creation itself adds. */
const OWN_LABELS: ReadonlySet<string> = new Set(["runbook", ...ADMISSION_LABELS]);

/** Conflict: the runbook, the queue or the rate changed after it was read. */
const MOVED = {
  tries: 8,
  isConflict: ({ labels }: ConditionFailed) => labels.every((label) => OWN_LABELS.has(label)),
  giveUp: toContentionError,
};

/** Returns the created execution. @throws ConditionFailed with the label `idempotency` if its key is already used. */
export async function createExecution(
  runbook: Runbook,
  request: CreateExecutionInput,
  context: Context,
): Promise<CreatedExecution> {
  return retryOnConflict(async (again) => {
    const current = again ? await reloadRunbook(runbook.state.id) : runbook;
    try {
      return await tryCreate(current, request, context);
    } catch (error) {
      const closed =
        error instanceof ConditionFailed && MOVED.isConflict(error) && error.labels.includes("kill-switch");
      if (closed) await refuseIfClosed(teamsOf(current, request));
      throw withEvidence(error, [runbookUnchangedCheck(current.state.id, current.state)]);
    }
  }, MOVED);
}

/** A team's runbook runs for that team, whatever the request says. */
const teamsOf = ({ state: { teamId } }: Runbook, { ranForTeamId }: CreateExecutionInput) => ({
  teamId,
  ranForTeamId: teamId ?? ranForTeamId,
});

function toContentionError(cause: unknown): ServiceError {
  const code =
    cause instanceof ConditionFailed && cause.labels.includes("runbook") ? "version_conflict" : "unavailable";
  return new ServiceError(code, "The runbook keeps changing: try again.", { cause, retryAfterSeconds: 1 });
}

async function tryCreate(
  runbook: Runbook,
  request: CreateExecutionInput,
  context: Context,
): Promise<CreatedExecution> {
  const { definition } = getVersionToRun(runbook);
  const { incident, automation, record = null } = request;
  const id = record?.resourceId ?? context.newId("execution");
  const { change, glassWrites } = build(runbook, id, request, context);
  const { given, kept, masks, plain, newSecretNames } = await sortParameters(definition, request);
  // Renders as an attempt does. A request that cannot be sent is refused now, not at 3 a.m. in the background.
  previewRequest(definition, { ...change.execution, incident, automation }, { ...plain, ...masks });
  const { execution, writes, queue } = await admitExecution(
    withSearchable(change.execution, definition, plain),
    definition.concurrency,
    plain,
    context.now,
  );
  const secretsBoundTo = request.reusedSecrets?.secretsBoundTo ?? id;
  const origin = originOf(definition.webhookUrl) ?? "";
  const secrets = {
    ...kept,
    ...(await encryptAll({ owner: secretsBoundTo, origin }, newSecretNames, given)),
  };
  const input: ExecutionInput = {
    executionId: id,
    parameters: plain,
    secrets,
    secretsBoundTo,
    incident,
    automation,
  };
  const allWrites = [...writes, ...glassWrites, ...(request.extraWrites?.(id) ?? [])];
  await putExecution({ ...change, execution }, input, record, allWrites);
  if (!queue) await tryStartStateMachine(id);
  return { execution, input, request: null, attempts: [], callback: null, definition, queue };
}

function build(runbook: Runbook, id: string, request: CreateExecutionInput, context: Context) {
  const { ranForTeamId, triggeredBy, trigger, incident, version, breakGlass: asked } = request;
  const incidentId = typeof incident?.["id"] === "string" ? incident["id"] : null;
  const passesExpiry = asked !== undefined;
  const executionRequest = { id, ranForTeamId, incidentId, triggeredBy, trigger, version, passesExpiry };
  const change = buildExecution(runbook, executionRequest, toAct(context));
  if (!asked) return { change, glassWrites: [] };
  const opened = openBreakGlass(change, asked, toAct(context));
  return { change: opened.change, glassWrites: openBreakGlassWrites(opened.change.execution, opened.audit) };
}

/** Numbers, texts and booleans as text. A runbook without searchable parameters adds nothing. */
function withSearchable(
  execution: Execution,
  { parameters }: DefinitionRecord,
  plain: JsonObject,
): Execution {
  const names = searchableParameterNames(parameters);
  return names.length === 0 ? execution : { ...execution, searchable: toSearchable(names, plain) };
}

/**
 * Validates the parameters. Returns the plain ones, the masks of the secret ones, the names of new secrets, and the
 * reused secrets (`kept`). @throws `invalid_parameters`.
 */
async function sortParameters(definition: DefinitionRecord, request: CreateExecutionInput) {
  const schema = definition.parameters;
  const { secrets: kept, issues } = selectReusedSecrets(definition, request.reusedSecrets);
  const present = { names: Object.keys(kept), issues };
  const given = await validateParameters(schema, request.parameters, present);
  const masks = maskSecretParameters(schema, { ...given, ...kept });
  const plain = Object.fromEntries(Object.entries(given).filter(([name]) => !Object.hasOwn(masks, name)));
  const newSecretNames = Object.keys(masks).filter((name) => !Object.hasOwn(kept, name));
  return { given, kept, masks, plain, newSecretNames };
}

type SecretOwner = { owner: string; origin: string };

async function encryptAll({ owner, origin }: SecretOwner, names: readonly string[], parameters: JsonObject) {
  const encrypting = names.map(
    async (field) =>
      [
        field,
        await encrypt(String(parameters[field]), { purpose: "parameter", owner, field, origin }),
      ] as const,
  );
  return Object.fromEntries(await Promise.all(encrypting));
}

/** The execution is stored and will run. If StartExecution fails now, the reconciler retries it. */
async function tryStartStateMachine(executionId: string): Promise<void> {
  try {
    await startStateMachineExecution(executionId);
  } catch (error) {
    logger.warn("StartExecution failed; the reconciler will retry", {
      executionId,
      failure: toLogFields(error),
    });
  }
}

async function reloadRunbook(id: string): Promise<Runbook> {
  const runbook = await getRunbook(id);
  if (runbook && !runbook.state.deletedAt) return runbook;
  throw new ServiceError("not_found", "The runbook was deleted just now.");
}
