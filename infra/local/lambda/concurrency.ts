// Limits the invocations of a function that are under way, like Lambda's reserved concurrency. Requests may wait briefly.
import { CLASS_NAMES, functionOfClass } from "../../../shared/contract/function-names.ts";
import { WORKFLOW_FUNCTIONS } from "../../../shared/contract/workflow.ts";
import type { Invoke } from "./lambda.ts";

/** Function → invocations under way at most. Functions that are not listed are limited by what invokes them. */
export type Limits = Readonly<Record<string, number>>;

/**
 * What one process does well at once. A request works all the time that it is under way; a delivery mostly waits for
 * its receiver. A run takes about three times as long as its start, so three runs are under way for each of the starts:
 * with few of them, a run is short although all of them are busy.
 */
export const LIMITS: Limits = {
  ...Object.fromEntries(CLASS_NAMES.map((name) => [functionOfClass(name), 16])),
  [functionOfClass("run")]: 6,
  [WORKFLOW_FUNCTIONS.DeliverWebhook]: 200,
};

/** The function did not run, because too many invocations are under way. The name is that of Step Functions. */
export class FunctionThrottled extends Error {
  override readonly name = "Lambda.TooManyRequestsException";
}

export type Concurrency = {
  /** Waits as long as `patienceMs` of the call allows. @throws FunctionThrottled */
  invoke: Invoke;
  isFull: (functionName: string) => boolean;
};

export function limitConcurrency(invoke: Invoke, limits: Limits): Concurrency {
  const lines = new Map(Object.entries(limits).map(([name, limit]) => [name, new Line(limit)]));
  return {
    isFull: (name) => lines.get(name)?.isFull() ?? false,
    invoke: async (path, event, call) => {
      const line = lines.get(path.slice(path.lastIndexOf("/") + 1));
      if (!line) return invoke(path, event, call);
      await line.enter(call.patienceMs ?? 0);
      try {
        return await invoke(path, event, call);
      } finally {
        line.leave();
      }
    },
  };
}

type Waiting = { since: number; timer: NodeJS.Timeout; enter: () => void };

/** The invocations of one function: those under way, and those that wait for their turn, in order. */
class Line {
  private readonly limit: number;
  private readonly waiting = new Set<Waiting>();
  private underWay = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  isFull(): boolean {
    return this.underWay >= this.limit;
  }

  async enter(patienceMs: number): Promise<void> {
    if (!this.isFull()) this.underWay++;
    else if (patienceMs > 2 * this.headWaitedMs()) await this.wait(patienceMs);
    else throw throttled();
  }

  /** Hands the place over to whoever has waited longest. */
  leave(): void {
    const [next] = this.waiting;
    if (!next) {
      this.underWay--;
      return;
    }
    clearTimeout(next.timer);
    this.waiting.delete(next);
    next.enter();
  }

  /** Who comes now waits about as long as the first of the line will have waited. */
  private headWaitedMs(): number {
    const [head] = this.waiting;
    return head ? performance.now() - head.since : 0;
  }

  private wait(patienceMs: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const expire = () => {
      this.waiting.delete(entry);
      reject(throttled());
    };
    const entry = { since: performance.now(), timer: setTimeout(expire, patienceMs), enter: resolve };
    this.waiting.add(entry);
    return promise;
  }
}

const throttled = () => new FunctionThrottled("Rate Exceeded.");
