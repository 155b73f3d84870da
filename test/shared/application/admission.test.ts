// Admission on a real table: random histories and crashes at every write never exceed a limit, and leave nobody behind.
import { type Context, toAct } from "../../../shared/domain/context.ts";
import "../../support/quiet.ts";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { completeExecution } from "../../../shared/application/end/complete-execution.ts";
import { admitQueued } from "../../../shared/application/start/admit-next.ts";
import { createExecution } from "../../../shared/application/start/create-execution.ts";
import type { Execution } from "../../../shared/domain/executions/execution.ts";
import { isActive, markRunning } from "../../../shared/domain/executions/execution-changes.ts";
import type { Runbook } from "../../../shared/domain/runbooks/runbook-changes.ts";
import { getSlots } from "../../../shared/store/concurrency-slots.ts";
import { getExecution } from "../../../shared/store/executions.ts";
import { startApi, type TestApi } from "../../support/api.ts";
import { atEveryCrashPoint, type CrashPoint, crashingAt } from "../../support/crash-points.ts";
import { LIMIT_MS, SEED, times } from "../../support/long-form.ts";
import { lockViolations } from "../../support/run-limits.ts";
import { approved, contextAt, newId } from "../../support/seed.ts";
import { saveBeginning } from "../../support/steps.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ env: { RATE_LIMIT_STARTS_PER_MINUTE: "0" } });
});
afterAll(() => api.stop());

const workflowContext = (): Context => ({ actor: { id: "boss", name: null }, now: new Date(), newId });
const asked = (service: string) =>
  ({
    parameters: { service },
    ranForTeamId: null,
    incident: null,
    automation: null,
    triggeredBy: "manual",
    trigger: {},
  }) as const;
const startContext = (now = new Date()) => contextAt(now);
const start = async (runbook: Runbook, service = "checkout") =>
  (await createExecution(runbook, asked(service), startContext())).execution;
const fail = (id: string) =>
  completeExecution(id, workflowContext(), () => ({
    status: "FAILED",
    error: { code: "internal_failure", message: "Over" },
  }));
const now = async (id: string): Promise<Execution> => {
  const execution = await getExecution(id);
  if (!execution) throw new Error(`There is no execution ${id}`);
  return execution;
};
const lockOf = ({ runbookId, concurrency }: Execution) => getSlots(runbookId, concurrency?.slotKey ?? "");

type EndStep = CrashPoint & { do: "end" | "cancel" | "crashedEnd"; which: number };
type Step = { do: "start" | "sweep" | "begin" } | EndStep;

const which = fc.nat(20);
const point = {
  write: fc.integer({ min: 1, max: 3 }),
  when: fc.constantFrom("before" as const, "after" as const),
};
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("start" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("begin" as const, "sweep" as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("end" as const, "cancel" as const, "crashedEnd" as const),
      which,
      ...point,
    }),
  },
);

/** One runbook and what happens to its runs. */
class History {
  readonly ids: string[] = [];
  readonly runbook: Runbook;

  constructor(runbook: Runbook) {
    this.runbook = runbook;
  }

  async take(step: Step): Promise<void> {
    if (step.do === "start") {
      this.ids.push((await start(this.runbook)).id);
      return;
    }
    if ("which" in step) return this.end(step);
    return step.do === "sweep" ? this.sweep() : this.begin();
  }

  private async end(step: EndStep): Promise<void> {
    const active = await this.active();
    const run = active[step.which % Math.max(1, active.length)];
    if (!run) return;
    const isHolder = (await lockOf(run)).holders.includes(run.id);
    if (step.do === "end" && !isHolder) return;
    if (step.do === "crashedEnd") await crashingAt(step, () => fail(run.id));
    else await fail(run.id);
  }

  async active(): Promise<Execution[]> {
    return (await Promise.all(this.ids.map(now))).filter(isActive);
  }

  /** The reconciler's rule for runs that have not begun, without its look at the machine. */
  async sweep(): Promise<void> {
    for (const run of await this.active()) if (run.status === "PENDING") await admitQueued(run);
  }

  async begin(): Promise<void> {
    for (const run of await this.active()) {
      const { holders } = await lockOf(run);
      if (run.status === "PENDING" && holders.includes(run.id))
        await saveBeginning(markRunning(run, 300, toAct(workflowContext())));
    }
  }

  /** Nobody who waits is passed over: every holder came before every run that waits. */
  async assertInOrder(): Promise<void> {
    const [first] = this.ids;
    if (first === undefined) return;
    const { holders, waiting } = await lockOf(await now(first));
    for (const holder of holders) for (const run of waiting) expect(holder < run).toBe(true);
  }
}

