// Two that reach for the same thing at once, over DynamoDB Local: one wins, both get a true answer, nothing is half written.
import "../support/quiet.ts";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { releaseSlot } from "../../shared/application/end/settle-call.ts";
import type { Runbook } from "../../shared/domain/runbooks/runbook-changes.ts";
import { recordAttempt } from "../../shared/store/attempts.ts";
import { getExecution, getExecutionRecord } from "../../shared/store/executions.ts";
import { ask, callFunction, startApi, type TestApi } from "../support/api.ts";
import { violations } from "../support/invariants.ts";
import { approvedIn, draftIn, idOf } from "../support/library.ts";
import { inParallel, LIMIT_MS, LONG, report, times } from "../support/long-form.ts";
import { atOnce, LANES, rounds } from "../support/rounds.ts";
import { approved, calling } from "../support/seed.ts";
import { later, sweepAt } from "../support/workflow.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => {
  // The reconciler runs in its own rounds only: leftovers may be older than it would allow.
  expect(await violations({ now: new Date(0) })).toEqual([]);
  await api.stop();
});

/** Both may win: a race that only one can win shows nothing. A few rounds may miss it, a thousand must not. */
function bothSeen(seen: ReadonlyMap<string, number>, ...allowed: string[]): void {
  expect([...seen.keys()].filter((pair) => !allowed.includes(pair))).toEqual([]);
  if (LONG) expect(seen.size).toBeGreaterThan(1);
}

const starting =
  (runbookId: string, headers: Record<string, string> = {}) =>
  () =>
    ask("start-execution", { params: { runbookId }, body: {}, headers });
const statusOf = async (executionId: string) => (await getExecution(executionId))?.status ?? "gone";

describe("[H8] a start and a delete at once", () => {
  it(
    "never both succeed",
    async () => {
      const seen = await rounds("start ∥ delete", times(12, 1000), async (n) => {
        const runbookId = await approvedIn(null);
        const [started, deleted] = await atOnce(n, starting(runbookId), () =>
          ask("delete-runbook", { params: { runbookId } }),
        );
        return [started.status, deleted.status];
      });
      // The loser's answer says why: the runbook is gone, or has an active run, or has moved.
      bothSeen(seen, "202 ∥ 409", "404 ∥ 204", "409 ∥ 204");
    },
    LIMIT_MS,
  );
});

describe("[H6] a start and the withdrawal of its approval at once", () => {
  it.each([
    ["deprecate-runbook", { reason: "old" }, 1000],
    ["update-runbook", { description: "Another one" }, 200],
  ] as const)(
    "%s: no run of the version that is no longer approved ever begins",
    async (route, body, long) => {
      const seen = await rounds(`start ∥ ${route}`, times(12, long), async (n) => {
        const runbookId = await approvedIn(null);
        const [started, withdrawn] = await atOnce(n, starting(runbookId), () =>
          ask(route, { params: { runbookId }, body }),
        );
        expect(withdrawn.status).toBe(200);
        if (started.status !== 202) return [started.status, withdrawn.status];
        const executionId = idOf(started);
        const refused = await callFunction("workflow/deliver-webhook", { executionId });
        expect(refused).toMatchObject({ next: "fail", refusal: { code: "runbook_not_approved" } });
        await callFunction("workflow/complete-execution", refused);
        return [started.status, (await getExecution(executionId))?.error?.code ?? "none"];
      });
      bothSeen(seen, "202 ∥ runbook_not_approved", "409 ∥ 200");
    },
    LIMIT_MS,
  );
});

const evidenceOf = (outcome: "delivered" | "refused") => ({
  ...{ number: 1, startedAt: new Date().toISOString(), outcome, durationMs: 1 },
  ...{ retryable: false, retryAfterSeconds: null, answer: null, error: null },
});

/** A run that is RUNNING, its only attempt delivered, refused, or (null) in mid-call. */
async function runningRun(runbook: Runbook, outcome: "delivered" | "refused" | null) {
  const { id: executionId } = await calling(runbook);
  if (outcome !== null) await recordAttempt(executionId, evidenceOf(outcome));
  return executionId;
}

describe("[I13] a cancel and the end of the run at once", () => {
  it(
    "make one end: cancelled, or as it ended, and then the cancel is refused",
    async () => {
      const runbook = await approved();
      const seen = await rounds("cancel ∥ finish", times(24, 200), async (n) => {
        const executionId = await runningRun(runbook, "refused");
        const cancelling = () => ask("cancel-execution", { params: { executionId } });
        const finishing = () => callFunction("workflow/complete-execution", { executionId });
        const [cancelled] = await atOnce(n, cancelling, finishing);
        const status = await statusOf(executionId);
        expect(status).toBe(cancelled.status === 200 ? "CANCELLED" : "FAILED");
        return [cancelled.status, status];
      });
      bothSeen(seen, "200 ∥ CANCELLED", "409 ∥ FAILED");
    },
    LIMIT_MS,
  );
});

