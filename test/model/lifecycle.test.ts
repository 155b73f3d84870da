// Random histories of runbooks and runs: the real operations come to what the model says, step by step, and stay whole.
import "../support/quiet.ts";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { history, play, reached, type Step } from "../support/lifecycle.ts";
import { LIMIT_MS, LONG, report, SEED, times } from "../support/long-form.ts";
import { MemoryTable } from "../support/memory-table.ts";
import { beginWorld, ENVIRONMENT } from "../support/small-world.ts";

Object.assign(process.env, ENVIRONMENT);
const smallWorld = vi.hoisted(() => () => import("../support/small-world.ts"));
vi.mock(import("../../shared/store/client.ts"), async (original) =>
  (await smallWorld()).storeOf(await original()),
);
vi.mock(import("../../shared/step-functions/executions.ts"), async (original) =>
  (await smallWorld()).engineOf(await original()),
);
vi.mock(import("../../shared/webhook/attempt.ts"), async (original) =>
  (await smallWorld()).webhookOf(await original()),
);
vi.mock(import("../../shared/secrets/own-keys.ts"), async (original) =>
  (await smallWorld()).ownKeysOf(await original()),
);
vi.mock(import("../../shared/secrets/encrypt.ts"), async (original) =>
  (await smallWorld()).fakeEncryption(await original()),
);

/** Histories that once went wrong, shrunk: each is played first. */
const COUNTEREXAMPLES: Step[][] = [
  // Two drafts wait for a review, of low and of medium risk. The model knew no level between low and high; the service did.
  [
    { act: "withdraw", which: 0, arg: 0 },
    { act: "create", which: 0, arg: 3 },
    { act: "request-review", which: 0, arg: 1 },
    { act: "approve", which: 3, arg: 0 },
    { act: "approve", which: 3, arg: 4 },
    { act: "update", which: 1, arg: 2 },
    { act: "request-review", which: 7, arg: 1 },
  ],
  // An attempt was begun while an earlier one had not reported its outcome: the earlier one looked open for ever.
  [
    { act: "start", which: 0, arg: 0 },
    { act: "deliver", which: 0, arg: 5 },
    { act: "deliver", which: 0, arg: 0 },
    { act: "finish", which: 0, arg: 0 },
  ],
  // The first attempt reports late, when the run is cancelled and the second call may still be under way. The model gave
  // the place back too early; the service never did.
  [
    { act: "start", which: 0, arg: 0 },
    { act: "hold", which: 0, arg: 3 },
    { act: "wait", which: 0, arg: 2 },
    { act: "deliver", which: 0, arg: 5 },
    { act: "cancel", which: 0, arg: 0 },
    { act: "release", which: 0, arg: 0 },
  ],
  // A vote for the renewal of what is live counted as one for the draft beside it, in the audit.
  [
    { act: "rollback", which: 0, arg: 0 },
    { act: "wait", which: 0, arg: 4 },
    { act: "hold", which: 0, arg: 0 },
    { act: "release", which: 0, arg: 0 },
    { act: "approve", which: 0, arg: 0 },
  ],
  // A delivery was refused in a freeze, and repeated after it: the run ended as frozen, with nothing sent, although its
  // receiver had been called.
  [
    { act: "start", which: 0, arg: 0 },
    { act: "freeze", which: 0, arg: 0 },
    { act: "hold", which: 0, arg: 0 },
    { act: "freeze", which: 0, arg: 1 },
    { act: "deliver", which: 0, arg: 1 },
    { act: "finish", which: 0, arg: 0 },
  ],
];

/** A test of histories that never get there would prove nothing. */
const MUST_BE_REACHED = [
  "approve: null",
  "approve: one of two",
  "approve: not_permitted",
  "approve: version_conflict",
  "approve: invalid_transition",
  "request-review: null",
  "request-review: version_conflict",
  "request-review: invalid_transition",
  "request-changes: null",
  "request-changes: version_conflict",
  "awaiting review: 2",
  "approve: one of two that renew",
  "approve: renewed",
  "approve: renewed beside a draft",
  "deprecate: null",
  "rollback: null",
  "withdraw: null",
  "withdraw: invalid_transition",
  "start: done beside a draft",
  "deliver: began an older version",
  "delete: null",
  "delete: active_executions",
  "start: done",
  "start: runbook_not_approved",
  "start: approval_expired",
  "deliver: approval_expired",
  "start: frozen",
  "deliver: frozen",
  "start: idempotency_conflict",
  "rerun: done",
  "deliver: refused",
  "finish: of a refused run",
  "deliver: RUNNING",
  "finish: SUCCESS",
  "finish: FAILED",
  "cancel: null",
  "cancel: execution_finished",
  "end: CANCELLED",
  "end: unheard",
  "hold: before its claim",
  "hold: before its call",
  "release: claim of one that is RUNNING",
  "release: claim of one that is CANCELLED",
  "release: claim of one that is FAILED",
  "release: call of one that is CANCELLED",
  "release: call of one that is FAILED",
];

describe("a random history of runbooks and runs", () => {
  it(
    "goes as the model says, and leaves everything whole",
    async () => {
      const numRuns = times(150, 20_000);
      const property = fc.asyncProperty(history(60), async (steps) => {
        const memory = new MemoryTable();
        await play(
          steps,
          beginWorld((command) => memory.send(command)),
        );
      });
      await fc.assert(property, {
        numRuns,
        seed: SEED,
        examples: COUNTEREXAMPLES.map((steps): [Step[]] => [steps]),
      });
      const steps = [...reached.values()].reduce((sum, count) => sum + count, 0);
      report("histories", { histories: numRuns, steps, reached: Object.fromEntries([...reached].sort()) });
      if (LONG) for (const act of MUST_BE_REACHED) expect(reached.get(act) ?? 0, act).toBeGreaterThan(50);
    },
    LIMIT_MS,
  );
});
