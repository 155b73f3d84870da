// A runbook whose approved version stays live beside a draft, and withdrawing it, as callers see them.
import { beforeAll, describe, expect, it } from "vitest";
import { ask, person, startApi, type TestApi } from "../../support/api.ts";
import { approve, approvedIn, automationOf, fresh, idOf, incidentIn, start } from "../../support/library.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});

const KEPT = { whileDraft: "run_approved" } as const;
const FEWER = { parameters: { type: "object", properties: {} }, payloadTemplate: '{"draft":true}' };
const on = (runbookId: string) => ({ params: { runbookId } });

/** Version 2 is live, beside the draft at version 3 that takes no parameter. */
async function besideDraft(scope: string | null = "payments"): Promise<string> {
  const runbookId = await approvedIn(scope, KEPT);
  await ask("update-runbook", { ...on(runbookId), body: FEWER });
  return runbookId;
}
const withdraw = (runbookId: string, reason = "It does harm", headers = {}) =>
  ask("withdraw-runbook", { ...on(runbookId), body: { reason }, headers });
const read = async (runbookId: string) => (await ask("get-runbook", on(runbookId))).body;
const bodyOf = (body: unknown): string => String(Object(body).body);

describe("a live version beside a draft", () => {
  it("is what the runbook says beside its current version", async () => {
    expect(await read(await besideDraft())).toMatchObject({
      ...{ version: 3, approvalStatus: "DRAFT", liveVersion: 2, lastApprovedVersion: 2, approvedBy: null },
      payloadTemplate: '{"draft":true}',
    });
  });

  it("is what a start and a preview render, with its own parameters", async () => {
    const runbookId = await besideDraft();
    const parameters = { service: "search" };
    const execution = await ask("start-execution", { ...on(runbookId), body: { parameters } });
    expect(execution).toMatchObject({ status: 202, body: { runbookVersion: 2, parameters } });
    const preview = await ask("preview-runbook", { ...on(runbookId), body: { parameters } });
    expect(preview.body).toMatchObject({ runbookVersion: 2 });
    expect(bodyOf(preview.body)).toBe('{"service":"search"}');
    const draft = await ask("preview-runbook", { ...on(runbookId), body: { version: 3 } });
    expect(bodyOf(draft.body)).toBe('{"draft":true}');
  });

  it("names all wrong parameters by its own schema, also beside other mistakes", async () => {
    const runbookId = await besideDraft();
    const body = { parameters: { service: 7 }, bogus: true };
    const { problem } = await ask("start-execution", { ...on(runbookId), body });
    expect(problem?.errors?.map(({ pointer }) => pointer).sort()).toEqual(["/bogus", "/parameters/service"]);
    const preview = await ask("preview-runbook", { ...on(runbookId), body });
    expect(preview.problem?.errors?.map(({ pointer }) => pointer).sort()).toEqual([
      "/bogus",
      "/parameters/service",
    ]);
  });

  it("is what an automation is checked against, created, changed and tested", async () => {
    const runbookId = await besideDraft();
    const created = await ask("create-automation", { body: automationOf(runbookId) });
    expect(created.status).toBe(201);
    const automationId = idOf(created);
    const changed = await ask("update-automation", {
      params: { automationId },
      body: { parameters: { other: "x" } },
    });
    expect(changed.problem?.errors).toMatchObject([{ pointer: "/parameters/other" }]);
  });

  it("is refused under the number of the draft, and the refusal says what can be done", async () => {
    const { status, problem } = await ask("start-execution", {
      ...on(await besideDraft()),
      body: { version: 3 },
    });
    expect([status, problem?.code]).toEqual([409, "version_conflict"]);
    expect(problem?.detail).toMatch(
      /version 2 is the live one, beside the draft .version 3 by .*Start version 2/,
    );
  });

  it("is found among those that can run, and by what either version calls", async () => {
    const team = fresh("team");
    const runbookId = await besideDraft(team);
    const host = `${fresh("host")}.example.com`;
    await ask("update-runbook", { ...on(runbookId), body: { webhookUrl: `http://${host}/` } });
    const ids = async (query: Record<string, string>) => {
      const { body } = await ask("list-runbooks", { query: { teamId: team, ...query } });
      return Object(body).items.map(({ id }: { id: string }) => id);
    };
    expect(await ids({ live: "true" })).toEqual([runbookId]);
    expect(await ids({ live: "false" })).toEqual([]);
    expect(await ids({ approvalStatus: "DRAFT", live: "true" })).toEqual([runbookId]);
    expect(await ids({ host })).toEqual([runbookId]);
    expect(await ids({ host: "127.0.0.1" })).toEqual([runbookId]);
    const incidentId = await incidentIn(team);
    const forIncident = async () =>
      Object((await ask("list-incident-runbooks", { params: { incidentId } })).body).items;
    expect(await forIncident()).toMatchObject([{ id: runbookId, liveVersion: 2, version: 4 }]);
    await withdraw(runbookId);
    expect(await forIncident()).toEqual([]);
    expect(await ids({ live: "false" })).toEqual([runbookId]);
    expect(await ids({ host: "127.0.0.1" })).toEqual([]);
  });

  it("of a run stays what its rerun leaves behind: the rerun is of the one that is live by then", async () => {
    const runbookId = await besideDraft();
    const executionId = await start(runbookId);
    await approve(runbookId, 3);
    const rerun = await ask("rerun-execution", { params: { executionId }, body: { version: 4 } });
    expect(rerun.problem?.errors).toMatchObject([{ pointer: "/parameters/service" }]);
    const { body } = await ask("get-execution", { params: { executionId } });
    expect(body).toMatchObject({
      runbookVersion: 2,
      definitionSnapshot: { payloadTemplate: '{"service":"{{params.service}}"}' },
    });
  });
});

