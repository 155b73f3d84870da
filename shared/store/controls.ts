// Controls: each switch as it stands, copies of it for every start to check, and the chain of all its turns.
import { KEYS, SHARDS, SORT_PREFIXES, shardOf } from "../contract/table.ts";
import {
  KillSwitch,
  KillSwitchAuditEntry,
  KillSwitchChainHead,
  type KillSwitchChange,
  NO_KILL_SWITCH_CHANGES,
  unsetKillSwitch,
} from "../domain/kill-switches.ts";
import { type Owned, type Scope, scopesOf } from "../domain/scopes.ts";
import { getRecord, parseItem, queryRange } from "./read.ts";
import { EVIDENCE, transact, type Write } from "./transact.ts";

/** The switches that a run stands under, each once. */
const switchesOf = (run: Owned): Scope[] => [...new Set([null, ...scopesOf(run)])];

/** How a switch stands. */
export async function getKillSwitch(scope: Scope): Promise<KillSwitch> {
  return (await getRecord(KillSwitch, KEYS.killSwitch(scope))) ?? unsetKillSwitch(scope);
}

/** Every switch that has ever been turned, the global one among them. Up to 1 MB: some thousand teams. */
export async function listKillSwitches(): Promise<KillSwitch[]> {
  const prefix = SORT_PREFIXES.killSwitch;
  const items = await queryRange(KEYS.killSwitchChainHead().pk, { from: prefix, to: `${prefix}~` });
  return items.map((item) => parseItem(KillSwitch, item));
}

/** The switch that pauses such a run, if one does. */
export async function getPause(run: Owned): Promise<KillSwitch | null> {
  const controls = await Promise.all(switchesOf(run).map(getKillSwitch));
  return controls.find(({ paused }) => paused) ?? null;
}

/** In the transaction of a start: none of its switches stands on pause. */
export function notPausedChecks(run: Owned & { id: string }): Write[] {
  const shard = shardOf(run.id, SHARDS.killSwitchCopy);
  return switchesOf(run).map((scope) => ({
    label: "kill-switch",
    check: KEYS.killSwitchCopy(scope, shard),
    condition: "attribute_not_exists(pk) OR paused = :no",
    values: { ":no": false },
  }));
}

/** Evidence for other transactions: this switch stands on pause. */
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

/** The switch, all its copies and the entry of its turn together. Throws ConditionFailed if another turn came first. */
export async function saveKillSwitchChange({
  before,
  after,
  killSwitch,
  audit,
}: KillSwitchChange): Promise<void> {
  const copies = Array.from({ length: SHARDS.killSwitchCopy }, (_, shard) => ({
    label: "kill-switch-copy",
    put: { ...KEYS.killSwitchCopy(killSwitch.scope, shard), ...killSwitch },
  }));
  await transact([
    {
      label: "kill-switch-chain",
      put: { ...KEYS.killSwitchChainHead(), ...after },
      condition: "attribute_not_exists(pk) OR auditSequence = :sequence",
      values: { ":sequence": before.auditSequence },
    },
    { label: "kill-switch", put: { ...KEYS.killSwitch(killSwitch.scope), ...killSwitch } },
    ...copies,
    {
      label: "kill-switch-change",
      put: { ...KEYS.killSwitchAudit(audit.sequence), ...audit },
      condition: "attribute_not_exists(pk)",
    },
  ]);
}

/** The chain of turns from its first entry on, for whoever walks it; `after` is the sequence to go on from. */
export async function listKillSwitchChanges(after = 0, limit = 100): Promise<KillSwitchAuditEntry[]> {
  const { pk, sk } = KEYS.killSwitchAudit(after + 1);
  const items = await queryRange(pk, { from: sk, to: `${SORT_PREFIXES.killSwitchAudit}~`, limit });
  return items.map((item) => parseItem(KillSwitchAuditEntry, item));
}
