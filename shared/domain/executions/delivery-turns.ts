// A team's share of the calls under way: numbered slots, each taken for a time. Pure.

/** A slot that is taken. It is free again at `untilMs`, also if nobody gives it back. */
export type TakenSlot = { number: number; untilMs: number };

/** Beside its call, an attempt reads, decrypts and records. */
const BESIDE_THE_CALL_SECONDS = 60;

export const slotExpiresAtMs = (nowMs: number, attemptTimeoutSeconds: number): number =>
  nowMs + (attemptTimeoutSeconds + BESIDE_THE_CALL_SECONDS) * 1000;

/** Returns a free slot by chance (`chance` in [0, 1)), so that runs seldom try the same; null: all are taken. */
export function pickSlot(
  taken: readonly TakenSlot[],
  { limit, nowMs, chance }: { limit: number; nowMs: number; chance: number },
): number | null {
  const held = new Set(taken.filter(({ untilMs }) => untilMs > nowMs).map(({ number }) => number));
  const free = Array.from({ length: limit }, (_, number) => number).filter((number) => !held.has(number));
  return free[Math.floor(chance * free.length)] ?? null;
}

/** Seconds between two looks for a free slot: at first about two, later up to 30, by chance. */
const [SHORTEST_LOOK, LONGEST_LOOK] = [2, 30] as const;
/** Each look comes later by a quarter of the time waited so far. */
const BACKOFF_DIVISOR = 4;
/** Then a run that has not begun is given up: what it was to repair is an hour old. */
const LONGEST_WAIT_MINUTES = 60;

/** Returns the seconds until the next look for a free slot; null: it has waited for long enough. */
export function secondsUntilNextLook(waitedMs: number, chance: number): number | null {
  if (waitedMs >= LONGEST_WAIT_MINUTES * 60_000) return null;
  const spread = Math.min(LONGEST_LOOK - SHORTEST_LOOK, 1 + waitedMs / 1000 / BACKOFF_DIVISOR);
  return Math.round(SHORTEST_LOOK + chance * spread);
}
