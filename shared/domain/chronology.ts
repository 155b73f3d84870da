// Keeps recorded times in order although clocks differ and requests may be older than the state they change. Pure.

/** Returns the latest time. No event is recorded as earlier than its cause. */
export function latestTime(time: string, ...others: readonly (string | null)[]): string {
  return others.reduce<string>((last, other) => (other !== null && other > last ? other : last), time);
}

/** Returns the act with `at` moved to the latest of these times, if that is later. */
export function clampTime<A extends { at: string }>(act: A, ...times: readonly (string | null)[]): A {
  return { ...act, at: latestTime(act.at, ...times) };
}