describe("random histories of a runbook whose limit queues", () => {
  it("[I20] never exceed the limit, go in order, and leave no holder behind", {
    timeout: LIMIT_MS,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.array(step, { minLength: 5, maxLength: 25 }),
        async (limit, steps) => {
          const history = new History(
            await approved("payments", { concurrency: { limit, onLimit: "queue" } }),
          );
          for (const each of steps) {
            await history.take(each);
            await history.assertInOrder();
          }
          await history.sweep();
          const active = await history.active();
          const [any] = active;
          const holders = any ? (await lockOf(any)).holders.length : 0;
          // After any crash, a reconciliation pass leaves the lock as full as it can be.
          expect(holders).toBe(Math.min(limit, active.length));
        },
      ),
      { numRuns: times(8, 200), seed: SEED, endOnFailure: true },
    );
    expect(await lockViolations()).toEqual([]);
  });
});

describe("starts at the same time", () => {
  it("of a runbook that rejects: as many as the limit start; the refusals of the others name the active run", async () => {
    const runbook = await approved("payments", { concurrency: { limit: 3, onLimit: "reject" } });
    const starts = await Promise.allSettled(Array.from({ length: 30 }, () => start(runbook)));
    const won = starts.filter((s) => s.status === "fulfilled");
    expect(won).toHaveLength(3);
    for (const lost of starts.filter((s) => s.status === "rejected")) {
      expect(lost.reason).toMatchObject({
        code: "active_executions",
        message: expect.stringContaining("execution_"),
      });
    }
    expect(await lockViolations()).toEqual([]);
  });

  it("of a runbook that queues: all get in, and once all have ended each has run, in order", async () => {
    const runbook = await approved("payments", { concurrency: { limit: 1, onLimit: "queue" } });
    const runs = await Promise.all(Array.from({ length: 12 }, () => start(runbook)));
    const order: string[] = [];
    for (let n = 0; n < 12; n++) {
      const { holders } = await lockOf(await now(runs[0]?.id ?? ""));
      expect(holders).toHaveLength(1);
      order.push(holders[0] ?? "");
      await fail(holders[0] ?? "");
    }
    const [, ...queued] = order;
    expect(queued).toEqual(queued.toSorted());
    expect(new Set(order)).toEqual(new Set(runs.map(({ id }) => id)));
    expect(await lockViolations()).toEqual([]);
  });

  it("beyond a hundred that wait: 429 with Retry-After, and nothing is stored of it", async () => {
    const runbook = await approved("payments", { concurrency: { limit: 1, onLimit: "queue" } });
    const first = await start(runbook);
    for (let n = 0; n < 100; n++) await start(runbook);
    await expect(start(runbook)).rejects.toMatchObject({ code: "too_many_requests", retryAfterSeconds: 30 });
    expect((await lockOf(first)).waiting).toHaveLength(100);
  });
});

describe("crashes at every write", () => {
  it("of the end of a run that others wait for: the reconciler lets the next one in, once", async () => {
    const points = await atEveryCrashPoint(async (point) => {
      const runbook = await approved("payments", { concurrency: { limit: 1, onLimit: "queue" } });
      const [first, second, third] = [await start(runbook), await start(runbook), await start(runbook)];
      const crashed = await crashingAt(point, () => fail(first.id));
      if (isActive(await now(first.id))) await fail(first.id);
      for (const run of [second, third]) await admitQueued(await now(run.id));
      expect(await lockOf(second)).toMatchObject({ holders: [second.id], waiting: [third.id] });
      return crashed;
    });
    expect(points).toBeGreaterThanOrEqual(4);
    expect(await lockViolations()).toEqual([]);
  });

  it("of a start: it happened whole, or not at all", async () => {
    const points = await atEveryCrashPoint(async (point) => {
      const runbook = await approved("payments", { concurrency: { limit: 1, onLimit: "reject" } });
      let id: string | undefined;
      const source = (prefix: Parameters<typeof newId>[0]) => {
        const fresh = newId(prefix);
        if (prefix === "execution") id = fresh;
        return fresh;
      };
      const crashed = await crashingAt(point, () =>
        createExecution(runbook, asked("checkout"), { ...startContext(), newId: source }),
      );
      const stored = await getExecution(id ?? "");
      const again = start(runbook);
      if (stored) await expect(again).rejects.toMatchObject({ code: "active_executions" });
      else await again;
      return crashed;
    });
    expect(points).toBe(2);
    expect(await lockViolations()).toEqual([]);
  });
});
