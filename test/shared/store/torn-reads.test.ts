// A query is not atomic: a runbook whose state is of one moment and its summary of another is read again.
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { approveRunbook } from "../../../shared/domain/runbooks/approval-changes.ts";
import { requestChanges } from "../../../shared/domain/runbooks/review-changes.ts";
import {
  type Runbook,
  type RunbookChange,
  updateRunbook,
} from "../../../shared/domain/runbooks/runbook-changes.ts";
import { getRunbook, saveRunbook } from "../../../shared/store/runbooks.ts";
import { useTable } from "../../support/environment.ts";
import { aroundSdkCalls } from "../../support/sdk-calls.ts";
import { act, definition, draft, reload, review } from "../../support/seed.ts";

beforeAll(useTable);
let stopTearing = () => undefined as unknown;
afterEach(() => void stopTearing());

type Change = (runbook: Runbook) => RunbookChange | null;
const vote: Change = (runbook) =>
  approveRunbook(
    runbook,
    { ...review(runbook.state.version), required: 9 },
    act(`user${runbook.state.auditSequence}`),
  );
const refuse: Change = (runbook) => requestChanges(runbook, { version: 1, note: "Why?" }, act("ben"));
const edit: Change = (runbook) => updateRunbook(runbook, definition({ description: "Gently" }), null, act());

/** How many queries of the runbook there were. */
let queries = 0;

/**
 * During each of the next `times` queries of a runbook the change is written, and the answer has one item from before
 * and the other one from after it.
 */
function tear(id: string, change: Change, older: "state" | "summary", times = 1): void {
  let left = times;
  let isWriting = false;
  queries = 0;
  stopTearing = aroundSdkCalls(async ({ name }, send) => {
    if (name !== "Query" || isWriting) return send();
    queries++;
    if (left-- <= 0) return send();
    const before = Object(await send());
    isWriting = true;
    const written = change(await reload(id));
    if (written) await saveRunbook(written);
    isWriting = false;
    const after = Object(await send());
    const [one, other] = older === "state" ? [before, after] : [after, before];
    return { ...after, Items: [one.Items[0], other.Items[1]] };
  });
}

const CHANGES: [string, Change, object][] = [
  ["a vote", vote, { version: 1, reviewChanges: 1, votes: 1, no: false }],
  ["a request for changes", refuse, { version: 1, reviewChanges: 1, votes: 0, no: true }],
  ["an edit", edit, { version: 2, reviewChanges: 0, votes: 0, no: false }],
];

describe("a runbook that changes while it is read", () => {
  it.each(
    CHANGES.flatMap(([what, change, expected]) =>
      (["state", "summary"] as const).map((older) => ({ what, older, change, expected })),
    ),
  )("is read again: the $older is from before $what", async ({ older, change, expected }) => {
    const { id } = (await draft()).state;
    tear(id, change, older);
    const found = await getRunbook(id);
    const { version, reviewChanges } = found?.state ?? {};
    const { approvals = [], changesRequested = null } = found?.summary ?? {};
    expect({ version, reviewChanges, votes: approvals.length, no: changesRequested !== null }).toEqual(
      expected,
    );
    expect(found?.current.version).toBe(version);
    expect(queries).toBe(2);
  });

  it("again and again is not shown torn: the caller is told to try again", async () => {
    const { id } = (await draft()).state;
    tear(id, vote, "summary", 9);
    await expect(getRunbook(id)).rejects.toMatchObject({ code: "unavailable", retryAfterSeconds: 1 });
    expect(queries).toBe(5);
  });
});
