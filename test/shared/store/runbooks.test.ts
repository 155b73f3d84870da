// Runbooks on a real table: writers meet, one wins, nothing is lost.

import { beforeAll, describe, expect, it } from "vitest";
import { markCompleted, markRunning } from "../../../shared/domain/executions/execution-changes.ts";
import { listViewableScopes } from "../../../shared/domain/permissions.ts";
import { approveRunbook } from "../../../shared/domain/runbooks/approval-changes.ts";
import {
  createRunbook,
  rollbackRunbook,
  updateRunbook,
} from "../../../shared/domain/runbooks/runbook-changes.ts";
import { listAudit } from "../../../shared/store/audit.ts";
import { ConditionFailed } from "../../../shared/store/client.ts";
import { getExecution, saveCompletion } from "../../../shared/store/executions.ts";
import { listDeletedRunbooks, listRunbooks } from "../../../shared/store/runbook-lists.ts";
import { deleteRunbook, getRunbook, saveRunbook } from "../../../shared/store/runbooks.ts";
import { listApprovals, listVersions } from "../../../shared/store/versions.ts";
import { useTable } from "../../support/environment.ts";
import { times } from "../../support/long-form.ts";
import {
  act,
  approved,
  callerIn,
  definition,
  draft,
  newId,
  pending,
  reload,
  review,
} from "../../support/seed.ts";
import { saveBeginning } from "../../support/steps.ts";

beforeAll(useTable);

/** Which of two things that ran at the same time succeeded, as text. */
async function race(...runs: (() => Promise<unknown>)[]): Promise<string> {
  const settled = await Promise.allSettled(runs.map((run) => run()));
  return settled.map((s) => (s.status === "fulfilled" ? "won" : codeOf(s.reason))).join(" ");
}

/** A table that is overrun by 200 at once on a small machine answers `unavailable`: callers ask again. */
async function insist(write: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (codeOf(error) !== "unavailable") throw error;
    }
  }
}

function codeOf(error: unknown): string {
  if (error instanceof ConditionFailed) return `condition:${error.labels.join(",")}`;
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}

const ROUNDS = times(10, 200);
const WRITERS = 200;