describe("[I10] a cancel and the answer of the receiver at once", () => {
  it(
    "make one end that fits the evidence: a recorded success is never called cancelled",
    async () => {
      const runbook = await approved();
      const seen = await rounds("cancel ∥ record", times(24, 200), async (n) => {
        const executionId = await runningRun(runbook, null);
        const evidence = evidenceOf("delivered");
        const recording = () => recordAttempt(executionId, evidence);
        const [cancelled, recorded] = await atOnce(
          n,
          () => ask("cancel-execution", { params: { executionId } }),
          recording,
        );
        expect(recorded).toEqual({ recorded: true, executionEnded: cancelled.status === 200 });
        const run = await getExecutionRecord(executionId);
        expect(run?.attempts).toMatchObject([{ outcome: "delivered" }]);
        expect(run?.execution.status).toBe(recorded.executionEnded ? "CANCELLED" : "SUCCESS");
        if (!recorded.executionEnded) return [cancelled.status, "before the end"];
        expect(run?.execution.error?.message).toContain("A call is under way");
        // What the delivery does next, and would do here.
        expect(await releaseSlot(executionId, new Date())).toBe(true);
        return [cancelled.status, "beside the end"];
      });
      bothSeen(seen, "200 ∥ beside the end", "409 ∥ before the end");
    },
    LIMIT_MS,
  );
});

describe("[I10] the end of a run and the reconciler at once", () => {
  it(
    "make one end, that which the attempts prove",
    async () => {
      const runbook = await approved();
      const ids: string[] = [];
      const count = times(20, 200);
      for (let n = 0; n < count; n += 8) {
        const batch = await inParallel(8, LANES, () => runningRun(runbook, "delivered"));
        // The idle machine of each has ended without a word, so the reconciler closes what the finish has not.
        await Promise.all([
          sweepAt(later()),
          ...batch.map((executionId) => callFunction("workflow/complete-execution", { executionId })),
          sweepAt(later()),
        ]);
        ids.push(...batch);
      }
      const states = await inParallel(ids.length, LANES, (n) => statusOf(ids[n] ?? ""));
      expect(new Set(states)).toEqual(new Set(["SUCCESS"]));
      report("finish ∥ sweep", { rounds: count });
    },
    LIMIT_MS,
  );
});

const CALLERS = times(20, 100);

describe("[I1] many callers with one Idempotency-Key at once", () => {
  it(
    "start one run, and all of them get it",
    async () => {
      const runbookId = await approvedIn(null);
      const keys = times(1, 20);
      for (let n = 0; n < keys; n++) {
        const headers = { "idempotency-key": `key-${randomUUID()}` };
        const answers = await Promise.all(Array.from({ length: CALLERS }, starting(runbookId, headers)));
        expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]));
        expect(new Set(answers.map(idOf)).size).toBe(1);
      }
      const { body } = await ask("list-executions", { params: { runbookId }, query: { limit: "100" } });
      expect((body as { items: unknown[] }).items).toHaveLength(keys);
      report("one key, 100 callers", { keys, callers: CALLERS });
    },
    LIMIT_MS,
  );

  it(
    "under another caller's name, or with another body, is another run or a refusal",
    async () => {
      const runbookId = await approvedIn(null);
      const headers = { "idempotency-key": `key-${randomUUID()}` };
      const asked = { params: { runbookId }, headers };
      const mine = await ask("start-execution", { ...asked, body: { parameters: { service: "a" } } });
      const other = await ask("start-execution", { ...asked, body: { parameters: { service: "b" } } });
      const eve = { sub: "eve", groups: ["team:payments:responder"] };
      const hers = await ask("start-execution", {
        ...asked,
        as: eve,
        body: { parameters: { service: "a" } },
      });
      expect([mine.status, other.status, hers.status]).toEqual([202, 422, 202]);
      expect(idOf(hers)).not.toBe(idOf(mine));
    },
    LIMIT_MS,
  );
});

describe("[K1] two changes of one version at once", () => {
  it(
    "make one version: the other gets a conflict, or its own condition fails",
    async () => {
      const seen = await rounds("update ∥ approve", times(12, 200), async (n) => {
        const runbookId = await draftIn(null);
        const [updated, approvedNow] = await atOnce(
          n,
          () =>
            ask("update-runbook", {
              params: { runbookId },
              body: { description: `Number ${n}` },
              headers: { "if-match": '"1"' },
            }),
          () => ask("approve-runbook", { params: { runbookId }, body: { version: 1 } }),
        );
        return [updated.status, approvedNow.status];
      });
      bothSeen(seen, "200 ∥ 409", "412 ∥ 200");
    },
    LIMIT_MS,
  );
});
