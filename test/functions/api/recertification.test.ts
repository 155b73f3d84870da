// Re-certification through the API: what an expired approval stops, who renews it, what the lists show, and what the
// sweep announces.
import "../../support/quiet.ts";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { verifyAudit } from "../../../shared/application/audit/verify-audit.ts";
import { Review } from "../../../shared/contract/review-routes.ts";
import { listApprovals } from "../../../shared/store/versions.ts";
import { ask, person, renewTable, startApi, type TestApi } from "../../support/api.ts";
import { BREAK_GLASS } from "../../support/break-glass.ts";
import { atEveryCrashPoint, crashingAt } from "../../support/crash-points.ts";
import { draftIn, idOf, incidentIn } from "../../support/library.ts";
import {
  ANA,
  approvalEntries,
  approve,
  BEN,
  CYD,
  edit,
  expiring,
  FOUR_WEEKS,
  liveIn,
  passDays,
  shown,
  shownIn,
  sweep,
} from "../../support/recertification.ts";
import { aroundSdkCalls } from "../../support/sdk-calls.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ env: { ...FOUR_WEEKS, FOUR_EYES: "true" } });
  return api.stop;
});
let stopWatching = () => undefined as unknown;
beforeEach(async () => {
  await renewTable(api);
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime("2026-04-01T03:00:00.000Z");
});
afterEach(() => {
  stopWatching();
  vi.useRealTimers();
  Object.assign(process.env, FOUR_WEEKS);
});

const start = (runbookId: string, body: object = {}) =>
  ask("start-execution", { params: { runbookId }, body });
const EXPIRY = "2026-04-29T03:00:00.000Z";

describe("an approval", () => {
  it("holds as long as the option says for the risk of its change; a draft and a vote say nothing of it", async () => {
    const runbookId = await draftIn("payments", {}, ANA);
    expect(await shown(runbookId)).toMatchObject({ approvalExpiresAt: null, renewal: null });
    expect(shownIn(await approve(runbookId, 1))).toMatchObject({
      approvalExpiresAt: EXPIRY,
      renewal: { from: "2026-04-15T03:00:00.000Z", risk: "high", votes: [] },
    });
    await edit(runbookId);
    expect(shownIn(await approve(runbookId, 3))).toMatchObject({
      approvalExpiresAt: "2026-04-08T03:00:00.000Z",
      renewal: { risk: "low" },
    });
  });

  it("keeps its term when the option changes", async () => {
    const runbookId = await liveIn("payments");
    process.env["APPROVAL_VALID_DAYS"] = "high=0";
    const forever = await liveIn("payments");
    process.env["APPROVAL_VALID_DAYS"] = "high=1";
    expect(await shown(runbookId)).toMatchObject({ approvalExpiresAt: EXPIRY });
    expect(await shown(forever)).toMatchObject({ approvalExpiresAt: null });
    passDays(3650);
    expect((await start(forever)).status).toBe(202);
  });
});

describe("an expired approval", () => {
  it("refuses starts and reruns from its last instant on, and not a millisecond before", async () => {
    const runbookId = await liveIn("payments");
    passDays(28, -1);
    const executionId = idOf(await start(runbookId));
    passDays(0, 1);
    const refused = [
      await start(runbookId),
      await start(runbookId, { version: 2 }),
      await ask("rerun-execution", { params: { executionId } }),
    ];
    for (const { status, problem } of refused) {
      expect([status, problem?.code]).toEqual([409, "approval_expired"]);
      expect(problem?.detail).toBe(
        `The approval of version 2 expired on ${EXPIRY}. Ask a platform admin to review version 2 and approve it again. Until then, an admin can start it by breaking the glass.`,
      );
    }
    const { body } = await ask("rerun-executions", { body: { executionIds: [executionId] } });
    expect(body).toMatchObject({ items: [{ status: 409, problem: { code: "approval_expired" } }] });
  });

  it("is passed by who breaks the glass, and what was never approved is not", async () => {
    const runbookId = await liveIn("payments");
    const draft = await draftIn("payments", {}, ANA);
    passDays(29);
    expect((await start(runbookId, { breakGlass: BREAK_GLASS })).status).toBe(202);
    const { problem } = await start(draft, { breakGlass: BREAK_GLASS });
    expect(problem?.code).toBe("runbook_not_approved");
  });

  it("stops neither preview nor review, which say it, and the runbook stays in the lists of what is live", async () => {
    const runbookId = await liveIn("payments");
    const incidentId = await incidentIn("payments");
    passDays(29);
    const preview = await ask("preview-runbook", { params: { runbookId }, body: {} });
    expect(preview).toMatchObject({ status: 200, body: { approvalExpiresAt: EXPIRY, runbookVersion: 2 } });
    const review = Review.parse((await ask("get-review", { params: { runbookId } })).body);
    expect(review).toMatchObject({
      approvalExpiresAt: EXPIRY,
      renewal: { risk: "high" },
      renewalsRequired: 1,
    });
    const lists = [
      await ask("list-runbooks", { query: { live: "true" } }),
      await ask("list-incident-runbooks", { params: { incidentId } }),
    ];
    for (const { body } of lists)
      expect(body).toMatchObject({ items: [{ id: runbookId, approvalExpiresAt: EXPIRY }] });
  });
});