describe("runbooks in the table", () => {
  it("concurrent writers of one version: one succeeds, the others get a conflict, versions stay gapless", async () => {
    const runbook = await draft();
    const writers = Array.from({ length: WRITERS }, (_, n) => {
      const change = updateRunbook(runbook, definition({ description: `Edit ${n}` }), null, act(`user${n}`));
      return async () => change && insist(() => saveRunbook(change));
    });
    const outcome = (await race(...writers)).split(" ");
    expect(outcome.filter((o) => o !== "version_conflict" && o !== "won")).toEqual([]);
    const { items } = await listVersions(runbook.state.id, { limit: 100 });
    expect(items.map((v) => v.version)).toEqual([2, 1]);
    const winner = outcome.indexOf("won");
    expect(outcome.lastIndexOf("won")).toBe(winner);
    const stored = (await reload(runbook.state.id)).current.definition.description;
    // A winner whose answer was lost gets a conflict with itself.
    expect(stored).toMatch(winner === -1 ? /^Edit \d+$/ : new RegExp(`^Edit ${winner}$`));
  });

  it("writers that read again after a conflict all get in: a version and an audit entry each, no gap", async () => {
    const { state } = await draft();
    const write = async (n: number): Promise<void> => {
      const change = updateRunbook(
        await reload(state.id),
        definition({ description: `Edit ${n}` }),
        null,
        act(`user${n}`),
      );
      if (!change) return;
      await saveRunbook(change).catch((error: unknown) => {
        if (codeOf(error) !== "version_conflict") throw error;
        return write(n);
      });
    };
    const writers = Array.from({ length: times(60, 200) }, (_, n) => n);
    for (let i = 0; i < writers.length; i += 5) await Promise.all(writers.slice(i, i + 5).map(write));
    const all = await everyVersion(state.id);
    expect(all).toEqual(Array.from({ length: writers.length + 1 }, (_, n) => writers.length + 1 - n));
    expect((await reload(state.id)).state.auditSequence).toBe(writers.length + 1);
  });

  async function everyVersion(id: string): Promise<number[]> {
    const found: number[] = [];
    for (let before: string | undefined; ; ) {
      const { items, next } = await listVersions(id, { limit: 50, before });
      found.push(...items.map((v) => v.version));
      if (next === null) return found;
      before = next;
    }
  }

  it("approve ∥ edit: never is a definition approved that the approver did not see", async () => {
    const seen = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      const runbook = await draft();
      const edit = updateRunbook(runbook, definition({ description: `Edit ${round}` }), null, act("ben"));
      const approve = approveRunbook(runbook, review(1), act("boss"));
      const both = [() => saveRunbook(approve), async () => edit && saveRunbook(edit)];
      const outcome = round % 2 === 0 ? await race(...both) : await race(...both.reverse());
      expect(["won version_conflict", "version_conflict won"]).toContain(outcome);
      const now = await reload(runbook.state.id);
      seen.add(now.state.approvalStatus);
      if (now.state.approvalStatus === "APPROVED") {
        expect(now.current.definitionHash).toBe(runbook.current.definitionHash);
      }
    }
    expect(seen.size).toBe(2);
  });

  it("start ∥ edit: a run starts of the approved version, or not at all", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const runbook = await approved();
      const edit = updateRunbook(runbook, definition({ description: `Edit ${round}` }), null, act("ben"));
      const outcome = await race(
        () => pending(runbook),
        async () => edit && saveRunbook(edit),
      );
      expect(outcome.endsWith("won")).toBe(true);
      expect(["won won", "condition:runbook won"]).toContain(outcome);
      const { state } = await reload(runbook.state.id);
      expect(state.activeExecutions).toBe(outcome === "won won" ? 1 : 0);
    }
  });

  it("[H8] start ∥ delete: never both", async () => {
    const seen = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      const runbook = await approved();
      const both = [() => pending(runbook), () => deleteRunbook(runbook, act(), undefined)];
      const outcome = await race(...(round % 2 === 0 ? both : both.reverse()));
      seen.add(outcome);
      expect(outcome.split(" ").filter((o) => o === "won")).toHaveLength(1);
    }
    expect([...seen].some((o) => o.includes("active_executions"))).toBe(true);
    expect([...seen].some((o) => o.includes("condition:runbook"))).toBe(true);
  });

  it("a runbook with an active run is not deleted; when the run has ended, it is", async () => {
    const runbook = await approved();
    const run = await pending(runbook);
    await expect(deleteRunbook(await reload(runbook.state.id), act(), undefined)).rejects.toMatchObject({
      code: "active_executions",
    });
    const started = markRunning(run, 300, act());
    await saveBeginning(started);
    await saveCompletion(markCompleted(started.execution, { status: "SUCCESS", error: null }, act(), []));
    await deleteRunbook(await reload(runbook.state.id), act(), undefined);
    expect((await getRunbook(runbook.state.id))?.state.deletedAt).not.toBeNull();
    expect((await getExecution(run.id))?.status).toBe("SUCCESS");
    expect((await listVersions(runbook.state.id, { limit: 5 })).items).toHaveLength(2);
    const audit = await listAudit(runbook.state.id, () => true, { limit: 20 });
    expect(audit.items.map((a) => a.action)).toEqual([
      "runbook.deleted",
      "execution.succeeded",
      "execution.started",
      "execution.requested",
      "runbook.approved",
      "runbook.created",
    ]);
  });

  it("nothing is stored of a creation whose id is in use", async () => {
    const runbook = await draft();
    const again = createRunbook(runbook.state.id, "search", definition({ name: "Other" }), act());
    await expect(saveRunbook(again)).rejects.toMatchObject({ code: "version_conflict" });
    expect((await reload(runbook.state.id)).summary.name).toBe("Restart a service");
  });

  it("every approval that a runbook has had is found, and none of another", async () => {
    const runbook = await approved();
    await approved();
    for (const version of [3, 5]) {
      const edit = updateRunbook(
        await reload(runbook.state.id),
        definition({ description: `For ${version}` }),
        null,
        act(),
      );
      if (!edit) throw new Error("The update changed nothing");
      await saveRunbook(edit);
      await saveRunbook(approveRunbook(await reload(runbook.state.id), review(version), act("boss")));
    }
    for (const atOnce of [1, 2, 3, 4]) {
      const approvals = await listApprovals(runbook.state.id, atOnce);
      expect(approvals.map(({ runbookId, version }) => [runbookId, version])).toEqual(
        [2, 4, 6].map((version) => [runbook.state.id, version]),
      );
    }
    expect(await listApprovals((await draft()).state.id)).toEqual([]);
  });

  it("a rollback keeps every version and adds one", async () => {
    const runbook = await draft();
    const edit = updateRunbook(runbook, definition({ description: "Changed" }), null, act());
    if (!edit) throw new Error("The update changed nothing");
    await saveRunbook(edit);
    await saveRunbook(
      rollbackRunbook(await reload(runbook.state.id), runbook.current, definition(), null, act()),
    );
    const { items } = await listVersions(runbook.state.id, { limit: 5 });
    expect(items.map((v) => [v.version, v.change])).toEqual([
      [3, "rolled_back"],
      [2, "updated"],
      [1, "created"],
    ]);
    expect(items[0]?.definitionHash).toBe(items[2]?.definitionHash);
  });
});

