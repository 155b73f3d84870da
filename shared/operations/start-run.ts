// Starting a run, by a person or an automation: checked whole, stored in one transaction, then handed to the engine.
import { originOf } from "../domain/credentials.ts";
import { RunbookError } from "../domain/errors.ts";
import type { Execution, ExecutionInput, Trigger } from "../domain/execution.ts";
import type { IdSource } from "../domain/ids.ts";
import type { JsonObject } from "../domain/json.ts";
import type { Scope } from "../domain/permissions.ts";
import { requestRun } from "../domain/run-changes.ts";
import type { Act, Runbook } from "../domain/runbook-changes.ts";
import { startMachine } from "../engine/runs.ts";
import { loggable, logger } from "../observe/logger.ts";
import { seal } from "../secrets/seal.ts";
import { ConditionFailed } from "../store/client.ts";
import { createExecution, type Run } from "../store/executions.ts";
import { headCheck } from "../store/head-check.ts";
import type { IdempotencyRecord } from "../store/idempotency.ts";
import { getRunbook } from "../store/runbooks.ts";
import type { Write } from "../store/transact.ts";
import { ADMISSION_LABELS, admitRun, refuseIfPaused } from "./admit-run.ts";
import { type Kept, keptSecrets } from "./kept-secrets.ts";
import { maskedSecrets, previewRequest, validParameters } from "./preview.ts";
import { withEvidence } from "./refusal.ts";

/** What is asked for. `incident` is the incident as it stands now; it is frozen into the run. */
export type StartRequest = {
  parameters: JsonObject;
  /** The team that the run is for; null: none. */
  ranForTeamId: Scope;
  incident: JsonObject | null;
  automation: JsonObject | null;
  triggeredBy: Execution["triggeredBy"];
  trigger: Trigger;
  /** The only version that may run, where the caller names one. */
  version?: number | undefined;
  /** What the caller's Idempotency-Key will stand for, where it gave one: see `once`. */
  record?: IdempotencyRecord | null;
  /** Secret parameters of an earlier run, to be taken over as they are. */
  kept?: Kept;
  /** What is written together with the run, or not at all. Throws ConditionFailed with the label of one that fails. */
  also?: (executionId: string) => readonly Write[];
};

export type Starter = { act: () => Act; newId: IdSource; now: Date };

/** The conditions that a start itself makes of the stored state. */
const OWN_LABELS: ReadonlySet<string> = new Set(["head", ...ADMISSION_LABELS]);

/** How often a start follows a runbook, a queue or a rate that moves on under its hands. */
const TRIES = 8;

/** The new run that this request asks for. Throws ConditionFailed with the label `idempotency` where its key is taken. */
export async function startRun(runbook: Runbook, request: StartRequest, starter: Starter): Promise<Run> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(runbook, request, starter);
    } catch (thrown) {
      const { head } = runbook;
      const error = withEvidence(thrown, [headCheck(head.id, head)]);
      if (!(error instanceof ConditionFailed) || error.labels.some((label) => !OWN_LABELS.has(label)))
        throw error;
      if (error.labels.includes("control")) await refuseIfPaused(teamsOf(runbook, request));
      if (attempt === TRIES) throw contended(error);
      runbook = await again(runbook.head.id);
    }
  }
}

/** A team's runbook runs for that team, whatever the request says. */
const teamsOf = ({ head: { teamId } }: Runbook, { ranForTeamId }: StartRequest) => ({
  teamId,
  ranForTeamId: teamId ?? ranForTeamId,
});

function contended(cause: ConditionFailed): RunbookError {
  const code = cause.labels.includes("head") ? "version_conflict" : "unavailable";
  return new RunbookError(code, "The runbook keeps changing: try again.", { cause, retryAfterSeconds: 1 });
}

async function start(runbook: Runbook, request: StartRequest, starter: Starter): Promise<Run> {
  const { ranForTeamId, triggeredBy, trigger, incident, automation, version, record = null } = request;
  const id = record?.resourceId ?? starter.newId("execution");
  const incidentId = typeof incident?.["id"] === "string" ? incident["id"] : null;
  const asked = { id, ranForTeamId, incidentId, triggeredBy, trigger, version };
  const change = requestRun(runbook, asked, starter.act());
  const schema = runbook.current.definition.parameters;
  const { secrets: kept, issues } = keptSecrets(runbook.current.definition, request.kept);
  const own = { names: Object.keys(kept), issues };
  const parameters = validParameters(schema, request.parameters, own);
  const masks = maskedSecrets(schema, { ...parameters, ...kept });
  const open = Object.fromEntries(Object.entries(parameters).filter(([name]) => !Object.hasOwn(masks, name)));
  // The same rendering that an attempt does: what cannot be sent is refused now, not at 3 a.m. in the background.
  previewRequest(
    runbook.current.definition,
    { ...change.execution, incident, automation },
    { ...open, ...masks },
  );
  const { concurrency } = runbook.current.definition;
  const { execution, writes, isQueued } = await admitRun(change.execution, concurrency, open, starter.now);
  const given = Object.keys(masks).filter((name) => !Object.hasOwn(kept, name));
  const secretsBoundTo = request.kept?.secretsBoundTo ?? id;
  const origin = originOf(runbook.current.definition.webhookUrl) ?? "";
  const secrets = { ...kept, ...(await sealAll({ owner: secretsBoundTo, origin }, given, parameters)) };
  const input: ExecutionInput = {
    executionId: id,
    parameters: open,
    secrets,
    secretsBoundTo,
    incident,
    automation,
  };
  const also = [...writes, ...(request.also?.(id) ?? [])];
  await createExecution({ ...change, execution }, input, record, also);
  if (!isQueued) await handOver(id);
  return { execution, input, request: null, attempts: [], callback: null };
}

type Owner = { owner: string; origin: string };

async function sealAll({ owner, origin }: Owner, names: readonly string[], parameters: JsonObject) {
  const sealing = names.map(
    async (field) =>
      [field, await seal(String(parameters[field]), { purpose: "parameter", owner, field, origin })] as const,
  );
  return Object.fromEntries(await Promise.all(sealing));
}

/** The run is stored and will happen: if the engine does not take it now, the sweep hands it over again. */
async function handOver(executionId: string): Promise<void> {
  try {
    await startMachine(executionId);
  } catch (error) {
    logger.warn("The state machine did not take the run; the sweep will start it", {
      executionId,
      failure: loggable(error),
    });
  }
}

async function again(id: string): Promise<Runbook> {
  const runbook = await getRunbook(id);
  if (runbook && !runbook.head.deletedAt) return runbook;
  throw new RunbookError("not_found", "The runbook was deleted just now.");
}