describe("a renewal", () => {
  it("puts an expired runbook into service again, at the same version, beside a draft that stays as it is", async () => {
    const runbookId = await liveIn("payments");
    await edit(runbookId);
    passDays(30);
    const draft = await shown(runbookId);
    const renewed = await approve(runbookId, 2, CYD, { note: "Still right" });
    expect(shownIn(renewed)).toEqual({
      ...draft,
      approvalExpiresAt: "2026-05-29T03:00:00.000Z",
      renewal: {
        ...{ from: "2026-05-15T03:00:00.000Z", risk: "high" },
        votes: [expect.objectContaining({ by: "cyd", note: "Still right", selfApproved: false })],
      },
    });
    expect(renewed.headers["etag"]).toBe('"3"');
    expect(await start(runbookId)).toMatchObject({ status: 202, body: { runbookVersion: 2 } });
    expect(await listApprovals(runbookId)).toMatchObject([{ version: 2, approvedBy: "ben" }]);
    expect(await approvalEntries(runbookId)).toEqual(["runbook.approved", "runbook.approval_renewed"]);
    expect((await verifyAudit()).findings).toEqual([]);
    expect(shownIn(await approve(runbookId, 3, CYD))).toMatchObject({ version: 4, liveVersion: 4 });
  });

  it("is possible 14 days before the expiry; until then an approval of that version answers as ever", async () => {
    const runbookId = await liveIn("payments");
    const early = await approve(runbookId, 2, CYD);
    expect([early.status, early.problem?.code]).toEqual([409, "invalid_transition"]);
    expect(early.problem?.detail).toContain("can be renewed from 2026-04-15T03:00:00.000Z on");
    expect((await approve(runbookId, 1, BEN)).status).toBe(200);
    await edit(runbookId);
    expect((await approve(runbookId, 2, CYD)).problem?.code).toBe("version_conflict");
    passDays(14);
    expect(shownIn(await approve(runbookId, 2, CYD)).approvalExpiresAt).toBe("2026-05-13T03:00:00.000Z");
  });

  it("repeated answers as it did, with If-Match too, and writes nothing; an approver of the year before renews anew", async () => {
    const runbookId = await liveIn("payments");
    await edit(runbookId);
    passDays(20);
    const match = { "if-match": '"3"' };
    const first = await approve(runbookId, 2, BEN, {}, match);
    passDays(1);
    const second = await approve(runbookId, 2, BEN, {}, match);
    expect(second).toMatchObject({ status: 200, body: first.body });
    const entries = await approvalEntries(runbookId);
    expect(entries).toEqual(["runbook.approved", "runbook.approval_renewed"]);
    const stale = await approve(runbookId, 2, CYD, {}, { "if-match": '"2"' });
    expect(stale.problem?.code).not.toBe(undefined);
    expect(await approvalEntries(runbookId)).toEqual(entries);
  });

  it("needs as many people as a change of the approved risk needs today", async () => {
    const runbookId = await liveIn("payments");
    process.env["APPROVALS_REQUIRED"] = "low=1,medium=1,high=2";
    passDays(20);
    expect(shownIn(await approve(runbookId, 2, BEN))).toMatchObject({
      approvalExpiresAt: EXPIRY,
      renewal: { votes: [{ by: "ben" }] },
    });
    passDays(10);
    expect((await start(runbookId)).problem?.code).toBe("approval_expired");
    expect(shownIn(await approve(runbookId, 2, CYD)).approvalExpiresAt).toBe("2026-05-29T03:00:00.000Z");
    expect((await start(runbookId)).status).toBe(202);
    expect(await approvalEntries(runbookId)).toEqual([
      ...["runbook.approved", "runbook.renewal_given", "runbook.approval_renewed"],
    ]);
  });

  it("[H2] is refused to the author of what is live, and to who may not approve", async () => {
    const runbookId = await liveIn("payments");
    passDays(20);
    expect((await approve(runbookId, 2, ANA)).problem?.code).toBe("not_permitted");
    expect((await approve(runbookId, 2, person("team:payments:admin"))).status).toBe(403);
    expect((await shown(runbookId)).renewal?.votes).toEqual([]);
  });

  it("is refused while a case of what is live does not match, whatever the draft says", async () => {
    const runbookId = await liveIn("payments");
    await edit(runbookId, {
      cases: [{ name: "wrong", parameters: {}, expect: { method: "PUT" } }],
    });
    passDays(20);
    expect((await approve(runbookId, 2, CYD)).status).toBe(200);
    expect((await approve(runbookId, 3, CYD)).problem?.code).toBe("case_failed");
    process.env["WEBHOOK_HOST_ALLOW"] = "elsewhere.example.com";
    passDays(20);
    const { problem } = await approve(runbookId, 2, CYD);
    delete process.env["WEBHOOK_HOST_ALLOW"];
    expect(problem?.code).toBe("egress_denied");
  });

  it("keeps its term, and loses its votes, when the credential is rotated", async () => {
    process.env["APPROVALS_REQUIRED"] = "low=1,medium=1,high=2";
    const runbookId = await draftIn("payments", { webhookAuth: { type: "bearer", token: "the-first" } }, ANA);
    for (const as of [BEN, CYD]) await approve(runbookId, 1, as);
    passDays(20);
    await approve(runbookId, 2, BEN);
    const body = { version: 2, webhookAuth: { type: "bearer", token: "the-second" } };
    const rotated = shownIn(await ask("rotate-credential", { as: ANA, params: { runbookId }, body }));
    expect(rotated).toMatchObject({ version: 3, liveVersion: 3, approvalExpiresAt: EXPIRY });
    expect(rotated.renewal?.votes).toEqual([]);
    passDays(10);
    expect((await start(runbookId)).problem?.detail).toContain("The approval of version 3 expired");
  });

  it("that meets an announcement is given all the same", async () => {
    const runbookId = await liveIn("payments");
    passDays(20);
    let meets = true;
    stopWatching = aroundSdkCalls(async ({ command }, send) => {
      if (meets && command.constructor.name === "TransactWriteCommand") {
        meets = false;
        await sweep();
      }
      return send();
    });
    expect(shownIn(await approve(runbookId, 2, CYD)).approvalExpiresAt).toBe("2026-05-19T03:00:00.000Z");
    expect(await approvalEntries(runbookId)).toEqual([
      ...["runbook.approved", "runbook.approval_expires_soon", "runbook.approval_renewed"],
    ]);
  });

  it("crashed at every write: term, list, votes and entry are written together, or not at all", async () => {
    const points = await atEveryCrashPoint(async (point) => {
      await renewTable(api);
      vi.setSystemTime("2026-04-01T03:00:00.000Z");
      const runbookId = await liveIn("payments");
      passDays(28);
      const crashed = await crashingAt(point, () => approve(runbookId, 2, CYD));
      const isRenewed = (await shown(runbookId)).approvalExpiresAt !== EXPIRY;
      expect((await expiring()).includes(runbookId)).toBe(!isRenewed);
      expect((await start(runbookId)).status).toBe(isRenewed ? 202 : 409);
      await approve(runbookId, 2, CYD);
      expect(await approvalEntries(runbookId)).toEqual(["runbook.approved", "runbook.approval_renewed"]);
      expect((await start(runbookId)).status).toBe(202);
      expect((await verifyAudit()).findings).toEqual([]);
      return crashed;
    });
    expect(points).toBeGreaterThan(0);
  });
});