describe("lists of runbooks", () => {
  it("merge global ones and those of the caller's teams, latest change first, in pages without loss or repetition", async () => {
    const [a, b, foreign] = [newTeam(), newTeam(), newTeam()];
    const mine: string[] = [];
    for (let n = 0; n < 12; n++) {
      const team = [a, b, foreign][n % 3] ?? a;
      const { state } = await draft(team);
      if (team !== foreign) mine.push(state.id);
    }
    const caller = callerIn(`team:${a}:observer`, `team:${b}:admin`);
    const listed: string[] = [];
    for (let before: string | undefined; ; ) {
      const { items, next } = await listRunbooks(listViewableScopes(caller), {}, { limit: 3, before });
      listed.push(...items.filter((r) => r.teamId !== null).map((r) => r.id));
      if (next === null) break;
      before = next;
    }
    expect(listed).toEqual(mine.toReversed());
  });

  it("a platform admin sees every team's, and a filter finds by status and part of the name", async () => {
    const team = newTeam();
    const { state } = await approved(team, { name: `Drain ${team}` });
    await draft(team, { name: `Other ${newTeam()}` });
    const found = await listRunbooks(
      "all",
      { approvalStatus: "APPROVED", q: `dRAIN ${team}` },
      { limit: 20 },
    );
    expect(found.items.map((r) => r.id)).toEqual([state.id]);
    expect(found.next).toBeNull();
  });

  it("[G11] a caller's list is the same with and without invisible runbooks", async () => {
    const [mine, foreign] = [newTeam(), newTeam()];
    await draft(mine);
    const caller = callerIn(`team:${mine}:observer`);
    const list = (scope: string) => listRunbooks(listViewableScopes(caller, scope), {}, { limit: 20 });
    const before = await list(mine);
    await draft(foreign);
    expect(await list(mine)).toEqual(before);
    expect(await list(foreign)).toEqual({ items: [], next: null });
  });

  it("a deleted runbook is only on the list of deleted ones", async () => {
    const team = newTeam();
    const runbook = await draft(team);
    await deleteRunbook(runbook, act(), undefined);
    expect((await listRunbooks([team], {}, { limit: 20 })).items).toEqual([]);
    expect((await listDeletedRunbooks("all", { teamId: team }, { limit: 20 })).items).toMatchObject([
      { id: runbook.state.id, deletedAt: expect.any(String) },
    ]);
  });
});

const newTeam = () => newId("runbook").slice(-12);
