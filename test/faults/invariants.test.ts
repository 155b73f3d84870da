// The invariants themselves: what they are there to find, they find.
import { beforeAll, expect, it } from "vitest";
import { useTable } from "../support/environment.ts";
import { violations } from "../support/invariants.ts";
import { approved, pending } from "../support/seed.ts";

beforeAll(useTable);

it("report a run that nobody began and that waits for no other", async () => {
  const { id } = await pending(await approved());
  const inTime = { now: new Date(0) };
  expect(await violations(inTime)).toEqual([]);
  const late = { now: new Date(Date.now() + 24 * 3_600_000) };
  expect(await violations(late)).toEqual([`execution#${id}: is still PENDING`]);
});
