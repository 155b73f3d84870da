// The order of times: clocks differ, and a request may be older than what it is decided from. Pure.

/** The latest of these times: nothing happens before what it follows. */
export function latestTime(time: string, ...others: readonly (string | null)[]): string {
  return others.reduce<string>((last, other) => (other !== null && other > last ? other : last), time);
}

/** The same act, no earlier than any of these times. */
export function clampTime<A extends { at: string }>(act: A, ...times: readonly (string | null)[]): A {
  return { ...act, at: latestTime(act.at, ...times) };
}
