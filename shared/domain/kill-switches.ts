// Kill switches: pause new executions of the whole service or of one team. Each change is audited.
import * as z from "zod";
import { AuditEntry, ChainHead, EMPTY_CHAIN, toChainHead } from "./audit.ts";
import type { Caller } from "./caller.ts";
import { latestTime } from "./chronology.ts";
import type { Act } from "./context.ts";
import { digestOf } from "./digest.ts";
import { byNameOf } from "./display-text.ts";
import { ERASURE_ACTIONS, ErasureRecord } from "./erasure.ts";
import { ServiceError } from "./errors.ts";
import { FreezeWindowRule } from "./freeze/freeze-window.ts";
import { FreezeWindowId, SourceId, TeamScope, Timestamp } from "./ids.ts";
import { isAllowed } from "./permissions.ts";
import type { Scope } from "./scopes.ts";
import { toHashed } from "./seals.ts";

/** The state of one kill switch. */
export const KillSwitch = z
  .strictObject({
    scope: TeamScope.describe("The team whose executions are paused; null: the whole service."),
    paused: z.boolean().describe("Whether new executions are paused."),
    reason: z.string().nullable().describe("Why it is paused; null: no reason given."),
    changedBy: z.string().nullable().describe("Who changed it last; null: nobody."),
    changedByName: byNameOf("changedBy"),
    changedAt: Timestamp.nullable().describe("When it was changed last; null: never."),
  })
  .describe("Whether new executions are paused, in one team or everywhere.");
export type KillSwitch = z.infer<typeof KillSwitch>;

export const KILL_SWITCH_ACTIONS = ["kill_switch.paused", "kill_switch.resumed"] as const;

export const FREEZE_WINDOW_ACTIONS = ["freeze_window.created", "freeze_window.deleted"] as const;

export const SOURCE_ACTIONS = ["source.created", "source.updated", "source.deleted"] as const;

/**
 * One change of a kill switch, of a freeze window or of a source, or one erasure: an audit entry without a runbook. All changes form one
 * chain, by sequence and hash.
 */
export const KillSwitchAuditEntry = AuditEntry.pick({
  id: true,
  sequence: true,
  actor: true,
  actorName: true,
  salt: true,
  erased: true,
  at: true,
  previousHash: true,
  hash: true,
}).extend({
  action: z.enum([...KILL_SWITCH_ACTIONS, ...FREEZE_WINDOW_ACTIONS, ...SOURCE_ACTIONS, ...ERASURE_ACTIONS]),
  scope: TeamScope,
  reason: z.string().nullable(),
  /** The window that was created or deleted. */
  freezeWindow: FreezeWindowRule.extend({ id: FreezeWindowId }).optional(),
  /** The source that was changed. `fields`: what of it an update changed. */
  source: z
    .strictObject({
      id: SourceId,
      name: z.string(),
      kind: z.string(),
      version: z.int(),
      enabled: z.boolean(),
      fields: z.array(z.string()).optional(),
    })
    .optional(),
  erasure: ErasureRecord.optional(),
});
export type KillSwitchAuditEntry = z.infer<typeof KillSwitchAuditEntry>;
export type FreezeWindowAuditEntry = KillSwitchAuditEntry & {
  action: (typeof FREEZE_WINDOW_ACTIONS)[number];
};

/** The end of the chain of all changes. `auditAt` is the time of its last entry. */
export const KillSwitchChainHead = ChainHead.extend({ auditAt: Timestamp.nullable() });
export type KillSwitchChainHead = z.infer<typeof KillSwitchChainHead>;
export const NO_KILL_SWITCH_CHANGES: KillSwitchChainHead = { ...EMPTY_CHAIN, auditAt: null };

/** Returns the state of a kill switch that was never changed. */
export function unsetKillSwitch(scope: Scope): KillSwitch {
  return { scope, paused: false, reason: null, changedBy: null, changedByName: null, changedAt: null };
}

export type KillSwitchInput = { scope: Scope; paused: boolean; reason: string | null };

/** The writes of one change, conditional on the chain still ending with `before`. */
export type KillSwitchChange = {
  before: KillSwitchChainHead;
  after: KillSwitchChainHead;
  killSwitch: KillSwitch;
  audit: KillSwitchAuditEntry;
};

/** Returns the change, or null if the kill switch already has this state. */
export function changeKillSwitch(
  current: KillSwitch,
  input: KillSwitchInput,
  before: KillSwitchChainHead,
  act: Act,
): KillSwitchChange | null {
  if (current.paused === input.paused && (!input.paused || current.reason === input.reason)) return null;
  const { actor } = act;
  const at = latestTime(act.at, before.auditAt);
  const killSwitch: KillSwitch = { ...input, changedBy: actor.id, changedByName: actor.name, changedAt: at };
  const action = input.paused ? "kill_switch.paused" : "kill_switch.resumed";
  const { scope, reason } = input;
  return { ...appendControlChange(before, { action, scope, reason }, { ...act, at }), killSwitch };
}

type ControlFact = Pick<
  KillSwitchAuditEntry,
  "action" | "scope" | "reason" | "freezeWindow" | "source" | "erasure"
>;

/** Returns the next entry of the chain, and the chain's ends before and after it. `at` of the act: not before the last. */
export function appendControlChange(
  before: KillSwitchChainHead,
  fact: ControlFact,
  { actor, at, auditId, salt }: Act,
): Pick<KillSwitchChange, "before" | "after" | "audit"> {
  const content = {
    ...fact,
    id: auditId,
    sequence: before.auditSequence + 1,
    actor: actor.id,
    actorName: actor.name,
    at,
    salt,
    previousHash: before.auditHash,
  };
  const audit = { ...content, hash: killSwitchHashOf(content) };
  return { before, after: { ...toChainHead(audit), auditAt: at }, audit };
}

/** Returns the expected hash of an entry of this chain. */
export function killSwitchHashOf(change: Omit<KillSwitchAuditEntry, "hash">): string {
  return digestOf("kill-switch/2", toHashed(change));
}

/** Returns why executions are paused, in words for callers, the audit and operators. At most 500 characters. */
export function pausedMessage({ scope, reason, changedBy, changedByName, changedAt }: KillSwitch): string {
  const what = scope === null ? "New runs are paused" : `New runs of the team ${scope} are paused`;
  return `${what} by ${changedByName ?? changedBy} since ${changedAt}: ${reason}`.slice(0, 500);
}

/** Returns the error for an execution that would start during a pause. */
export function pausedError(control: KillSwitch): ServiceError {
  return new ServiceError("paused", pausedMessage(control));
}

/** @throws `not_permitted` unless the caller is a platform admin, also for the kill switch of one team. */
export function authorizeKillSwitch(caller: Caller): void {
  if (isAllowed(caller, "approve", null)) return;
  throw new ServiceError("not_permitted", "Pausing and resuming runs needs the group platform-admin.");
}
