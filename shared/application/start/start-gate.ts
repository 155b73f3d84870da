// The gate of every start and beginning: what is paused and what is frozen. It decides by the windows that this process
// knows; the transaction checks that they are the current ones, and the switches. So an open gate costs no read. An
// execution that broke the glass is not asked, and nothing is checked for it: its runbook must be approved all the same.
import type { Execution, ExecutionError } from "../../domain/executions/execution.ts";
import { findFreeze, frozenError, frozenMessage } from "../../domain/freeze/freeze.ts";
import type { Freeze } from "../../domain/freeze/freeze-window.ts";
import type { FreezeWindows } from "../../domain/freeze-window-changes.ts";
import { pausedError, pausedMessage } from "../../domain/kill-switches.ts";
import { getPause, notPausedCheck, pausedCheck } from "../../store/controls.ts";
import {
  freezeWindowsUnchangedCheck,
  getFreezeWindows,
  getKnownFreezeWindows,
} from "../../store/freeze-windows.ts";
import type { Write } from "../../store/transact.ts";
import { Refusal } from "../request/refusal.ts";

type Starting = Pick<Execution, "id" | "teamId" | "ranForTeamId" | "triggeredBy" | "breakGlass">;

/** `checks` are for the transaction. `digest`: of the freeze windows that it decided by. */
export type OpenGate = { checks: readonly Write[]; digest: string | null };

/** Open; or frozen, by the windows of this moment. */
type Gate = (OpenGate & { freeze: null }) | { freeze: Freeze; evidence: Write };

const open = (run: Starting, { digest }: FreezeWindows) => ({
  freeze: null,
  checks: [notPausedCheck(run, digest)],
  digest,
});

const PASSED = { freeze: null, checks: [], digest: null } as const;

async function askGate(run: Starting, now: Date): Promise<Gate> {
  if (run.breakGlass) return PASSED;
  const known = getKnownFreezeWindows();
  if (!findFreeze(known.windows, run, now)) return open(run, known);
  // A refusal has no transaction that would check the windows.
  const current = await getFreezeWindows();
  const freeze = findFreeze(current.windows, run, now);
  return freeze ? { freeze, evidence: freezeWindowsUnchangedCheck(current) } : open(run, current);
}

/**
 * Returns the checks for the transaction that creates the execution. If one fails (label `kill-switch`), see
 * `refuseIfClosed`. @throws `frozen`.
 */
export async function requireOpenGate(run: Starting, now: Date): Promise<readonly Write[]> {
  const gate = await askGate(run, now);
  if (gate.freeze) throw new Refusal(frozenError(gate.freeze), [gate.evidence]);
  return gate.checks;
}

/**
 * After the check failed. @throws `paused` if a kill switch is on; the message says who paused new executions, since when
 * and why. Otherwise reads the freeze windows, for the next try.
 */
export async function refuseIfClosed(run: Pick<Starting, "teamId" | "ranForTeamId">): Promise<void> {
  const control = await getPause(run);
  if (control) throw new Refusal(pausedError(control), [pausedCheck(control)]);
  await getFreezeWindows();
}

/** Like `requireOpenGate`, for an execution that is to begin: why it may not, or the open gate. */
export async function askToBegin(
  run: Starting,
  now: Date,
): Promise<{ refusal: ExecutionError } | { refusal: null; gate: OpenGate }> {
  const gate = await askGate(run, now);
  if (!gate.freeze) return { refusal: null, gate };
  return { refusal: refusalOf("frozen", frozenMessage(gate.freeze)) };
}

/**
 * After the check of `askToBegin` failed: why the execution may not begin; null if other freeze windows are current now,
 * and it must be asked again.
 */
export async function explainClosedGate(run: Starting, { digest }: OpenGate): Promise<ExecutionError | null> {
  const control = await getPause(run);
  if (control) return refusalOf("paused", pausedMessage(control));
  if ((await getFreezeWindows()).digest !== digest) return null;
  // The pause ended between the transaction and this read. It was on when the execution was to begin.
  return refusalOf("paused", "New runs were paused.");
}

function refusalOf(code: "paused" | "frozen", reason: string): ExecutionError {
  return { code, message: `${reason} Nothing was sent.`.slice(0, 500) };
}
