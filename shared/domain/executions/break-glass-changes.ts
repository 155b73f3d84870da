// Opens and closes the break-glass of an execution, each with its entry in the audit chain of the execution.
import type { Actor, AuditEntry } from "../audit.ts";
import { latestTime } from "../chronology.ts";
import type { Act } from "../context.ts";
import { nameOf } from "../display-text.ts";
import { ServiceError } from "../errors.ts";
import type { BreakGlass, BreakGlassRequest } from "./break-glass.ts";
import type { Execution } from "./execution.ts";
import { type ExecutionChange, mayNeedReconciliation, toFacts, withAudit } from "./execution-changes.ts";

/** Returns the new execution with its break-glass, and the second entry of its chain. */
export function openBreakGlass(
  { execution, ...change }: ExecutionChange,
  { reason, incidentId: justifiedBy }: BreakGlassRequest,
  act: Act,
): { change: ExecutionChange; audit: AuditEntry } {
  const incidentId = justifiedBy ?? execution.incidentId;
  const open = { closedBy: null, closedByName: null, closedAt: null, note: null };
  const opened: Execution = { ...execution, breakGlass: { reason, incidentId, ...open } };
  const details = { ...toFacts(execution), breakGlass: { reason, incidentId } };
  const next = withAudit(execution, opened, "execution.break_glass_opened", act, details);
  return { change: { ...change, execution: next.execution }, audit: next.audit };
}

/** Closed, with what was stored before. The execution changes in nothing else. */
export type BreakGlassClosing = { before: Execution; execution: Execution; audit: AuditEntry };

/** Returns null if this actor closed it already, with this note. @throws `not_permitted`, `invalid_transition` or `active_executions`. */
export function closeBreakGlass(execution: Execution, note: string, act: Act): BreakGlassClosing | null {
  const { breakGlass } = execution;
  if (!breakGlass) throw new ServiceError("invalid_transition", "The execution broke no glass.");
  if (isClosedBy(breakGlass, act.actor, note)) return null;
  if (breakGlass.closedAt !== null) throw closedError(breakGlass);
  if (act.actor.id === execution.executedBy) throw ownError();
  if (mayNeedReconciliation(execution)) throw activeError(execution);
  const at = latestTime(act.at, execution.completedAt);
  const { reason, incidentId } = breakGlass;
  const closed = { closedBy: act.actor.id, closedByName: act.actor.name, closedAt: at, note };
  const after = { ...execution, breakGlass: { reason, incidentId, ...closed } };
  const details = { ...toFacts(execution), breakGlass: { reason, incidentId }, note };
  const { execution: next, audit } = withAudit(
    execution,
    after,
    "execution.break_glass_closed",
    { ...act, at },
    details,
  );
  return { before: execution, execution: next, audit };
}

const isClosedBy = ({ closedBy, note }: BreakGlass, { id }: Actor, asked: string) =>
  closedBy === id && note === asked;

function closedError({ closedBy, closedByName, closedAt }: BreakGlass): ServiceError {
  const message = `The break-glass was already closed by ${nameOf(closedBy ?? "", closedByName)} (${closedAt}).`;
  return new ServiceError("invalid_transition", message);
}

function ownError(): ServiceError {
  const message =
    "You broke the glass yourself: another admin of the team or a platform admin must close it.";
  return new ServiceError("not_permitted", message);
}

function activeError({ status }: Execution): ServiceError {
  const message = `The execution is ${status}, or its last call may be under way: close the break-glass when it has ended.`;
  return new ServiceError("active_executions", message);
}
