// Actors that are held at a border between two of their calls, until the test releases them.
import { AsyncLocalStorage } from "node:async_hooks";

/** Borders are counted from 1; one that is never reached holds nobody. */
class Actor {
  readonly #stop: number;
  readonly #reached = Promise.withResolvers<void>();
  readonly #opened = Promise.withResolvers<void>();
  #borders = 0;
  stopped = false;

  constructor(stop: number) {
    this.#stop = stop;
  }

  /** Begins; resolves when it is held, or has ended. */
  async begin(act: () => Promise<unknown>): Promise<void> {
    this.done = actors.run(this, act).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    await Promise.race([this.#reached.promise, this.done]);
  }

  done: Promise<{ value: unknown } | { error: unknown }> = Promise.resolve({ value: undefined });

  /** Goes on to its end. */
  async end(): Promise<{ value: unknown } | { error: unknown }> {
    this.#opened.resolve();
    return this.done;
  }

  async cross(): Promise<void> {
    if (++this.#borders !== this.#stop) return;
    this.stopped = true;
    this.#reached.resolve();
    await this.#opened.promise;
  }
}

const actors = new AsyncLocalStorage<Actor>();

/** To be called at every border: the actor there may have to wait. */
export async function border(): Promise<void> {
  await actors.getStore()?.cross();
}

/** Nobody stops there. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** `first` is held at each of its borders, one after the other, while `second` ends, or is held itself. */
export async function atEveryBorder(
  pair: () => Promise<{
    first: () => Promise<unknown>;
    second: () => Promise<unknown>;
    check: () => Promise<void>;
  }>,
  both: boolean,
): Promise<number> {
  let schedules = 0;
  const once = async (one: number, other: number) => {
    schedules++;
    if (one > 100) throw new Error("Nobody comes to an end");
    const { first, second, check } = await pair();
    const [a, b] = [new Actor(one), new Actor(other)];
    await a.begin(first);
    await b.begin(second);
    await a.end();
    await b.end();
    await check();
    return { one: a.stopped, other: b.stopped };
  };
  for (let one = 1; (await once(one, NEVER)).one; one++) {
    for (let other = 1; both && (await once(one, other)).other; ) other++;
  }
  return schedules;
}