describe("GET /runbooks?approvalExpiring=true", () => {
  it("lists what expires within 14 days or has expired, the soonest first, page by page, whatever was announced", async () => {
    const first = await liveIn("payments");
    passDays(1);
    const second = await liveIn("payments");
    passDays(13, -1);
    expect(await expiring()).toEqual([]);
    passDays(0, 1);
    expect(await expiring()).toEqual([first]);
    await sweep();
    passDays(1);
    expect(await expiring()).toEqual([first, second]);
    passDays(13);
    await sweep();
    expect(await expiring()).toEqual([first, second]);
    const { body } = await ask("list-runbooks", { as: CYD, query: { approvalExpiring: "true", limit: "1" } });
    const { nextCursor } = Object(body);
    expect(await expiring({ limit: "1", cursor: nextCursor })).toEqual([second]);
  });

  it("lists what the caller may see, and what a filter finds; never what is deleted, withdrawn or renewed", async () => {
    const [own, other, global] = [await liveIn("payments"), await liveIn("search"), await liveIn(null)];
    passDays(20);
    expect(new Set(await expiring({}, person("team:payments:observer")))).toEqual(new Set([own, global]));
    expect(await expiring({ teamId: "search" })).toEqual([other]);
    expect(await expiring({ q: "no such name" })).toEqual([]);
    await approve(own, 2, CYD);
    await ask("withdraw-runbook", { as: ANA, params: { runbookId: other }, body: { reason: "Harm" } });
    await ask("delete-runbook", { as: ANA, params: { runbookId: global } });
    expect(await expiring()).toEqual([]);
    await sweep();
    for (const id of [own, other]) expect((await approvalEntries(id)).join()).not.toContain("expires");
  });

  it("is a list of its own", async () => {
    for (const with_ of ["deleted", "awaitingReview"]) {
      const { problem } = await ask("list-runbooks", {
        query: { approvalExpiring: "true", [with_]: "true" },
      });
      expect(problem?.errors, with_).toMatchObject([{ pointer: "/query/approvalExpiring" }]);
    }
  });
});

