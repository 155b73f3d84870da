// Tells when functions run. Whatever they change is looked at while they run, and once after that.
import { once } from "node:events";
import { sleep } from "../platform/sleep.ts";
import type { Invoke } from "./lambda.ts";

/** Between two looks while a function runs. */
const BUSY_MS = 200;
/** Between two looks while none runs. Others than functions may write, such as a developer with the AWS CLI. */
const IDLE_MS = 5_000;

export class Activity extends EventTarget {
  private running = 0;
  private unseen = false;

  /** Returns `invoke`, watched. */
  watch(invoke: Invoke): Invoke {
    return async (path, event, call) => {
      this.running++;
      this.notice();
      try {
        return await invoke(path, event, call);
      } finally {
        this.running--;
        this.notice();
      }
    };
  }

  /** Waits until it is time to look again. */
  async wait(signal: AbortSignal): Promise<void> {
    if (this.running > 0 || this.unseen) await sleep(BUSY_MS, signal);
    else await this.nextNotice(signal);
    this.unseen = false;
  }

  private notice(): void {
    this.unseen = true;
    this.dispatchEvent(new Event("notice"));
  }

  private async nextNotice(signal: AbortSignal): Promise<void> {
    const done = new AbortController();
    const either = AbortSignal.any([signal, done.signal]);
    const noticed = once(this, "notice", { signal: either }).catch(() => undefined);
    await Promise.race([noticed, sleep(IDLE_MS, either)]);
    done.abort();
  }
}
