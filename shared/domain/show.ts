// What callers see: the stored runbook, version and run, with secrets masked and nothing that is ours alone.
import { type Callback, callbackDeadline } from "./callback.ts";
import type { QueuePlace } from "./concurrency.ts";
import { type Audience, maskAuth } from "./credentials.ts";
import type { ShownDefinition, StoredDefinition } from "./definition.ts";
import type { Attempt, Execution, ExecutionInput, SentRequest } from "./execution.ts";
import type { ExecutionSummary, ShownExecution } from "./execution-view.ts";
import type { RunbookSummary, RunbookVersion, ShownRunbook, ShownVersion } from "./runbook.ts";
import { MASK } from "./webhook-auth.ts";

export function showDefinition(definition: StoredDefinition, audience: Audience): ShownDefinition {
  return { ...definition, webhookAuth: maskAuth(definition.webhookAuth, audience) };
}

export function showRunbook(card: RunbookSummary, current: RunbookVersion, audience: Audience): ShownRunbook {
  const { name: _name, description: _description, ...lifecycle } = card;
  return { ...showDefinition(current.definition, audience), ...lifecycle };
}

export function showVersion(version: RunbookVersion, audience: Audience): ShownVersion {
  return { ...version, definition: showDefinition(version.definition, audience) };
}

/** `consoleUrl` leads to the run in the AWS console. */
export function summarizeExecution(execution: Execution, consoleUrl: string): ExecutionSummary {
  const { auditSequence: _sequence, auditHash: _hash, deadlineAt: _deadline, ...known } = execution;
  const { definitionHash: _definition, missingSince: _missing, ...asked } = known;
  const { attemptsClaimed: _claimed, callDeadlineAt: _callDeadline, ...rest } = asked;
  const { concurrency, callbackTimeoutSeconds: _timeout, ...summary } = rest;
  return { ...summary, queuedAt: concurrency?.queuedAt ?? null, consoleUrl };
}

export type ExecutionParts = {
  execution: Execution;
  input: ExecutionInput;
  request: SentRequest | null;
  attempts: readonly Attempt[];
  callback: Callback | null;
  /** Its place in the queue, while it waits. */
  queue?: QueuePlace | null;
};

export function showExecution(
  parts: ExecutionParts,
  definition: StoredDefinition,
  consoleUrl: string,
  audience: Audience,
): ShownExecution {
  const { execution, input, request, attempts, queue = null } = parts;
  return {
    ...summarizeExecution(execution, consoleUrl),
    queue,
    callback: showCallback(parts),
    definitionSnapshot: showDefinition(definition, audience),
    parameters: showParameters(input),
    request,
    result: resultOf(attempts),
    attempts: attempts.map(showAttempt),
  };
}

function showCallback(parts: ExecutionParts): ShownExecution["callback"] {
  if (parts.execution.callbackTimeoutSeconds === undefined) return null;
  const { result = null, notes = [] } = parts.callback ?? {};
  return { deadlineAt: callbackDeadline(parts), result, notes: [...notes] };
}

/** The parameters as they were given; secret ones only as being there. */
export function showParameters({ parameters, secrets }: Pick<ExecutionInput, "parameters" | "secrets">) {
  return { ...parameters, ...Object.fromEntries(Object.keys(secrets).map((name) => [name, MASK])) };
}

function resultOf(attempts: readonly Attempt[]): ShownExecution["result"] {
  const last = attempts.findLast((attempt) => attempt.answer !== null);
  return last?.answer ? { ...last.answer, durationMs: last.durationMs ?? 0 } : null;
}

function showAttempt({ number, startedAt, durationMs, outcome, answer, error }: Attempt) {
  return { number, startedAt, durationMs, outcome, statusCode: answer?.statusCode ?? null, error };
}
