// Kill switches: the state of each switch, the sharded set of paused scopes that starts check, and the audit chain of all
// changes.
import { LISTS, listsKeys, sortByTime } from "../contract/lists.ts";
import { KEYS, SHARDS, SORT_PREFIXES, scopeName, shardOf, shardsOf } from "../contract/table.ts";
import {
  KillSwitch,
  KillSwitchAuditEntry,
  KillSwitchChainHead,
  type KillSwitchChange,
  NO_KILL_SWITCH_CHANGES,
  unsetKillSwitch,
} from "../domain/kill-switches.ts";
import { gatesOf, type Owned, type Scope } from "../domain/scopes.ts";
import { getRecord, parseItem, queryRange } from "./read.ts";
import { EVIDENCE, transact, type Write } from "./transact.ts";

/** Returns the switch of a scope. A switch that was never changed is not paused. */
export async function getKillSwitch(scope: Scope): Promise<KillSwitch> {
  return (await getRecord(KillSwitch, KEYS.killSwitch(scope))) ?? unsetKillSwitch(scope);
}

/** Returns every switch that was ever changed, including the global one. Up to 1 MB: a few thousand teams. */
export async function listKillSwitches(): Promise<KillSwitch[]> {
  const prefix = SORT_PREFIXES.killSwitch;
  const items = await queryRange(KEYS.killSwitchChainHead().pk, { from: prefix, to: `${prefix}~` });
  return items.map((item) => parseItem(KillSwitch, item));
}

/** Returns a switch that pauses such executions, or null if none does. */
export async function getPause(run: Owned): Promise<KillSwitch | null> {
  const controls = await Promise.all(gatesOf(run).map(getKillSwitch));
  return controls.find(({ paused }) => paused) ?? null;
}

/**
 * For other transactions: checks that none of the execution's switches is paused, and that the freeze windows are those
 * of this digest; null: that there are none. One check for all of them.
 */
export function notPausedCheck(run: Owned & { id: string }, freezeWindows: string | null = null): Write {
  const scopes = gatesOf(run).map((scope, n) => [`:s${n}`, scopeName(scope)] as const);
  const isFree = scopes.map(([name]) => `NOT contains(scopes, ${name})`).join(" AND ");
  return {
    label: "kill-switch",
    check: KEYS.pausedScopes(shardOf(run.id, SHARDS.pausedScopes)),
    condition: `(attribute_not_exists(scopes) OR (${isFree})) AND ${freezeWindows === null ? "attribute_not_exists(freezeWindows)" : "freezeWindows = :windows"}`,
    values: { ...Object.fromEntries(scopes), ...(freezeWindows !== null && { ":windows": freezeWindows }) },
  };
}

/** For other transactions: checks that this switch is paused. */
export function pausedCheck({ scope }: KillSwitch): Write {
  return {
    label: EVIDENCE,
    check: KEYS.killSwitch(scope),
    condition: "paused = :yes",
    values: { ":yes": true },
  };
}

export async function getKillSwitchChainHead(): Promise<KillSwitchChainHead> {
  return (await getRecord(KillSwitchChainHead, KEYS.killSwitchChainHead())) ?? NO_KILL_SWITCH_CHANGES;
}

/**
 * Writes the switch, every copy of the set of paused scopes, and the audit entry in one transaction.
 * @throws ConditionFailed if another change of any switch came first.
 */
export async function saveKillSwitchChange({
  before,
  after,
  killSwitch,
  audit,
}: KillSwitchChange): Promise<void> {
  const { scope, paused } = killSwitch;
  const copies = shardsOf(SHARDS.pausedScopes).map((shard) => ({
    label: "paused-scopes",
    key: KEYS.pausedScopes(shard),
    update: `${paused ? "ADD" : "DELETE"} scopes :scope`,
    values: { ":scope": new Set([scopeName(scope)]) },
  }));
  await transact([
    ...appendWrites({ before, after, audit }),
    { label: "kill-switch", put: { ...KEYS.killSwitch(killSwitch.scope), ...killSwitch } },
    ...copies,
  ]);
}

/** Appends to the chain of the controls, if it still ends with `before`. */
export function appendWrites({
  before,
  after,
  audit,
}: Pick<KillSwitchChange, "before" | "after" | "audit">): Write[] {
  return [
    {
      label: "kill-switch-chain",
      put: { ...KEYS.killSwitchChainHead(), ...after },
      condition: "attribute_not_exists(pk) OR auditSequence = :sequence",
      values: { ":sequence": before.auditSequence },
    },
    {
      label: "kill-switch-change",
      put: { ...KEYS.killSwitchAudit(audit.sequence), ...pauseChangeLists(audit), ...audit },
      condition: "attribute_not_exists(pk)",
    },
  ];
}

function pauseChangeLists({ id, scope, at, source }: KillSwitchAuditEntry) {
  const lists = [
    ...(source ? [LISTS.sourceAudit(source.id)] : []),
    LISTS.teamAudit(scope),
    LISTS.allAudit(shardOf(id, SHARDS.audit)),
  ];
  return listsKeys(lists, sortByTime(at, id));
}

/** Lists the changes of all switches and freeze windows, oldest first, starting after the sequence number `after`. */
export async function listKillSwitchChanges(after = 0, limit = 100): Promise<KillSwitchAuditEntry[]> {
  const { pk, sk } = KEYS.killSwitchAudit(after + 1);
  const items = await queryRange(pk, { from: sk, to: `${SORT_PREFIXES.killSwitchAudit}~`, limit });
  return items.map((item) => parseItem(KillSwitchAuditEntry, item));
}
