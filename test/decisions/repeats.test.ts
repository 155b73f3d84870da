// What is asked again is answered as the first time; and what a list shows, page by page.
import { mayView } from "../../shared/domain/permissions.ts";
import "../support/quiet.ts";
import { createHmac } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { withIdempotency } from "../../shared/application/request/once.ts";
import { changeOnce } from "../../shared/application/runbooks/unless-repeated.ts";
import { KEYS } from "../../shared/contract/table.ts";
import { ServiceError } from "../../shared/domain/errors.ts";
import { chooseExecutionTeam, chooseTeamToNotify } from "../../shared/domain/executions/execution-team.ts";
import { canonicalJson } from "../../shared/domain/json.ts";
import { listExecutions, listIncidentExecutions } from "../../shared/store/execution-lists.ts";
import { getExecution } from "../../shared/store/executions.ts";
import { type IdempotencyRecord, idempotencyWrites } from "../../shared/store/idempotency.ts";
import { transact } from "../../shared/store/transact.ts";
import { alter, forget, freshTable, itemAt, sentSince } from "../support/decision-table.ts";
import { approved, callerIn, pending, running } from "../support/seed.ts";

const NOW = new Date("2026-04-01T03:00:00.000Z");
const DAY_MS = 24 * 3_600_000;

beforeEach(() => freshTable());

describe("a request under a key", () => {
  const keyed = { caller: "ana", route: "start", key: "k", asked: [{ a: 1 }], now: NOW };
  let made: string[] = [];
  const act = (id: string) => async (record: IdempotencyRecord | null) => {
    await transact([{ label: "mine", put: { pk: "made", sk: id } }, ...idempotencyWrites(record)]);
    made.push(id);
    return `made ${id}`;
  };
  const again = async (id: string) => `again ${id}`;
  const ask = (id: string, changes = {}) =>
    withIdempotency({ ...keyed, ...changes }, id, { load: again, create: act(id) });

  beforeEach(() => {
    made = [];
  });

  it("is carried out once, and then answered with the same result, for a day", async () => {
    expect(await ask("one")).toBe("made one");
    expect(await ask("two", { now: new Date(NOW.getTime() + DAY_MS - 1000) })).toBe("again one");
    expect(await ask("three", { now: new Date(NOW.getTime() + DAY_MS) })).toBe("made three");
    expect(made).toEqual(["one", "three"]);
    const hash = createHmac("sha256", "FINGERPRINT_KEY of the small world").update(canonicalJson([{ a: 1 }]));
    expect(await itemAt(KEYS.idempotency("ana", "start", "k"))).toMatchObject({
      ...{ requestHash: hash.digest("hex"), resourceId: "three" },
    });
  });

  it("is another one for another caller, route or key; and a conflict for another request", async () => {
    await ask("one");
    for (const other of [{ caller: "ben" }, { route: "rerun" }, { key: "l" }])
      expect(await ask(JSON.stringify(other), other)).toMatch(/^made/);
    await expect(ask("two", { asked: [{ a: 2 }] })).rejects.toMatchObject({
      ...{ code: "idempotency_conflict" },
      message: "This Idempotency-Key was used for another request: use a new key.",
    });
    expect(made).toHaveLength(4);
  });

  it("that fails checks once more for the result of its key", async () => {
    const refused = new ServiceError("active_executions", "Others run.");
    const racing = (other: () => Promise<unknown>) =>
      withIdempotency(keyed, "late", {
        load: again,
        create: async () => {
          await other();
          throw refused;
        },
      });
    expect(await racing(() => ask("fast"))).toBe("again fast");
    freshTable();
    await expect(racing(async () => undefined)).rejects.toBe(refused);
    await expect(racing(() => ask("other", { asked: [] }))).rejects.toMatchObject({
      code: "idempotency_conflict",
    });
  });

  it("without one is carried out each time", async () => {
    const records: unknown[] = [];
    const plain = () =>
      withIdempotency(null, "x", {
        load: again,
        create: async (record) => {
          records.push(record);
          return "done";
        },
      });
    expect([await plain(), await plain()]).toEqual(["done", "done"]);
    expect(records).toEqual([null, null]);
  });
});

describe("a change of a runbook", () => {
  it("that was made before is answered with its current state", async () => {
    const runbook = await approved();
    let makes = 0;
    const ask = (repeats: boolean[], failure?: Error) =>
      changeOnce(runbook, {
        reread: async () => runbook,
        isRepeat: () => repeats.shift() ?? false,
        apply: async () => {
          makes++;
          if (failure) throw failure;
          return { summary: { ...runbook.summary, name: "made" }, version: runbook.current };
        },
      });
    const stands = { summary: runbook.summary, version: runbook.current };
    expect(await ask([true])).toEqual(stands);
    expect(makes).toBe(0);
    expect((await ask([false])).summary.name).toBe("made");
    const failure = new Error("Somebody was faster");
    expect(await ask([false, true], failure)).toEqual(stands);
    await expect(ask([false, false], failure)).rejects.toBe(failure);
    expect(makes).toBe(3);
  });
});

