// A receiver whose calls stay open until the test answers them, so that a test decides how long a run is under way.
import { expect } from "vitest";
import { type ReceivedRequest, type Receiver, startReceiver } from "./receiver.ts";

export type HeldCalls = Receiver & {
  /** The most calls that were open at the same time. */ peak(): number;
  /** Ids of the runs, in the order in which their calls came. */ runs(): string[];
  /** Waits until this many calls have come in all. */ came(count: number): Promise<void>;
  /** Answers the oldest open call with 200. */ answerNext(): void;
};

export async function startHeldCalls(): Promise<HeldCalls> {
  const open: (() => void)[] = [];
  const order: string[] = [];
  let peak = 0;
  const receiver = await startReceiver(async ({ headers }: ReceivedRequest) => {
    order.push(String(headers["webhook-id"]));
    const { promise, resolve } = Promise.withResolvers<void>();
    open.push(resolve);
    peak = Math.max(peak, open.length);
    await promise;
    return { status: 200 };
  });
  return {
    ...receiver,
    peak: () => peak,
    runs: () => order,
    came: (count) => expect.poll(() => order.length, { timeout: 15_000 }).toBe(count),
    answerNext: () => open.shift()?.(),
  };
}
