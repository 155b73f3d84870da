// A review through the API: asking for one, all that a reviewer needs in one answer, the list of what waits, and a no.
import "../../support/quiet.ts";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { verifyAudit } from "../../../shared/application/audit/verify-audit.ts";
import { Review } from "../../../shared/contract/review-routes.ts";
import { RunbookView } from "../../../shared/domain/runbooks/runbook.ts";
import { type Asked, ask, person, renewTable, startApi, type TestApi } from "../../support/api.ts";
import { atEveryCrashPoint, crashingAt } from "../../support/crash-points.ts";
import { draftIn } from "../../support/library.ts";
import { aroundSdkCalls } from "../../support/sdk-calls.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ env: { APPROVALS_REQUIRED: "high=2", FOUR_EYES: "true" } });
  return api.stop;
});
beforeEach(() => renewTable(api));
let stopWatching = () => undefined as unknown;
afterEach(() => void stopWatching());

const ANA = { ...person("team:payments:admin"), sub: "ana" };
const ROB = { ...person("team:payments:observer"), sub: "rob" };
const STRANGER = { ...person("team:search:admin"), sub: "sue" };
const [BEN, CYD] = ["ben", "cyd"].map((sub) => ({ ...person("platform-admin"), sub })) as [
  typeof ANA,
  typeof ANA,
];
const SECRET = "tok-1234-secret";
const CASE = { name: "search", parameters: { service: "search" }, expect: { method: "POST" } };

const write = () =>
  draftIn("payments", { webhookAuth: { type: "bearer", token: SECRET }, cases: [CASE] }, ANA);
const review = async (runbookId: string, as = BEN) =>
  Review.parse((await ask("get-review", { as, params: { runbookId } })).body);
const requestReview = (runbookId: string, body: object = { version: 1 }, more: Asked = {}) =>
  ask("request-review", { as: ANA, params: { runbookId }, body, ...more });
const requestChanges = (runbookId: string, body: object = { version: 1, note: "Why?" }, as = BEN) =>
  ask("request-changes", { as, params: { runbookId }, body });
const approve = (runbookId: string, version: number, as = BEN) =>
  ask("approve-runbook", { as, params: { runbookId }, body: { version } });
const edit = (runbookId: string, body: object) =>
  ask("update-runbook", { as: ANA, params: { runbookId }, body });
const waiting = async (as = BEN, query: Record<string, string> = {}) => {
  const { body } = await ask("list-runbooks", { as, query: { awaitingReview: "true", ...query } });
  return Object(body).items.map(({ id }: { id: string }) => id) as string[];
};
const actionsOf = async (runbookId: string) => {
  const { body } = await ask("list-audit", { params: { runbookId } });
  return Object(body).items.map(({ action }: { action: string }) => action) as string[];
};

const withdraw = (runbookId: string, headers = {}) =>
  ask("withdraw-runbook", { as: ANA, params: { runbookId }, body: { reason: "It does harm" }, headers });

/** Approved at version 2 and live, beside the draft at version 3, which needs two approvals. */
async function beside(): Promise<string> {
  const runbookId = await draftIn("payments", { whileDraft: "run_approved" }, ANA);
  for (const person of [BEN, CYD]) await approve(runbookId, 1, person);
  await edit(runbookId, { webhookUrl: "https://other.example.com/restart" });
  return runbookId;
}

/** Somebody else acts between the read and the write of what is asked for next. */
function beforeNextWrite(someoneElse: () => Promise<{ status: number }>): void {
  let meets = true;
  stopWatching = aroundSdkCalls(async ({ command }, send) => {
    if (meets && command.constructor.name === "TransactWriteCommand") {
      meets = false;
      expect((await someoneElse()).status).toBe(200);
    }
    return send();
  });
}

