// Holds pairs to their promises: every border of all in the long form, the first ones of some in the short form.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { renewTable, type TestApi } from "../api.ts";
import { explore, type Meeting, type Played } from "../interleavings.ts";
import { violations } from "../invariants.ts";
import { LIMIT_MS, LONG, report, times } from "../long-form.ts";
import { answerWith, enterWorld, ledger } from "./actors.ts";

/** Schedules of one pair at the most. */
const MOST = times(10, 200);

/** Registers one test for each pair; each has a table of its own, so that what it left is soon looked through. */
export function meet(pairs: readonly Meeting[], env: Record<string, string> = {}): void {
  let world: { api: TestApi; leave: () => Promise<void> };
  beforeAll(async () => {
    world = await enterWorld(env);
  });
  afterAll(() => world.leave());
  beforeEach(async () => {
    answerWith(200);
    ledger().length = 0;
    await renewTable(world.api);
  });
  afterEach(async () => {
    // Nothing here waits for a reconciliation: what is left over may be older than one would let it become.
    expect(await violations({ now: new Date(0), ledger: ledger() })).toEqual([]);
  });
  it.each(pairs.filter(({ short }) => short || LONG).map((pair) => [pair.name, pair] as const))(
    "%s: no answer, record or receiver contradicts another",
    async (name, pair) => {
      const { schedules, found } = await explore(pair, MOST);
      report(name, { schedules, contradictions: found.length });
      expect(found.slice(0, 3).map(told)).toEqual([]);
    },
    LIMIT_MS,
  );
}

const told = ({ said, first, held, calls }: Played) => ({
  ...{ said, first, held },
  calls: calls.map(({ side, what, ended }) => `${side} ${what}${ended === null ? " failed" : ""}`),
});
