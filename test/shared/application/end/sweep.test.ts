// The passes of the reconciler over more runs than one pass can look at.
import { beforeAll, expect, it } from "vitest";
import { takeNextActiveIds } from "../../../../shared/store/active-executions.ts";
import { useTable } from "../../../support/environment.ts";
import { approved, pending } from "../../../support/seed.ts";

beforeAll(useTable);

it("come to every run, however many before it wait for long, and then begin again", async () => {
  const runbook = await approved();
  const stored = await Promise.all(Array.from({ length: 40 }, async () => (await pending(runbook)).id));
  expect((await takeNextActiveIds(200)).toSorted()).toEqual(stored.toSorted());

  const seen = new Map<string, number>();
  const turns: string[][] = [];
  while (seen.size < stored.length) {
    const ids = await takeNextActiveIds(2);
    turns.push(ids);
    for (const id of ids) seen.set(id, (seen.get(id) ?? 0) + 1);
    expect(turns.length, "turns").toBeLessThanOrEqual(40);
  }
  expect(turns[0]?.length).toBeLessThan(stored.length);

  for (const _ of stored) for (const id of await takeNextActiveIds(2)) seen.set(id, (seen.get(id) ?? 0) + 1);
  expect(Math.min(...seen.values())).toBeGreaterThan(1);
});