describe("GET /runbooks/{runbookId}/review", () => {
  it("of what was never approved says that all is new, renders the cases, and masks the secret", async () => {
    const runbookId = await write();
    const shown = await review(runbookId);
    expect(shown).toMatchObject({ version: 1, against: null, diff: [], approvalsRequired: 2, approvals: [] });
    expect(shown.risk).toMatchObject({ level: "high", reasons: [{ code: "all_new" }] });
    expect(shown.cases).toMatchObject([{ name: "search", matches: true, request: { method: "POST" } }]);
    expect(JSON.stringify(shown)).not.toContain(SECRET);
  });

  it("compares with the version that was approved last, however many drafts lie between", async () => {
    const runbookId = await write();
    for (const person of [BEN, CYD]) await approve(runbookId, 1, person);
    await edit(runbookId, { whileDraft: "run_approved" });
    await edit(runbookId, { cases: [{ ...CASE, expect: { method: "PUT" } }] });
    const shown = await review(runbookId);
    expect(shown).toMatchObject({ version: 4, against: 2 });
    expect(shown.diff.map(({ field }) => field)).toEqual(expect.arrayContaining(["whileDraft", "cases"]));
    expect(shown.risk.level).toBe("high");
    expect(shown.cases).toMatchObject([
      { matches: false, differences: [{ pointer: "/cases/0/expect/method" }] },
    ]);
  });

  it("names the automations that start it, and counts them in the risk but not in the approvals", async () => {
    const runbookId = await write();
    for (const person of [BEN, CYD]) await approve(runbookId, 1, person);
    const pattern = { "detail-type": ["Incident Created"] };
    const automation = { runbookId, name: "Every incident", pattern, parameters: { service: "search" } };
    const { status } = await ask("create-automation", { as: ANA, body: automation });
    expect(status).toBe(201);
    await edit(runbookId, { timeoutSeconds: 60 });
    const { risk, dependents, approvalsRequired } = await review(runbookId);
    expect(dependents).toMatchObject({ automations: [{ name: "Every incident" }], waitingExecutions: 0 });
    expect(risk.reasons.map(({ code }) => code)).toEqual(["automations_armed", "limits_changed"]);
    expect(approvalsRequired).toBe(1);
  });

  it("is for everybody who may see the runbook, and for nobody else", async () => {
    const runbookId = await write();
    expect(await review(runbookId, ROB)).toMatchObject({ version: 1 });
    expect((await ask("get-review", { as: STRANGER, params: { runbookId } })).status).toBe(404);
  });
});

describe("a request for a review", () => {
  it("puts the draft in the list, with risk and note, until it is approved", async () => {
    const runbookId = await write();
    expect(await waiting()).toEqual([]);
    const { body, status } = await requestReview(runbookId, { version: 1, note: "For INC-42" });
    expect(status).toBe(200);
    expect(RunbookView.parse(body)).toMatchObject({
      version: 1,
      reviewRequested: { by: "ana", note: "For INC-42", risk: "high" },
    });
    expect(await waiting()).toEqual([runbookId]);
    expect(await waiting(ROB)).toEqual([runbookId]);
    expect(await waiting(STRANGER)).toEqual([]);
    await approve(runbookId, 1, BEN);
    expect(await waiting()).toEqual([runbookId]);
    await approve(runbookId, 1, CYD);
    expect(await waiting()).toEqual([]);
  });

  it("ends with an edit, a request for changes, and the deletion", async () => {
    const [edited, refused, deleted] = [await write(), await write(), await write()];
    for (const runbookId of [edited, refused, deleted]) await requestReview(runbookId);
    expect(await waiting()).toHaveLength(3);
    await edit(edited, { timeoutSeconds: 60 });
    await requestChanges(refused);
    await ask("delete-runbook", { as: ANA, params: { runbookId: deleted } });
    expect(await waiting()).toEqual([]);
    expect(await review(edited)).toMatchObject({ reviewRequested: null });
    expect(await review(refused)).toMatchObject({ changesRequested: { by: "ben", note: "Why?" } });
  });

  it("is listed by risk, then the oldest first, page by page", async () => {
    const low = await write();
    for (const person of [BEN, CYD]) await approve(low, 1, person);
    await edit(low, { description: "Other words" });
    await requestReview(low, { version: 3 });
    const [first, second] = [await write(), await write()];
    await requestReview(first);
    await requestReview(second);
    expect(await waiting()).toEqual([first, second, low]);
    const page = await ask("list-runbooks", { as: BEN, query: { awaitingReview: "true", limit: "2" } });
    const { nextCursor } = Object(page.body);
    expect(await waiting(BEN, { limit: "2", cursor: nextCursor })).toEqual([low]);
  });

  it("asked again by the same person changes nothing; with another note it is the new one", async () => {
    const runbookId = await write();
    for (const _ of [1, 2]) expect((await requestReview(runbookId)).status).toBe(200);
    expect(await actionsOf(runbookId)).toEqual(["runbook.review_requested", "runbook.created"]);
    await requestReview(runbookId, { version: 1, note: "Please" });
    expect(await review(runbookId)).toMatchObject({ reviewRequested: { note: "Please" } });
    expect(await waiting()).toEqual([runbookId]);
  });

  it("is refused for another version, for what is no draft, and to who does not manage the runbook", async () => {
    const runbookId = await write();
    expect((await requestReview(runbookId, { version: 2 })).problem?.code).toBe("version_conflict");
    expect((await requestReview(runbookId, { version: 1 }, { as: ROB })).status).toBe(403);
    expect((await requestReview(runbookId, {})).problem?.errors).toMatchObject([{ pointer: "/version" }]);
    const stale = { headers: { "if-match": '"7"' } };
    expect((await requestReview(runbookId, { version: 1 }, stale)).problem?.code).toBe("precondition_failed");
    for (const person of [BEN, CYD]) await approve(runbookId, 1, person);
    expect((await requestReview(runbookId, { version: 2 })).problem?.code).toBe("invalid_transition");
  });

  it("crashed at every write: request, list and entry are written together, or not at all", async () => {
    const points = await atEveryCrashPoint(async (point) => {
      await renewTable(api);
      const runbookId = await write();
      const crashed = await crashingAt(point, () => requestReview(runbookId));
      const { reviewRequested } = await review(runbookId);
      expect((await waiting()).includes(runbookId)).toBe(reviewRequested !== null);
      await requestReview(runbookId);
      expect(await waiting()).toContain(runbookId);
      expect((await verifyAudit()).findings).toEqual([]);
      return crashed;
    });
    expect(points).toBeGreaterThan(0);
  });
});

