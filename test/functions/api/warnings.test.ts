// What may be saved and will surprise: told by every answer that saves or shows a definition, and kept in its version.
import "../../support/quiet.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { ask, startApi } from "../../support/api.ts";
import { approve, draftIn, GIVEN } from "../../support/library.ts";

beforeAll(async () => {
  const api = await startApi();
  return () => api.stop();
});

const WORDY = { attemptTimeoutSeconds: 60, timeoutSeconds: 30 };
const SAID = { ...WORDY, attemptTimeoutSeconds: 30, retryPolicy: { safeToRepeat: true } };
const BOTH = [
  { pointer: "/attemptTimeoutSeconds", code: "attempt_outlasts_run", message: expect.any(String) },
  { pointer: "/retryPolicy/safeToRepeat", code: "safe_to_repeat_not_given", message: expect.any(String) },
];
const warningsOf = (body: unknown) => Object(body).warnings;

describe("the warnings of a definition", () => {
  it("come with creation, change, rollback and preview, and stand in the version for good", async () => {
    const created = await ask("create-runbook", { body: { ...GIVEN, ...WORDY } });
    expect([created.status, warningsOf(created.body)]).toEqual([201, BOTH]);
    const params = { runbookId: Object(created.body).id };
    expect(warningsOf((await ask("update-runbook", { params, body: SAID })).body)).toEqual([]);
    expect(warningsOf((await ask("preview-runbook", { params, body: { version: 1 } })).body)).toEqual(BOTH);
    expect(warningsOf((await ask("preview-runbook", { params })).body)).toEqual([]);
    expect(warningsOf((await ask("rollback-runbook", { params, body: { toVersion: 1 } })).body)).toEqual(
      BOTH,
    );
    await approve(params.runbookId, 3);
    expect(warningsOf((await ask("get-runbook", { params })).body)).toEqual(BOTH);
    const versions = await Promise.all(
      ["1", "2", "3", "4"].map((version) => ask("get-version", { params: { ...params, version } })),
    );
    expect(versions.map(({ body }) => warningsOf(body))).toEqual([BOTH, [], BOTH, BOTH]);
  });

  it("do not ask about a repetition that cannot happen", async () => {
    const runbookId = await draftIn("payments", { retryPolicy: { maxAttempts: 1 } });
    expect(warningsOf((await ask("get-runbook", { params: { runbookId } })).body)).toEqual([]);
  });
});
