// npm run erase of runs and incidents: what they were given and gave is gone, and what happened stays proved.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { formatEvidence } from "../../../clients/cli/session/executions.ts";
import { createPrinter } from "../../../clients/cli/terminal/printer.ts";
import { newId } from "../../../shared/http/new-id.ts";
import { ask, callFunction, renewTable, startApi, type TestApi } from "../../support/api.ts";
import { BREAK_GLASS, endedBrokenGlassIn } from "../../support/break-glass.ts";
import { awaitedRunIn, carryOut } from "../../support/carry-out.ts";
import { onlyLine } from "../../support/command.ts";
import { eraseNow, findings, ORDER, tableText } from "../../support/erasing.ts";
import { approvedIn, eventIn, incidentIn, start } from "../../support/library.ts";
import { startReceiver } from "../../support/receiver.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(() => renewTable(api));
afterAll(() => api.stop());

const cancel = (executionId: string) => ask("cancel-execution", { params: { executionId } });

describe("npm run erase -- --execution", () => {
  const SENT = "Mrs Smith, room 12";
  const deliverTo = async (url: string, changes = {}) => {
    const runbookId = await approvedIn("payments", { webhookUrl: `${url}/work`, ...changes });
    return start(runbookId, { parameters: { service: SENT } });
  };
  const read = async (executionId: string) => (await ask("get-execution", { params: { executionId } })).body;

  it("takes what was sent, answered, reported and searched for, and leaves what happened", async () => {
    await using receiver = await startReceiver(() => ({ status: 200, body: `hello ${SENT}` }));
    const service = { type: "string", searchable: true };
    const changes = { parameters: { type: "object", properties: { service } } };
    const executionId = await deliverTo(receiver.url, changes);
    await carryOut(executionId);
    const before = await read(executionId);
    expect(JSON.stringify(before)).toContain(`hello ${SENT}`);
    const { code, stdout, stderr } = await eraseNow("--execution", executionId, ...ORDER);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/Erased: erased:/);
    expect(await tableText(api)).not.toContain(SENT);
    expect(await read(executionId)).toMatchObject({
      ...{ id: executionId, status: "SUCCESS", parameters: {}, request: null, erasedAt: expect.any(String) },
      ...{ executedBy: Object(before)["executedBy"], startedAt: Object(before)["startedAt"] },
      ...{ result: { statusCode: 200, responseBody: "" }, attempts: [{ outcome: "delivered" }] },
    });
    const printed = formatEvidence(createPrinter(process, false), Object(await read(executionId)));
    expect(printed).toMatch(/^erased: what it was given, sent and got, at 20\S+Z$/m);
    expect(await findings()).toEqual([]);
    expect((await eraseNow("--execution", executionId, ...ORDER)).stdout).toBe("Nothing is left to erase.\n");
    const again = await ask("rerun-execution", { params: { executionId } });
    expect(again.problem).toMatchObject({
      code: "invalid_transition",
      detail: expect.stringMatching(/erased/),
    });
  });

  it("takes what a receiver reported, and what people wrote about a broken glass", async () => {
    const { executionId, token } = await awaitedRunIn("payments");
    const headers = { "x-runbook-callback-token": token };
    const report = { status: "FAILED", message: `Called ${SENT}`, output: { who: SENT } };
    const params = { executionId };
    await ask("callback-execution", { as: null, params, headers, body: report });
    await callFunction("workflow/complete-execution", { executionId });
    const broken = await endedBrokenGlassIn("payments");
    await ask("close-break-glass", { params: { executionId: broken }, body: { note: SENT } });
    for (const id of [executionId, broken])
      expect(await eraseNow("--execution", id, ...ORDER)).toMatchObject({ code: 0, stderr: "" });
    const text = await tableText(api);
    for (const gone of [SENT, BREAK_GLASS.reason]) expect(text).not.toContain(gone);
    expect(await findings()).toEqual([]);
  });

  it("is refused before the run has ended, and for what does not exist", async () => {
    const executionId = await deliverTo("http://127.0.0.1:9");
    const { code, stdout } = await eraseNow("--execution", executionId, ...ORDER);
    expect([code, stdout]).toEqual([1, expect.stringContaining("is PENDING")]);
    const absent = await eraseNow("--execution", newId("execution"), ...ORDER);
    expect(onlyLine(absent, 2)).toMatch(/^Nothing in the table is of the execution/);
  });
});

describe("npm run erase -- --executions-before", () => {
  const TOMORROW = new Date(Date.now() + 24 * 3600_000).toISOString().slice(0, 10);

  it("takes the content of all runs that have ended, and leaves those that are open", async () => {
    const runbookId = await approvedIn("payments");
    const given = { parameters: { service: "Mrs Smith" } };
    const [ended, alsoEnded, open] = [
      await start(runbookId, given),
      await start(runbookId, given),
      await start(runbookId, given),
    ];
    for (const id of [ended, alsoEnded]) await cancel(id);
    const glass = await endedBrokenGlassIn("payments");
    expect(onlyLine(await eraseNow("--executions-before", "2020-01-01"), 2)).toMatch(/^Nothing in the table/);
    expect(onlyLine(await eraseNow("--executions-before", "soon"), 2)).toMatch(/takes a day/);
    const done = await eraseNow("--executions-before", TOMORROW, ...ORDER);
    expect([done.code, done.stderr]).toEqual([0, ""]);
    const view = async (executionId: string) =>
      (await ask("get-execution", { params: { executionId } })).body;
    for (const id of [ended, alsoEnded]) expect(await view(id)).toHaveProperty("erasedAt");
    for (const id of [open, glass]) expect(await view(id)).not.toHaveProperty("erasedAt");
    expect(await findings()).toEqual([]);
  });
});

describe("npm run erase -- --incident", () => {
  it("takes its title and events, and the content of the runs for it", async () => {
    const incidentId = await incidentIn("payments");
    const runbookId = await approvedIn("payments");
    const executionId = await start(runbookId, { incidentId });
    const open = await eraseNow("--incident", incidentId, ...ORDER);
    expect(open.code).toBe(1);
    for (const why of ["is not resolved", "is PENDING"]) expect(open.stdout).toContain(why);
    await cancel(executionId);
    await eventIn("payments", incidentId, "Incident Resolved");
    const done = await eraseNow("--incident", incidentId, ...ORDER);
    expect([done.code, done.stderr]).toEqual([0, ""]);
    expect(done.stdout).toMatch(/^incident-events +2$/m);
    expect(await tableText(api)).not.toContain("Checkout is slow");
    const shown = (await ask("get-incident", { params: { incidentId } })).body;
    expect(JSON.stringify(shown)).toMatch(/"title":"Erased on 20\d\d-\d\d-\d\d \(erased:/);
    expect((await ask("get-execution", { params: { executionId } })).body).toHaveProperty("erasedAt");
    expect(await findings()).toEqual([]);
  });
});