describe("withdrawing", () => {
  it("leaves a draft at the next version, and nothing starts until somebody approves it", async () => {
    const runbookId = await approvedIn("payments");
    const { status, body, headers } = await withdraw(runbookId);
    expect([status, headers["etag"]]).toEqual([200, '"3"']);
    expect(body).toMatchObject({ version: 3, approvalStatus: "DRAFT", liveVersion: null, approvedBy: null });
    const refused = await ask("start-execution", { ...on(runbookId), body: {} });
    expect(refused.problem).toMatchObject({
      code: "runbook_not_approved",
      detail: expect.stringMatching(/what was live was withdrawn.*Reason: It does harm$/),
    });
    await approve(runbookId, 3);
    expect(await read(runbookId)).toMatchObject({ version: 4, approvalStatus: "APPROVED", liveVersion: 4 });
  });

  it("is audited with its reason", async () => {
    const runbookId = await besideDraft();
    await withdraw(runbookId, "Wrong cluster");
    const { body } = await ask("list-audit", on(runbookId));
    expect(Object(body).items[0]).toMatchObject({
      action: "runbook.withdrawn",
      details: { reason: "Wrong cluster", withdrawnVersion: 2, version: 4, liveVersion: null },
    });
  });

  it("asked again by the same caller is answered as it was, by another is refused", async () => {
    const runbookId = await approvedIn("payments");
    const first = await withdraw(runbookId);
    expect((await withdraw(runbookId)).body).toEqual(first.body);
    const other = await ask("withdraw-runbook", {
      ...on(runbookId),
      ...{ body: { reason: "It does harm" }, as: { sub: "other", groups: ["platform-admin"] } },
    });
    expect([other.status, other.problem?.code]).toEqual([409, "invalid_transition"]);
    expect(await read(runbookId)).toMatchObject({ version: 3 });
  });

  it.each([
    ["team:payments:admin", 200],
    ["team:payments:responder", 403],
    ["team:search:admin", 404],
    ["platform-auditor", 403],
  ])("by %s is answered with %i", async (group, status) => {
    const asked = { ...on(await approvedIn("payments")), as: person(group), body: { reason: "Harm" } };
    expect((await ask("withdraw-runbook", asked)).status).toBe(status);
  });

  it("without a reason, or of another version than If-Match says, is refused and changes nothing", async () => {
    const runbookId = await approvedIn("payments");
    expect((await withdraw(runbookId, " ")).status).toBe(400);
    expect((await withdraw(runbookId, "Harm", { "if-match": '"1"' })).status).toBe(412);
    expect(await read(runbookId)).toMatchObject({ version: 2, liveVersion: 2 });
  });

  it("is not needed before deleting: a deleted runbook has no live version", async () => {
    const runbookId = await approvedIn("payments", KEPT);
    await ask("delete-runbook", on(runbookId));
    const { body } = await ask("list-runbooks", { query: { deleted: "true", limit: "100" } });
    const found = Object(body).items.find(({ id }: { id: string }) => id === runbookId);
    expect(found).toMatchObject({ liveVersion: null });
  });
});
