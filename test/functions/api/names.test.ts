// Beside each id of a person stands the name that its token said then: in answers, in the audit and in messages.
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { ask, startApi, type TestApi } from "../../support/api.ts";
import { automationOf, fresh, GIVEN, idOf } from "../../support/library.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});

const GROUPS = { "cognito:groups": ["platform-admin"] };
/** A token of the stack's own pool: its subjects are UUIDs. */
const ANA = { sub: "7d1f3c52-0000-4000-8000-000000000001", name: "Ana", email: "ana@example.com", ...GROUPS };
const BEN = { sub: "7d1f3c52-0000-4000-8000-000000000002", email: "ben@example.com", ...GROUPS };
const CLI = { sub: "7d1f3c52-0000-4000-8000-000000000003", ...GROUPS };

const Named = z.looseObject({ actor: z.string(), actorName: z.string().nullable(), action: z.string() });
const actorNames = (body: unknown) =>
  z
    .looseObject({ items: z.array(Named) })
    .parse(body)
    .items.map(({ action, actorName }) => [action, actorName]);

describe("a runbook", () => {
  it("names who made it, changed it and approved it, in its versions and its audit too", async () => {
    const runbookId = idOf(await ask("create-runbook", { claims: ANA, body: GIVEN }));
    const params = { runbookId };
    const changed = await ask("update-runbook", { claims: BEN, params, body: { name: "Restart it" } });
    expect(changed.body).toMatchObject({
      createdBy: ANA.sub,
      createdByName: "Ana",
      updatedBy: BEN.sub,
      updatedByName: "ben@example.com",
      approvedBy: null,
      approvedByName: null,
    });
    await ask("approve-runbook", { claims: ANA, params, body: { version: 2 } });
    const approved = await ask("get-runbook", { claims: CLI, params });
    expect(approved.body).toMatchObject({ approvedBy: ANA.sub, approvedByName: "Ana", updatedByName: "Ana" });
    const deprecated = await ask("deprecate-runbook", { claims: CLI, params, body: { reason: "Old" } });
    expect(deprecated.body).toMatchObject({ approvedByName: "Ana", updatedBy: CLI.sub, updatedByName: null });
    const versions = await ask("list-versions", { params });
    expect(versions.body).toMatchObject({
      items: [null, "Ana", "ben@example.com", "Ana"].map((changedByName) => ({ changedByName })),
    });
    expect(actorNames((await ask("list-audit", { params })).body)).toEqual([
      ["runbook.deprecated", null],
      ["runbook.approved", "Ana"],
      ["runbook.updated", "ben@example.com"],
      ["runbook.created", "Ana"],
    ]);
  });

  it("keeps the name of then, whatever the token says later", async () => {
    const runbookId = idOf(await ask("create-runbook", { claims: ANA, body: GIVEN }));
    const params = { runbookId };
    await ask("update-runbook", {
      claims: { ...ANA, name: "Ana Ruiz" },
      params,
      body: { timeoutSeconds: 60 },
    });
    const { body } = await ask("get-runbook", { params });
    expect(body).toMatchObject({ createdByName: "Ana", updatedByName: "Ana Ruiz" });
  });

  it("that cannot run says by name who to ask, and by id where there is no name", async () => {
    for (const [claims, who] of [
      [ANA, "Ana"],
      [CLI, CLI.sub],
    ] as const) {
      const params = { runbookId: idOf(await ask("create-runbook", { claims, body: GIVEN })) };
      const { problem } = await ask("start-execution", { params, body: {} });
      expect(problem?.detail).toContain(`(version 1 by ${who}, `);
    }
  });
});

describe("an execution", () => {
  it("names who started it, and who cancelled it", async () => {
    const params = { runbookId: idOf(await ask("create-runbook", { claims: ANA, body: GIVEN })) };
    await ask("approve-runbook", { claims: ANA, params, body: { version: 1 } });
    const started = await ask("start-execution", { claims: BEN, params, body: {} });
    expect(started.body).toMatchObject({ executedBy: BEN.sub, executedByName: "ben@example.com" });
    const executionId = idOf(started);
    const { body } = await ask("cancel-execution", { claims: ANA, params: { executionId } });
    expect(body).toMatchObject({
      executedByName: "ben@example.com",
      error: { message: "The run was stopped by Ana. Nothing reached the receiver." },
    });
    const listed = await ask("list-executions", { params });
    expect(listed.body).toMatchObject({ items: [{ executedByName: "ben@example.com" }] });
    expect(actorNames((await ask("list-audit", { params })).body).slice(0, 2)).toEqual([
      ["execution.cancelled", "Ana"],
      ["execution.requested", "ben@example.com"],
    ]);
  });
});

it("an automation names who made it and who changed it", async () => {
  const runbookId = idOf(await ask("create-runbook", { claims: ANA, body: GIVEN }));
  await ask("approve-runbook", { claims: ANA, params: { runbookId }, body: { version: 1 } });
  const made = await ask("create-automation", { claims: ANA, body: automationOf(runbookId) });
  const params = { automationId: idOf(made) };
  const { body } = await ask("update-automation", { claims: BEN, params, body: { enabled: false } });
  expect(body).toMatchObject({ createdByName: "Ana", updatedBy: BEN.sub, updatedByName: "ben@example.com" });
});

it("a pause names who ordered it, to those that it refuses too", async () => {
  const scope = fresh("team");
  const asked = { scope, paused: true, reason: "The shop is moving" };
  const { body } = await ask("put-controls", { claims: ANA, body: asked });
  expect(body).toMatchObject({ changedBy: ANA.sub, changedByName: "Ana" });
  const params = {
    runbookId: idOf(await ask("create-runbook", { claims: ANA, body: { ...GIVEN, teamId: scope } })),
  };
  await ask("approve-runbook", { claims: ANA, params, body: { version: 1 } });
  const { problem } = await ask("start-execution", { claims: BEN, params, body: {} });
  expect(problem?.detail).toContain(`are paused by Ana since `);
});
