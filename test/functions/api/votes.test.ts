// Approval by several people through the API: how many, by risk; who counts; and what a repeated vote answers.
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { RunbookView } from "../../../shared/domain/runbooks/runbook.ts";
import { listApprovals } from "../../../shared/store/versions.ts";
import { type ApiAnswer, ask, person, renewTable, startApi, type TestApi } from "../../support/api.ts";
import { draftIn } from "../../support/library.ts";
import { aroundSdkCalls } from "../../support/sdk-calls.ts";

const OPTIONS = { APPROVALS_REQUIRED: "high=2", APPROVER_OF_ANOTHER_TEAM: "false", FOUR_EYES: "false" };
let api: TestApi;
beforeAll(async () => {
  api = await startApi({ env: OPTIONS });
  return api.stop;
});
beforeEach(() => renewTable(api));
afterEach(() => {
  Object.assign(process.env, OPTIONS);
});

const admin = (sub: string, ...more: string[]) => ({ ...person("platform-admin", ...more), sub });
const [ANA, BEN, CYD] = [admin("ana"), admin("ben"), admin("cyd")];

const approve = (runbookId: string, as: typeof ANA, version: number, note?: string) =>
  ask("approve-runbook", { as, params: { runbookId }, body: { version, ...(note && { note }) } });
const update = (runbookId: string, body: object) =>
  ask("update-runbook", { as: ANA, params: { runbookId }, body });
const shownIn = ({ body, problem }: ApiAnswer) => {
  if (problem) throw new Error(JSON.stringify(problem));
  return RunbookView.parse(body);
};
const read = async (runbookId: string) => {
  const { body } = await ask("get-runbook", { params: { runbookId } });
  return z.object(RunbookView.shape).parse(body);
};
const actionsOf = async (runbookId: string) => {
  const { body } = await ask("list-audit", { params: { runbookId } });
  const { items } = z.looseObject({ items: z.array(z.looseObject({ action: z.string() })) }).parse(body);
  return items.map(({ action }) => action);
};
const start = (runbookId: string) =>
  ask("start-execution", { params: { runbookId }, body: { parameters: { service: "search" } } });

describe("a change of high risk", () => {
  it("is approved by the second person; until then it is a draft that cannot start", async () => {
    const runbookId = await draftIn("payments", {}, ANA);
    expect((await read(runbookId)).approvalsRequired).toBe(2);
    const first = shownIn(await approve(runbookId, BEN, 1, "Fine"));
    expect(first).toMatchObject({ version: 1, approvalStatus: "DRAFT", liveVersion: null, approvedBy: null });
    expect(first).toMatchObject({ approvals: [{ by: "ben", note: "Fine" }], approvalsRequired: 2 });
    expect((await start(runbookId)).problem?.code).toBe("runbook_not_approved");
    expect(await listApprovals(runbookId)).toEqual([]);
    const second = shownIn(await approve(runbookId, CYD, 1));
    expect(second).toMatchObject({
      version: 2,
      approvalStatus: "APPROVED",
      liveVersion: 2,
      approvedBy: "cyd",
    });
    expect(second).toMatchObject({ approvals: [{ by: "ben" }, { by: "cyd" }], approvalsRequired: null });
    expect((await start(runbookId)).status).toBe(202);
    expect(await listApprovals(runbookId)).toMatchObject([{ version: 2, selfApproved: false }]);
    expect(await actionsOf(runbookId)).toEqual(
      expect.arrayContaining(["runbook.approval_given", "runbook.approved"]),
    );
  });

  it("repeats answer as they did, before and after the approval; another note of the same person is refused", async () => {
    const runbookId = await draftIn("payments", {}, ANA);
    const first = await approve(runbookId, BEN, 1);
    expect(await approve(runbookId, BEN, 1)).toMatchObject({ status: 200, body: first.body });
    const other = await approve(runbookId, BEN, 1, "Once more");
    expect([other.status, other.problem?.code]).toEqual([409, "invalid_transition"]);
    await approve(runbookId, CYD, 1);
    expect(shownIn(await approve(runbookId, BEN, 1)).approvalStatus).toBe("APPROVED");
    expect((await actionsOf(runbookId)).filter((action) => action === "runbook.approval_given")).toHaveLength(
      1,
    );
  });

  it("loses its votes with any edit, also to a lower risk", async () => {
    const runbookId = await draftIn("payments", {}, ANA);
    await approve(runbookId, BEN, 1);
    expect(shownIn(await update(runbookId, { description: "Gently" })).approvals).toEqual([]);
    const stale = await approve(runbookId, CYD, 1);
    expect([stale.status, stale.problem?.code]).toEqual([409, "version_conflict"]);
    expect(shownIn(await approve(runbookId, CYD, 2)).approvalStatus).toBe("DRAFT");
  });
});

it("a change of low risk needs one person, compared with the version approved last", async () => {
  const runbookId = await draftIn("payments", {}, ANA);
  await approve(runbookId, BEN, 1);
  await approve(runbookId, CYD, 1);
  expect(shownIn(await update(runbookId, { description: "Gently" })).approvalsRequired).toBe(1);
  expect(
    shownIn(await update(runbookId, { webhookUrl: "https://other.example.com/x" })).approvalsRequired,
  ).toBe(2);
  await update(runbookId, { webhookUrl: "https://hooks.example.com/restart" });
  await ask("rollback-runbook", { as: ANA, params: { runbookId }, body: { toVersion: 1 } });
  expect(shownIn(await approve(runbookId, BEN, 6)).approvalStatus).toBe("APPROVED");
});

it("[H2] an author's vote is refused with four eyes, and whoever edits after voting is an author", async () => {
  process.env["FOUR_EYES"] = "true";
  const runbookId = await draftIn("payments", {}, ANA);
  await approve(runbookId, BEN, 1);
  await ask("update-runbook", { as: BEN, params: { runbookId }, body: { description: "Gently" } });
  for (const author of [ANA, BEN]) {
    const { status, problem } = await approve(runbookId, author, 2);
    expect([status, problem?.code], author.sub).toEqual([403, "not_permitted"]);
  }
  expect((await read(runbookId)).approvals).toEqual([]);
});

it("[H2] a member of the owning team does not count, where the deployment asks for another team", async () => {
  process.env["APPROVER_OF_ANOTHER_TEAM"] = "true";
  const runbookId = await draftIn("payments", {}, ANA);
  const inside = admin("dan", "team:payments:responder");
  const { status, problem } = await approve(runbookId, inside, 1);
  expect([status, problem?.code]).toEqual([403, "not_permitted"]);
  expect(problem?.detail).toContain("payments");
  expect(shownIn(await approve(runbookId, admin("eve", "team:search:admin"), 1)).approvals).toHaveLength(1);
  const global = await draftIn(null, {}, ANA);
  expect((await approve(global, inside, 1)).status).toBe(200);
});

it("a vote that meets another one is given all the same, and both are on record", async () => {
  const runbookId = await draftIn("payments", {}, ANA);
  let isFirst = true;
  const end = aroundSdkCalls(async ({ command }, send) => {
    if (isFirst && command.constructor.name === "TransactWriteCommand") {
      isFirst = false;
      await approve(runbookId, CYD, 1);
    }
    return send();
  });
  try {
    expect(shownIn(await approve(runbookId, BEN, 1))).toMatchObject({
      approvalStatus: "APPROVED",
      approvals: [{ by: "cyd" }, { by: "ben" }],
    });
  } finally {
    end();
  }
});
