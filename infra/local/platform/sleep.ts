// A wait that ends early when its signal aborts, and keeps no process running.
import { setTimeout as pause } from "node:timers/promises";

export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
