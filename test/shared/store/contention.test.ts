// Writes that meet another transaction at the same item: DynamoDB refuses them, and every one of them is tried again.
import "../../support/quiet.ts";
import { DynamoDBServiceException } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RunbookError } from "../../../shared/domain/errors.ts";
import type { Attempt, Execution } from "../../../shared/domain/execution.ts";
import { startRun } from "../../../shared/operations/start-run.ts";
import { nextActiveIds } from "../../../shared/store/active-runs.ts";
import { keepRequest, recordAttempt } from "../../../shared/store/attempts.ts";
import { keepTaskToken, keepTokenHash } from "../../../shared/store/callbacks.ts";
import { call } from "../../../shared/store/client.ts";
import { CONTENTION_TRIES } from "../../../shared/store/contention.ts";
import { keepRejection } from "../../../shared/store/decisions.ts";
import { keepEvent } from "../../../shared/store/event-log.ts";
import { getRun } from "../../../shared/store/executions.ts";
import { keepReport } from "../../../shared/store/incidents.ts";
import { evict, getLock, promote } from "../../../shared/store/locks.ts";
import { startApi, type TestApi } from "../../support/api.ts";
import { type Call, type FaultProxy, startFaultProxy } from "../../support/fault-proxy.ts";
import { act, approved, calling, newId, pending } from "../../support/seed.ts";

let api: TestApi;
let proxy: FaultProxy;
beforeAll(async () => {
  api = await startApi();
  proxy = await startFaultProxy(api.table.endpoint);
  process.env["AWS_ENDPOINT_URL_DYNAMODB"] = proxy.url;
});
afterAll(async () => {
  await api.stop();
  await proxy.close();
});
beforeEach(() => {
  proxy.plan = () => null;
});

const PLAIN = /^(PutItem|UpdateItem)$/;

/** Runs `write` while its first tries, or all of them, meet another transaction; answers what it came to. */
async function contended<T>(write: () => Promise<T>, tries = CONTENTION_TRIES - 1) {
  let refused = 0;
  proxy.plan = ({ operation }: Call) => (PLAIN.test(operation) && refused++ < tries ? "conflict" : null);
  const settled = await write().then(
    (value) => ({ value, error: null }),
    (error: unknown) => ({ value: null, error }),
  );
  proxy.plan = () => null;
  expect(refused, "plain writes that were refused").toBeGreaterThan(0);
  return settled;
}

const AT = "2026-03-01T03:00:00.000Z";
const delivered: Attempt = {
  ...{ number: 1, startedAt: AT, outcome: "delivered", durationMs: 1, retryable: false },
  ...{ retryAfterSeconds: null, answer: null, error: null },
};
const freshRun = async () => (await pending(await approved())).id;

/** A run that waits behind another one. */
async function queued(): Promise<Execution> {
  const runbook = await approved("payments", { concurrency: { limit: 1, onLimit: "queue" } });
  const request = {
    ...{ parameters: { service: "checkout" }, ranForTeamId: null, incident: null, automation: null },
    ...{ triggeredBy: "manual" as const, trigger: {} },
  };
  await startRun(runbook, request, { act, newId, now: new Date() });
  return (await startRun(runbook, request, { act, newId, now: new Date() })).execution;
}
const lockOf = ({ runbookId, concurrency }: Execution) => getLock(runbookId, concurrency?.lock ?? "");

