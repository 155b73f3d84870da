// Holds pairs to their promises: every border of all in the long form, the first ones of some in the short form.
import { afterAll, beforeAll, expect, it } from "vitest";
import { explore, type Meeting, type Played } from "../interleavings.ts";
import { violations } from "../invariants.ts";
import { LIMIT_MS, LONG, report, times } from "../long-form.ts";
import { answerWith, enterWorld, ledger } from "./actors.ts";

/** Schedules of one pair at the most. */
const MOST = times(10, 200);

/** Registers one test for each pair; each schedule has its own table, so that it is quickly checked. */
export function meet(pairs: readonly Meeting[], env: Record<string, string> = {}): void {
  let world: Awaited<ReturnType<typeof enterWorld>>;
  beforeAll(async () => {
    world = await enterWorld(env);
  });
  afterAll(() => world.leave());

  const alone = (pair: Meeting): Meeting["play"] => {
    return async (schedule) => {
      answerWith(200);
      ledger().length = 0;
      world.renew();
      const played = await pair.play(schedule);
      // Nothing here waits for the reconciler: leftovers may be older than it would allow.
      const broken = await violations({ now: new Date(0), ledger: ledger() });
      return { ...played, said: [...played.said, ...broken] };
    };
  };
  it.each(pairs.filter(({ short }) => short || LONG).map((pair) => [pair.name, pair] as const))(
    "%s: no answer, record or receiver contradicts another",
    async (name, pair) => {
      const { schedules, found } = await explore(alone(pair), MOST);
      report(name, { schedules, contradictions: found.length });
      expect(found.slice(0, 3).map(reported)).toEqual([]);
    },
    LIMIT_MS,
  );
}

const reported = ({ said, first, held, calls }: Played) => ({
  ...{ said, first, held },
  calls: calls.map(({ side, what, ended }) => `${side} ${what}${ended === null ? " failed" : ""}`),
});