describe("the sweep", () => {
  const SOON = "runbook.approval_expires_soon";
  const EXPIRED = "runbook.approval_expired";
  const announced = async (runbookId: string) =>
    (await approvalEntries(runbookId)).filter((action) => action !== "runbook.approved");

  it("announces each of both once, 14 days before and on the day, beside a draft too", async () => {
    const runbookId = await liveIn("payments");
    await edit(runbookId);
    passDays(14, -1);
    await sweep();
    expect(await announced(runbookId)).toEqual([]);
    passDays(0, 1);
    for (const _ of [1, 2]) await sweep();
    expect(await announced(runbookId)).toEqual([SOON]);
    passDays(14);
    for (const _ of [1, 2]) await sweep();
    expect(await announced(runbookId)).toEqual([SOON, EXPIRED]);
    expect((await verifyAudit()).findings).toEqual([]);
  });

  it("counts what has expired and nobody has renewed, for the metric", async () => {
    const expired = async () => Object(await sweep()).expiredApprovals;
    const renewed = await liveIn("payments");
    await liveIn("payments");
    passDays(27);
    expect(await expired()).toBe(0);
    passDays(2);
    expect(await expired()).toBe(2);
    idOf(await approve(renewed, 2, CYD));
    expect(await expired()).toBe(1);
  });

  it("leaves out what it missed, and begins anew after a renewal", async () => {
    const runbookId = await liveIn("payments");
    passDays(40);
    await sweep();
    expect(await announced(runbookId)).toEqual([EXPIRED]);
    await approve(runbookId, 2, CYD);
    await sweep();
    passDays(20);
    await sweep();
    expect(await announced(runbookId)).toEqual([EXPIRED, "runbook.approval_renewed", SOON]);
  });

  it("two at once announce once, of each of many", async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => liveIn("payments")));
    passDays(28);
    await Promise.all([sweep(), sweep(), sweep()]);
    await sweep();
    for (const id of ids) expect(await announced(id)).toEqual([EXPIRED]);
  });

  it("goes on with the others where one cannot be announced, and counts it as failed", async () => {
    const [broken, whole] = [await liveIn("payments"), await liveIn("payments")];
    passDays(28);
    stopWatching = aroundSdkCalls(async ({ input }, send) => {
      if (JSON.stringify(input).includes(`"runbook#${broken}"`) && "KeyConditionExpression" in input)
        throw new Error("The table answers nothing of this one");
      return send();
    });
    expect(await sweep()).toMatchObject({ failed: 1 });
    stopWatching();
    expect([await announced(broken), await announced(whole)]).toEqual([[], [EXPIRED]]);
    expect(await sweep()).toMatchObject({ failed: 0 });
    expect(await announced(broken)).toEqual([EXPIRED]);
  });

  it("takes a bounded number in one pass, and comes to the rest in the next ones", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 30; n++) ids.push(await liveIn("payments"));
    passDays(28);
    await sweep();
    const count = async () => (await Promise.all(ids.map(announced))).flat().length;
    expect(await count()).toBe(25);
    await sweep();
    expect(await count()).toBe(30);
  });

  it("that dies between its writes has announced, or not; the next pass leaves each announced once", async () => {
    const points = await atEveryCrashPoint(async (point) => {
      await renewTable(api);
      vi.setSystemTime("2026-04-01T03:00:00.000Z");
      const runbookId = await liveIn("payments");
      passDays(28);
      const crashed = await crashingAt(point, sweep);
      await sweep();
      expect(await announced(runbookId)).toEqual([EXPIRED]);
      return crashed;
    });
    expect(points).toBeGreaterThan(0);
  });
});
