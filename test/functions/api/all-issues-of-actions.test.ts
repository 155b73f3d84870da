// Actions on existing things report all problems at once: of the body, and of the request in it.
import { beforeAll, describe, expect, it } from "vitest";
import { type ApiAnswer, ask, everyItem, person, startApi, type TestApi } from "../../support/api.ts";
import { automation } from "../../support/events.ts";
import { approve, approvedIn, incidentEvent, start } from "../../support/library.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ env: { WEBHOOK_EGRESS_ALLOW: "127.0.0.0/8" } });
  return api.stop;
});

/** Pointer and code of each issue. */
const issues = ({ problem }: ApiAnswer) =>
  Object.fromEntries((problem?.errors ?? []).map(({ pointer, code }) => [pointer, code]));

const schemaOf = (service: object) => ({
  type: "object",
  properties: { service, pw: { type: "string", writeOnly: true } },
});

/** A run whose parameters its runbook no longer accepts: another type, and another destination for its secret. */
async function outdatedRun() {
  const runbookId = await approvedIn("payments", { parameters: schemaOf({ type: "string" }) });
  const executionId = await start(runbookId, { parameters: { service: "checkout", pw: "hunter2-hunter2" } });
  const body = { parameters: schemaOf({ type: "integer" }), webhookUrl: "http://127.0.0.1:10/restart" };
  await ask("update-runbook", { params: { runbookId }, body: { ...body, payloadTemplate: "{}" } });
  await approve(runbookId, 3);
  return { runbookId, executionId };
}

describe("rerun-execution", () => {
  const AGAINST_KEPT = {
    "/parameters/service": "invalid_parameters",
    "/parameters/pw": "invalid_parameters",
  };

  it("reports every parameter that is not kept, for any reason", async () => {
    const { executionId } = await outdatedRun();
    const stored = await everyItem(api.table);
    const answer = await ask("rerun-execution", { params: { executionId } });
    expect(answer.problem?.code).toBe("invalid_parameters");
    expect(issues(answer)).toEqual(AGAINST_KEPT);
    expect(await everyItem(api.table)).toEqual(stored);
  });

  it("reports them together with the schema's problems", async () => {
    const { executionId } = await outdatedRun();
    const stored = await everyItem(api.table);
    const answer = await ask("rerun-execution", {
      params: { executionId },
      body: { version: "4", colour: "red", teamId: "search" },
    });
    expect(answer.problem?.code).toBe("malformed_request");
    expect(issues(answer)).toEqual({
      "/version": "wrong_type",
      "/colour": "unknown_field",
      "/teamId": "invalid_value",
      ...AGAINST_KEPT,
    });
    expect(await everyItem(api.table)).toEqual(stored);
  });

  it("reports secrets that were provided for another team together with the other problems", async () => {
    const runbookId = await approvedIn(null, {
      parameters: schemaOf({ type: "string" }),
      payloadTemplate: "{}",
    });
    const executionId = await start(runbookId, { parameters: { pw: "hunter2-hunter2" } });
    const body = { teamId: "search", colour: "red" };
    const answer = await ask("rerun-execution", { params: { executionId }, body });
    expect(issues(answer)).toEqual({ "/colour": "unknown_field", "/parameters/pw": "invalid_parameters" });
  });

  it("hides a run from callers who may not see it, whatever they send", async () => {
    const { executionId } = await outdatedRun();
    const asked = { params: { executionId }, body: { colour: "red" }, as: person("team:search:admin") };
    expect((await ask("rerun-execution", asked)).problem?.code).toBe("not_found");
  });
});

describe("test-automation", () => {
  it("reports problems of the event, of the rest of the body, and of giving both, each with its own code", async () => {
    const { id: automationId } = await automation(await approvedIn("payments"));
    const event = { ...incidentEvent("payments"), source: 7, detail: { incident: { id: 3 } } };
    const body = { colour: "red", incidentId: "", event };
    const answer = await ask("test-automation", { params: { automationId }, body });
    expect(issues(answer)).toMatchObject({
      "/colour": "unknown_field",
      "/incidentId": "invalid_value",
      "": "invalid_value",
      "/event/source": "wrong_type",
      "/event/detail/incident/id": "wrong_type",
      "/event/detail/incident/title": "required",
    });
  });

  it("says that an event or an incident is needed, whatever else the body contains", async () => {
    const { id: automationId } = await automation(await approvedIn("payments"));
    const answer = await ask("test-automation", { params: { automationId }, body: { colour: "red" } });
    expect(issues(answer)).toEqual({ "/colour": "unknown_field", "": "invalid_value" });
  });
});

describe("backtest-automation", () => {
  it("reports problems of the range and of the team at once", async () => {
    const { id: automationId } = await automation(await approvedIn("payments"));
    const body = { from: "yesterday", to: "2026-01-01T00:00:00Z", teamId: "search", colour: "red" };
    const answer = await ask("backtest-automation", { params: { automationId }, body });
    expect(issues(answer)).toEqual({
      "/from": "invalid_value",
      "/colour": "unknown_field",
      "/teamId": "invalid_value",
    });
  });
});

describe("put-controls", () => {
  it("reports a missing reason together with the schema's problems", async () => {
    const answer = await ask("put-controls", { body: { paused: true, colour: "red" } });
    expect(issues(answer)).toEqual({
      "/scope": "required",
      "/colour": "unknown_field",
      "/reason": "required",
    });
  });
});
