// Failures that no other test brings about, each at the border where it is caught.
import "../support/quiet.ts";
import { createServer } from "node:http";
import type { DynamoDBRecord } from "aws-lambda";
import { beforeAll, expect, it, vi } from "vitest";
import { listen } from "../../infra/local/platform/ports.ts";
import { publishAnnouncements } from "../../shared/application/audit/announce.ts";
import { explainEventPattern } from "../../shared/domain/event-pattern/explain.ts";
import { matchWithinLimit } from "../../shared/domain/event-pattern/match.ts";
import { TooManySteps } from "../../shared/domain/event-pattern/steps.ts";
import { stopStateMachineExecution } from "../../shared/step-functions/executions.ts";
import { parseVersion } from "../../shared/store/versions.ts";
import { finalizeOutput } from "../../shared/webhook/template/finish.ts";
import { ask, callFunction, everyItem, startApi, type TestApi } from "../support/api.ts";
import {
  approvedIn,
  automationIn,
  automationOf,
  draftIn,
  fresh,
  idOf,
  incidentEvent,
  incidentIn,
} from "../support/library.ts";
import { newId } from "../support/seed.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});

it("a state machine that is not there is stopped", async () => {
  await expect(
    stopStateMachineExecution(newId("execution"), "Cancelled through the API"),
  ).resolves.toBeUndefined();
});

it("a task with an invalid payload fails, and does not echo it", async () => {
  const failed = callFunction("workflow/deliver-webhook", { executionId: "my-secret" });
  await expect(failed).rejects.toThrow(/^deliver-webhook failed; its log says why$/);
});

it("text that is no JSON once it is rendered is refused, and not repeated", () => {
  expect(() => finalizeOutput('{"token": my-secret}', "json", [])).toThrow(/^The rendered text is not JSON$/);
});

it("a version that lies in no form that versions have is none", () => {
  expect(parseVersion({ pk: "RUNBOOK#x", sk: "VERSION#1", version: "one" })).toBeNull();
});

it("an announcement that the bus does not answer remains in the stream, and is published once it answers", async () => {
  const runbookId = await draftIn(fresh("team"));
  const image = (await everyItem(api.table)).find(
    ({ pk, sk }) => pk?.S?.includes(runbookId) && sk?.S?.startsWith("audit#"),
  );
  if (!image) throw new Error("The runbook has no audit entry");
  const record = { eventName: "INSERT", dynamodb: { NewImage: image } } as DynamoDBRecord;
  let answers = false;
  const taken = JSON.stringify({ FailedEntryCount: 0, Entries: [{ EventId: "1" }] });
  const bus = createServer((request, response) => {
    if (answers) response.setHeader("content-type", "application/x-amz-json-1.1").end(taken);
    else request.socket.destroy();
  });
  const port = await listen(bus, 0, "AWS_PORT");
  vi.stubEnv("AWS_ENDPOINT_URL_EVENTBRIDGE", `http://127.0.0.1:${port}`);
  try {
    expect(await publishAnnouncements([record])).toBe(0);
    answers = true;
    expect(await publishAnnouncements([record])).toBe(1);
  } finally {
    vi.unstubAllEnvs();
    bus.close();
    bus.closeAllConnections();
  }
});

it("a backtest reports why nothing would have run, if the runbook would refuse it", async () => {
  const team = fresh("team");
  const runbookId = await approvedIn(team);
  const params = { automationId: idOf(await ask("create-automation", { body: automationOf(runbookId) })) };
  const from = new Date(Date.now() - 60_000).toISOString();
  const incidentId = await incidentIn(team);
  idOf(await ask("update-runbook", { params: { runbookId }, body: { description: "Restarts two" } }));
  const to = new Date(Date.now() + 60_000).toISOString();
  const { status, body } = await ask("backtest-automation", { params, body: { from, to } });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    examined: 1,
    matched: 1,
    wouldRun: 0,
    items: [{ incidentId, wouldRun: false, reason: "runbook_not_approved", parameters: null }],
  });
});

it("a test reports a pattern that does not match, even if explaining it would cost too much", async () => {
  const team = fresh("team");
  const wildcards = Array.from({ length: 60 }, (_, n) => ({ wildcard: `*${n}*a*b*c*d*e*` }));
  const texts = Array.from({ length: 150 }, () => "abcde".repeat(40));
  const nested = <T>(value: T) => ({ a: { b: { c: { d: { e: { f: { g: value } } } } } } });
  const pattern = { detail: nested(wildcards) };
  const given = incidentEvent(team);
  const event = { ...given, detail: { ...given.detail, ...nested(texts) } };
  expect(matchWithinLimit(pattern, event).outcome).toBe("not_matched");
  expect(() => explainEventPattern(pattern, event)).toThrow(TooManySteps);
  const created = { ...automationOf(await approvedIn(team)), pattern };
  const params = { automationId: idOf(await ask("create-automation", { body: created })) };
  const { status, body } = await ask("test-automation", { params, body: { event } });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    matched: false,
    failed: [{ pointer: "", message: "is not met; explaining why would cost too much" }],
    reason: "not_matched",
  });
});

it("a test of an event whose cause is unknown treats it as the first of its chain", async () => {
  const team = fresh("team");
  const given = incidentEvent(team);
  const params = { automationId: await automationIn(team) };
  const time = new Date(Date.now() + 1000).toISOString();
  const event = { ...given, time, detail: { ...given.detail, causedBy: newId("execution") } };
  const { status, body } = await ask("test-automation", { params, body: { event } });
  expect(status).toBe(200);
  expect(body).toMatchObject({ matched: true, wouldRun: true, reason: null });
});
