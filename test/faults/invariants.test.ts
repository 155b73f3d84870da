// The invariants themselves: what they are there to find, they find.
import { beforeAll, expect, it } from "vitest";
import { approveRunbook } from "../../shared/domain/runbooks/approval-changes.ts";
import { saveRunbook } from "../../shared/store/runbooks.ts";
import { useTable } from "../support/environment.ts";
import { violations } from "../support/invariants.ts";
import { act, after, approved, draft, pending, review } from "../support/seed.ts";

beforeAll(useTable);

/** Of all tests here: what others have left waits in time. */
const inTime = { now: new Date(0) };

it("report a run that nobody began and that waits for no other", async () => {
  const { id } = await pending(await approved());
  expect(await violations(inTime)).toEqual([]);
  const late = { now: new Date(Date.now() + 24 * 3_600_000) };
  expect(await violations(late)).toEqual([`execution#${id}: is still PENDING`]);
});

it("report a draft that has lost a vote", async () => {
  const runbook = await draft();
  const vote = approveRunbook(runbook, { ...review(1), required: 2 }, act("ben"));
  await saveRunbook(vote);
  expect(await violations(inTime)).toEqual([]);
  const other = approveRunbook(after(vote), { ...review(1), required: 3 }, act("cyd"));
  await saveRunbook({ ...other, summary: runbook.summary });
  expect(await violations(inTime)).toEqual([`runbook#${runbook.state.id}: has 0 votes, and its audit 2`]);
});