describe("a request for changes", () => {
  it("needs a note and an approver; what it says is in review, audit and runbook, and an edit answers it", async () => {
    const runbookId = await write();
    expect((await requestChanges(runbookId, { version: 1 })).problem?.errors).toMatchObject([
      { pointer: "/note" },
    ]);
    expect((await requestChanges(runbookId, undefined, ANA)).status).toBe(403);
    expect((await requestChanges(runbookId)).status).toBe(200);
    expect(await actionsOf(runbookId)).toContain("runbook.changes_requested");
    await edit(runbookId, { timeoutSeconds: 60 });
    expect(await review(runbookId)).toMatchObject({ version: 2, changesRequested: null });
  });

  it("keeps the votes that were given; a vote afterwards counts", async () => {
    const runbookId = await write();
    await approve(runbookId, 1, BEN);
    await requestChanges(runbookId, { version: 1, note: "Not yet" }, CYD);
    expect((await review(runbookId)).approvals).toMatchObject([{ by: "ben" }]);
    await approve(runbookId, 1, CYD);
    expect(await review(runbookId)).toMatchObject({ approvalStatus: "APPROVED", changesRequested: null });
  });

  it("that comes between the read and the write of a vote stops the vote: its author has not seen it", async () => {
    const runbookId = await write();
    await approve(runbookId, 1, BEN);
    beforeNextWrite(() => requestChanges(runbookId, { version: 1, note: "No" }, BEN));
    expect((await approve(runbookId, 1, CYD)).problem?.code).toBe("version_conflict");
    expect(await review(runbookId)).toMatchObject({
      approvalStatus: "DRAFT",
      changesRequested: { note: "No" },
    });
  });

  it("that comes between the read and the write of a request for a review stands", async () => {
    const runbookId = await write();
    beforeNextWrite(() => requestChanges(runbookId));
    expect((await requestReview(runbookId)).problem?.code).toBe("version_conflict");
    expect(await review(runbookId)).toMatchObject({ reviewRequested: null, changesRequested: { by: "ben" } });
  });
});

describe("a vote that comes between the read and the write", () => {
  it("of a request for a review refuses nothing: the request is for the same version still", async () => {
    const runbookId = await write();
    beforeNextWrite(() => approve(runbookId, 1, BEN));
    expect((await requestReview(runbookId)).status).toBe(200);
    expect(await review(runbookId)).toMatchObject({
      approvals: [{ by: "ben" }],
      reviewRequested: { by: "ana" },
    });
  });

  it("of a withdrawal refuses nothing: what is to be stopped is live still", async () => {
    const runbookId = await beside();
    beforeNextWrite(() => approve(runbookId, 3, BEN));
    expect((await withdraw(runbookId)).status).toBe(200);
    expect(await review(runbookId)).toMatchObject({ version: 4, approvalStatus: "DRAFT", approvals: [] });
  });

  it("of a withdrawal, and makes another version live, refuses it: whoever withdraws has not seen that one", async () => {
    const runbookId = await beside();
    await approve(runbookId, 3, BEN);
    beforeNextWrite(() => approve(runbookId, 3, CYD));
    expect((await withdraw(runbookId)).problem?.code).toBe("version_conflict");
    expect(await review(runbookId)).toMatchObject({ version: 4, approvalStatus: "APPROVED" });
  });

  it("of a withdrawal that names its version in If-Match refuses nothing either", async () => {
    const runbookId = await beside();
    beforeNextWrite(() => approve(runbookId, 3, BEN));
    expect((await withdraw(runbookId, { "if-match": '"3"' })).status).toBe(200);
  });
});

it("an edit that comes between the read and the write of a withdrawal is withdrawn from as well", async () => {
  const runbookId = await beside();
  beforeNextWrite(() => edit(runbookId, { timeoutSeconds: 60 }));
  expect((await withdraw(runbookId)).status).toBe(200);
  expect(await review(runbookId)).toMatchObject({ version: 5, approvalStatus: "DRAFT" });
});
