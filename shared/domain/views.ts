// Views for callers: stored runbooks, versions and executions with secrets masked and internal fields removed.
import { type Callback, getCallbackDeadline } from "./executions/callback.ts";
import type { QueuePosition } from "./executions/concurrency.ts";
import type { Attempt, Execution, ExecutionInput, SentRequest } from "./executions/execution.ts";
import type { ExecutionSummary, ExecutionView } from "./executions/execution-view.ts";
import type { Audience } from "./permissions.ts";
import { maskCredentials } from "./runbooks/credentials.ts";
import type { DefinitionRecord, DefinitionView } from "./runbooks/definition.ts";
import type { RunbookSummary, RunbookVersion, RunbookVersionView, RunbookView } from "./runbooks/runbook.ts";
import { MASK } from "./runbooks/webhook-auth.ts";

export function toDefinitionView(definition: DefinitionRecord, audience: Audience): DefinitionView {
  const { signature: _signature, clientCertificate: _certificate, ...plain } = definition;
  return { ...plain, ...maskCredentials(definition, audience) };
}

export function toRunbookView(
  summary: RunbookSummary,
  current: RunbookVersion,
  approvalsRequired: number | null,
  audience: Audience,
): RunbookView {
  const { name: _name, description: _description, ...known } = summary;
  const { deletedBy: _by, deletedByName: _byName, deletedAt: _at, ...lifecycle } = known;
  const { warnings } = current;
  return { ...toDefinitionView(current.definition, audience), ...lifecycle, approvalsRequired, warnings };
}

export function toVersionView(version: RunbookVersion, audience: Audience): RunbookVersionView {
  return { ...version, definition: toDefinitionView(version.definition, audience) };
}

/** `consoleUrl` links to the execution in the AWS console; null: the deployment has no console. */
export function toExecutionSummary(execution: Execution, consoleUrl: string | null): ExecutionSummary {
  const { auditSequence: _sequence, auditHash: _hash, deadlineAt: _deadline, ...known } = execution;
  const { definitionHash: _definition, missingSince: _missing, searchable: _searchable, ...asked } = known;
  const { attemptsClaimed: _claimed, callDeadlineAt: _callDeadline, ...rest } = asked;
  const { concurrency, callbackTimeoutSeconds: _timeout, ...summary } = rest;
  const { breakGlass = null } = execution;
  return { ...summary, breakGlass, queuedAt: concurrency?.queuedAt ?? null, consoleUrl };
}

type ExecutionParts = {
  execution: Execution;
  input: ExecutionInput;
  request: SentRequest | null;
  attempts: readonly Attempt[];
  callback: Callback | null;
  /** Its queue position while it waits for a concurrency slot. */
  queue?: QueuePosition | null;
};

/** Null: the deployment has no AWS console. */
export type ConsoleLinks = Pick<ExecutionView, "consoleUrl" | "logsUrl">;

export function toExecutionView(
  parts: ExecutionParts,
  definition: DefinitionRecord,
  { consoleUrl, logsUrl }: ConsoleLinks,
  audience: Audience,
): ExecutionView {
  const { execution, input, request, attempts, queue = null } = parts;
  return {
    ...toExecutionSummary(execution, consoleUrl),
    logsUrl,
    queue,
    callback: toCallbackView(parts),
    definitionSnapshot: toDefinitionView(definition, audience),
    parameters: maskParameters(input),
    request,
    result: toExecutionResult(attempts),
    attempts: attempts.map(toAttemptView),
  };
}

function toCallbackView(parts: ExecutionParts): ExecutionView["callback"] {
  if (parts.execution.callbackTimeoutSeconds === undefined) return null;
  const { result = null, notes = [] } = parts.callback ?? {};
  return { deadlineAt: getCallbackDeadline(parts), result, notes: [...notes] };
}

/** Returns the parameters with the mask in place of secret ones. */
export function maskParameters({ parameters, secrets }: Pick<ExecutionInput, "parameters" | "secrets">) {
  return { ...parameters, ...Object.fromEntries(Object.keys(secrets).map((name) => [name, MASK])) };
}

function toExecutionResult(attempts: readonly Attempt[]): ExecutionView["result"] {
  const last = attempts.findLast((attempt) => attempt.answer !== null);
  return last?.answer ? { ...last.answer, durationMs: last.durationMs ?? 0 } : null;
}

function toAttemptView({ number, startedAt, durationMs, outcome, answer, error }: Attempt) {
  return { number, startedAt, durationMs, outcome, statusCode: answer?.statusCode ?? null, error };
}