describe("a list of runs", () => {
  const isVisible = mayView(callerIn("team:payments:observer"));

  it("shows those of a runbook that the caller may see, by status, newest first, page by page", async () => {
    const runbook = await approved(null);
    const ids: string[] = [];
    for (const team of ["payments", "payments", "payments", "search"])
      ids.push((await pending(runbook, team)).id);
    const done = await running(runbook);
    const mine = ids.slice(0, 3).toSorted().toReversed();
    const list = async (limit: number, before?: string, status?: "PENDING" | "RUNNING") => {
      const { items, next } = await listExecutions(
        runbook.state.id,
        { status: status && [status], isVisible },
        { limit, before },
      );
      return [items.map(({ id }) => id), next];
    };
    expect(await list(10)).toEqual([[done.id, ...mine].toSorted().toReversed(), null]);
    expect(await list(10, undefined, "PENDING")).toEqual([mine, null]);
    const cursor = `${(await getExecution(mine[1] ?? ""))?.createdAt}#${mine[1]}`;
    const [first, second] = [await list(2, undefined, "PENDING"), await list(2, cursor, "PENDING")];
    expect(first).toEqual([mine.slice(0, 2), cursor]);
    expect(second).toEqual([mine.slice(2), null]);
    expect(await list(10, undefined, "RUNNING")).toEqual([[done.id], null]);
    const other = await approved(null);
    const { items } = await listExecutions(other.state.id, { isVisible }, { limit: 5 });
    expect(items).toEqual([]);
    forget();
    await list(1);
    expect(sentSince()[0]).toMatchObject({ IndexName: "by-runbook", Limit: 2 });
  });

  it("shows those of an incident in the same way", async () => {
    const runbook = await approved(null);
    const [mine, theirs] = [await pending(runbook, "payments"), await pending(runbook, "search")];
    for (const { id } of [mine, theirs])
      await alter(KEYS.execution(id), {
        incidentId: "INC-1",
        incidentList: "executions#INC-1",
      });
    const { items, next } = await listIncidentExecutions("INC-1", { isVisible }, { limit: 5 });
    expect(items).toEqual([{ ...mine, incidentId: "INC-1" }]);
    expect(next).toBeNull();
    forget();
    expect((await listIncidentExecutions("INC-2", { isVisible }, { limit: 5 })).items).toEqual([]);
    expect(sentSince()[0]).toMatchObject({ IndexName: "by-incident" });
  });

  it("ends early, with a cursor, after two thousand rows that are not shown", async () => {
    const runbook = await approved(null);
    const { id } = await pending(runbook, "search");
    const stored = await itemAt(KEYS.execution(id));
    const ids = Array.from({ length: 2001 }, (_, n) => newIdAfter(n));
    for (const other of ids)
      await alter(KEYS.execution(other), {
        ...stored,
        ...KEYS.execution(other),
        id: other,
        listSort: other,
      });
    const { items, next } = await listExecutions(runbook.state.id, { isVisible }, { limit: 5 });
    expect(items).toEqual([]);
    expect(next).toBe(ids.toReversed()[1999]);
  });
});

/** Later than any other id, in order. */
const newIdAfter = (n: number) => `execution_7${"z".repeat(20)}${String(n).padStart(5, "0")}`;

describe("the team that a run is for", () => {
  const both = callerIn("team:payments:responder", "team:search:admin", "team:shop:observer");

  it("is the one that is given; naming another is refused", () => {
    expect(chooseExecutionTeam(both, { fixed: "payments" })).toBe("payments");
    expect(chooseExecutionTeam(both, { fixed: "payments", requested: "payments" })).toBe("payments");
    expect(
      refused(() => chooseExecutionTeam(both, { fixed: "payments", requested: "search" })),
    ).toMatchObject({
      ...{ code: "malformed_request", message: "The request does not name its team correctly." },
      issues: [
        {
          pointer: "/teamId",
          message:
            'must be "payments", or be left out: the runbook, the incident or the earlier run has a team',
        },
      ],
    });
  });

  it("is the one that is named, if the caller may run for it", () => {
    expect(chooseExecutionTeam(both, { fixed: null, requested: "search" })).toBe("search");
    expect(refused(() => chooseExecutionTeam(both, { fixed: null, requested: "shop" })).code).not.toBe(
      "malformed_request",
    );
    expect(refused(() => chooseExecutionTeam(both, { fixed: null, requested: "other" })).code).not.toBe(
      "malformed_request",
    );
    expect(chooseExecutionTeam(callerIn("platform-admin"), { fixed: null, requested: null })).toBeNull();
  });

  it("is else the only one that it may run for; of several it has to name one", () => {
    expect(
      chooseExecutionTeam(callerIn("team:payments:responder", "team:shop:observer"), { fixed: null }),
    ).toBe("payments");
    expect(chooseExecutionTeam(callerIn("platform-admin"), { fixed: null })).toBeNull();
    expect(refused(() => chooseExecutionTeam(both, { fixed: null })).issues).toMatchObject([
      { message: "is required, since you may run for several teams: payments, search" },
    ]);
    const teams = (count: number) =>
      callerIn(...Array.from({ length: count }, (_, n) => `team:t${String.fromCharCode(106 - n)}:admin`));
    const named = (count: number) =>
      refused(() => chooseExecutionTeam(teams(count), { fixed: null })).issues[0]?.message;
    expect(named(10)).toMatch(/: ta, tb, .*, tj$/);
    const eleven = callerIn(
      ...Array.from({ length: 11 }, (_, n) => `team:t${String.fromCharCode(97 + n)}:admin`),
    );
    expect(refused(() => chooseExecutionTeam(eleven, { fixed: null })).issues[0]?.message).toMatch(
      /, tj, …$/,
    );
  });

  it("is named in a refusal: the first team that the caller may run for, else its own", () => {
    expect(chooseTeamToNotify(both, ["shop", null, "search", "payments"])).toBe("search");
    expect(chooseTeamToNotify(both, [undefined, "other"])).toBe("payments");
    expect(chooseTeamToNotify(callerIn("platform-admin"), ["search"])).toBe("search");
    expect(chooseTeamToNotify(callerIn("platform-admin"), [null, undefined])).toBeNull();
  });
});

function refused(work: () => unknown): ServiceError {
  try {
    work();
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error("It was not refused");
}