describe("a plain write that meets another transaction", () => {
  it("lets the next run into its lock all the same", async () => {
    const run = await queued();
    const before = await lockOf(run);
    await evict({ ...run, id: before.holders[0] ?? "" }, before);
    const free = await lockOf(run);
    expect(await contended(() => promote(run, free))).toEqual({ value: true, error: null });
    expect(await lockOf(run)).toMatchObject({ holders: [run.id], waiting: [] });
  });

  it("takes a run out of its lock", async () => {
    const run = await queued();
    const before = await lockOf(run);
    expect(await contended(() => evict(run, before))).toEqual({ value: true, error: null });
    expect((await lockOf(run)).waiting).toEqual([]);
  });

  it("records what became of an attempt", async () => {
    const { id } = await calling(await approved());
    expect(await contended(() => recordAttempt(id, delivered))).toEqual({
      value: { recorded: true, ended: false },
      error: null,
    });
    expect((await getRun(id))?.attempts).toEqual([delivered]);
  });

  it("keeps the request as it is sent", async () => {
    const id = await freshRun();
    const request = { method: "POST", url: "https://hooks.example.com/", headers: {}, body: "{}" };
    expect((await contended(() => keepRequest(id, request))).error).toBeNull();
    expect((await getRun(id))?.request).toEqual(request);
  });

  it("keeps tokens of callbacks, and where the state machine waits", async () => {
    const id = await freshRun();
    expect((await contended(() => keepTokenHash(id, "hash"))).error).toBeNull();
    expect((await contended(() => keepTaskToken(id, "second try"))).error).toBeNull();
    expect((await contended(() => keepTaskToken(id, "late first try"))).error).toBeNull();
    expect((await getRun(id))?.callback).toMatchObject({
      tokenHashes: ["hash"],
      taskTokens: ["late first try", "second try"],
    });
  });

  it.each([
    ["an event", () => keepEvent(place, {}, new Date(AT))],
    ["a report", () => keepReport(incident, "2026#0#1", place)],
    ["a rejection", () => keepRejection(rejection, "message-1")],
  ])("keeps %s", async (_, write) => {
    expect((await contended<unknown>(write)).error).toBeNull();
  });

  it("goes on with the turns of the sweep", async () => {
    await Promise.all(Array.from({ length: 20 }, freshRun));
    expect((await contended(() => nextActiveIds(1))).error).toBeNull();
  });

  it("is a 503 with its cause once that is no longer normal, and nothing is written", async () => {
    const { id } = await calling(await approved());
    const { error } = await contended(() => recordAttempt(id, delivered), CONTENTION_TRIES);
    expect(error).toMatchObject({ code: "unavailable", retryAfterSeconds: 5 });
    expect((error as Error).cause).toMatchObject({ name: "TransactionConflictException" });
    expect((await getRun(id))?.attempts).toMatchObject([{ outcome: "intended" }]);
  });
});

const place = { teamId: "payments", time: AT, eventId: "event-1" };
const incident = {
  ...{ id: "INC-1", title: "Slow", status: "open", priority: "P1", teamId: "payments", createdAt: AT },
  ...{ acknowledgedAt: null, assignee: null, metadata: null, reportedAt: AT },
};
const rejection = {
  ...{ rule: "incidents", reason: "malformed" as const, message: "It is not JSON.", at: AT },
  ...{ eventId: "event-1", source: null, detailType: null },
};

describe("a failure of the table", () => {
  const modelled = (name: string, more: object = {}) =>
    Object.assign(new DynamoDBServiceException({ name, $fault: "client", message: "", $metadata: {} }), more);

  it.each([
    ["that is modelled, and of no known name", modelled("LimitExceededException"), "internal_error"],
    ["that has no name that is known", new Error("boom"), "internal_error"],
    [
      "that the SDK calls retryable",
      modelled("Something", { $retryable: { throttling: true } }),
      "unavailable",
    ],
    ["with a 5xx", modelled("InternalFailure", { $metadata: { httpStatusCode: 500 } }), "unavailable"],
    ["that throttles", modelled("ThrottlingException"), "unavailable"],
    ["of the connection", Object.assign(new Error("gone"), { code: "EPIPE" }), "unavailable"],
    ["in time", Object.assign(new Error("late"), { name: "TimeoutError" }), "unavailable"],
  ] as const)("%s is told for what it is, with its cause", async (_, cause, code) => {
    const told = await call(() => Promise.reject(cause)).catch((error: unknown) => error);
    expect(told).toBeInstanceOf(RunbookError);
    expect(told).toMatchObject({ code, cause });
  });
});
