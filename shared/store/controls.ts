// Controls: each switch as it stands, copies of it for every start to check, and the chain of all its turns.
import { KEYS, SHARDS, SORT_PREFIXES, shardOf } from "../contract/table.ts";
import {
  Control,
  ControlChange,
  ControlsHead,
  type ControlTurn,
  NO_TURNS,
  neverTurned,
} from "../domain/controls.ts";
import { type Scope, scopesOf } from "../domain/permissions.ts";
import { get, parseItem, range } from "./read.ts";
import { EVIDENCE, transact, type Write } from "./transact.ts";

/** The teams that a run belongs to: its runbook's, and the one that it is for. */
type Owned = Parameters<typeof scopesOf>[0];

/** The switches that a run stands under, each once. */
const switchesOf = (run: Owned): Scope[] => [...new Set([null, ...scopesOf(run)])];

/** How a switch stands. */
export async function getControl(scope: Scope): Promise<Control> {
  return (await get(Control, KEYS.control(scope))) ?? neverTurned(scope);
}

/** Every switch that has ever been turned, the global one among them. Up to 1 MB: some thousand teams. */
export async function listControls(): Promise<Control[]> {
  const prefix = SORT_PREFIXES.control;
  const items = await range(KEYS.controlsHead().pk, { from: prefix, to: `${prefix}~` });
  return items.map((item) => parseItem(Control, item));
}

/** The switch that pauses such a run, if one does. */
export async function pauseOf(run: Owned): Promise<Control | null> {
  const controls = await Promise.all(switchesOf(run).map(getControl));
  return controls.find(({ paused }) => paused) ?? null;
}

/** In the transaction of a start: none of its switches stands on pause. */
export function pauseChecks(run: Owned & { id: string }): Write[] {
  const shard = shardOf(run.id, SHARDS.controlCopy);
  return switchesOf(run).map((scope) => ({
    label: "control",
    check: KEYS.controlCopy(scope, shard),
    condition: "attribute_not_exists(pk) OR paused = :no",
    values: { ":no": false },
  }));
}

/** Evidence for other transactions: this switch stands on pause. */
export function pausedCheck({ scope }: Control): Write {
  return {
    label: EVIDENCE,
    check: KEYS.control(scope),
    condition: "paused = :yes",
    values: { ":yes": true },
  };
}

export async function controlsHead(): Promise<ControlsHead> {
  return (await get(ControlsHead, KEYS.controlsHead())) ?? NO_TURNS;
}

/** The switch, all its copies and the entry of its turn together. Throws ConditionFailed if another turn came first. */
export async function saveTurn({ before, after, control, change }: ControlTurn): Promise<void> {
  const copies = Array.from({ length: SHARDS.controlCopy }, (_, shard) => ({
    label: "copy",
    put: { ...KEYS.controlCopy(control.scope, shard), ...control },
  }));
  await transact([
    {
      label: "head",
      put: { ...KEYS.controlsHead(), ...after },
      condition: "attribute_not_exists(pk) OR auditSequence = :sequence",
      values: { ":sequence": before.auditSequence },
    },
    { label: "control", put: { ...KEYS.control(control.scope), ...control } },
    ...copies,
    {
      label: "change",
      put: { ...KEYS.controlChange(change.sequence), ...change },
      condition: "attribute_not_exists(pk)",
    },
  ]);
}

/** The chain of turns from its first entry on, for whoever walks it; `after` is the sequence to go on from. */
export async function listTurns(after = 0, limit = 100): Promise<ControlChange[]> {
  const { pk, sk } = KEYS.controlChange(after + 1);
  const items = await range(pk, { from: sk, to: `${SORT_PREFIXES.change}~`, limit });
  return items.map((item) => parseItem(ControlChange, item));
}
