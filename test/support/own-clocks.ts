// A clock of its own for each of those that act at once, as functions on different machines have.
import { AsyncLocalStorage } from "node:async_hooks";
import { vi } from "vitest";

const shown = new AsyncLocalStorage<number>();

/** From here on `Date` shows the time of whoever asks; to all others the true one. */
export function giveOwnClocks(): void {
  const True = Date;
  const now = () => shown.getStore() ?? True.now();
  const own = new Proxy(True, {
    construct: (date, given, target) => Reflect.construct(date, given.length === 0 ? [now()] : given, target),
    get: (date, name) => (name === "now" ? now : Reflect.get(date, name)),
  });
  vi.stubGlobal("Date", own);
}

/** Whatever `act` does, it does at this time. */
export const atTime = <T>(ms: number, act: () => Promise<T>): Promise<T> => shown.run(ms, act);
