// Controls: the switches that stop new runs, for the whole service or for one team, and the history of who turned them.
import * as z from "zod";
import { AuditEntry, ChainHead, EMPTY_CHAIN, headAfter } from "./audit.ts";
import type { Caller } from "./caller.ts";
import { latest } from "./chronology.ts";
import { digestOf } from "./digest.ts";
import { RunbookError } from "./errors.ts";
import { TeamScope, Timestamp } from "./ids.ts";
import { isAllowed, type Scope } from "./permissions.ts";
import type { Act } from "./runbook-changes.ts";

/** How one switch stands. */
export const Control = z
  .strictObject({
    scope: TeamScope.describe("The team whose executions it is about; null: the whole service."),
    paused: z.boolean().describe("Whether no execution may start."),
    reason: z.string().nullable().describe("Why it is paused; null where no reason was given."),
    changedBy: z.string().nullable().describe("Who changed it last; null: nobody has."),
    changedAt: Timestamp.nullable().describe("When it was changed last; null: never."),
  })
  .describe("Whether new executions are paused, in one team or everywhere.");
export type Control = z.infer<typeof Control>;

export const CONTROL_ACTIONS = ["control.paused", "control.resumed"] as const;

/** One turn of a switch: an audit entry that belongs to no runbook. All of them are one chain, by sequence and hash. */
export const ControlChange = AuditEntry.pick({
  id: true,
  sequence: true,
  actor: true,
  actorName: true,
  at: true,
  previousHash: true,
  hash: true,
}).extend({ action: z.enum(CONTROL_ACTIONS), scope: TeamScope, reason: z.string().nullable() });
export type ControlChange = z.infer<typeof ControlChange>;

/** Where the chain of all turns stands; `auditAt` is when its last entry was written. */
export const ControlsHead = ChainHead.extend({ auditAt: Timestamp.nullable() });
export type ControlsHead = z.infer<typeof ControlsHead>;
export const NO_TURNS: ControlsHead = { ...EMPTY_CHAIN, auditAt: null };

/** A switch that nobody has ever turned. */
export function neverTurned(scope: Scope): Control {
  return { scope, paused: false, reason: null, changedBy: null, changedAt: null };
}

export type Switching = { scope: Scope; paused: boolean; reason: string | null };

/** What is to be written if the chain still ends with `before`. */
export type ControlTurn = {
  before: ControlsHead;
  after: ControlsHead;
  control: Control;
  change: ControlChange;
};

/** Null where the switch stands so already. */
export function turnControl(
  current: Control,
  asked: Switching,
  before: ControlsHead,
  act: Act,
): ControlTurn | null {
  if (current.paused === asked.paused && (!asked.paused || current.reason === asked.reason)) return null;
  const { actor, auditId } = act;
  const at = latest(act.at, before.auditAt);
  const control: Control = { ...asked, changedBy: actor.id, changedAt: at };
  const unsealed = {
    id: auditId,
    sequence: before.auditSequence + 1,
    action: asked.paused ? ("control.paused" as const) : ("control.resumed" as const),
    scope: asked.scope,
    reason: asked.reason,
    actor: actor.id,
    actorName: actor.name,
    at,
    previousHash: before.auditHash,
  };
  const change: ControlChange = { ...unsealed, hash: controlHashOf(unsealed) };
  return { before, after: { ...headAfter(change), auditAt: at }, control, change };
}

/** The hash that an entry of this chain must carry. */
export function controlHashOf(change: Omit<ControlChange, "hash">): string {
  return digestOf("control/1", change);
}

/** Why nothing may start, in words for callers, the audit and operators. */
export function pausedMessage({ scope, reason, changedBy, changedAt }: Control): string {
  const what = scope === null ? "New runs are paused" : `New runs of the team ${scope} are paused`;
  return `${what} by ${changedBy} since ${changedAt}: ${reason}`.slice(0, 500);
}

/** The refusal of a start while a switch stands on pause. */
export function paused(control: Control): RunbookError {
  return new RunbookError("not_permitted", pausedMessage(control));
}

/** Switches are for platform admins, whatever team they stand for. */
export function authorizeControls(caller: Caller): void {
  if (isAllowed(caller, "approve", null)) return;
  throw new RunbookError("not_permitted", "Pausing and resuming runs needs the group platform-admin.");
}
