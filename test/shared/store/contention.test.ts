// Writes that meet another transaction at the same item: DynamoDB refuses them, and every one of them is tried again.
import "../../support/quiet.ts";
import { DynamoDBServiceException } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createExecution } from "../../../shared/application/start/create-execution.ts";
import { ServiceError } from "../../../shared/domain/errors.ts";
import type { Attempt, Execution } from "../../../shared/domain/executions/execution.ts";
import { takeNextActiveIds } from "../../../shared/store/active-executions.ts";
import { recordAttempt } from "../../../shared/store/attempts.ts";
import { saveTaskToken, saveTokenHash } from "../../../shared/store/callbacks.ts";
import { callTable, openTable } from "../../../shared/store/client.ts";
import { evictFromSlots, getSlots, promoteToHolder } from "../../../shared/store/concurrency-slots.ts";
import { CONTENTION_TRIES } from "../../../shared/store/contention.ts";
import { saveEvent } from "../../../shared/store/event-log.ts";
import { getExecutionRecord } from "../../../shared/store/executions.ts";
import { saveReport } from "../../../shared/store/incidents.ts";
import { getItem } from "../../../shared/store/read.ts";
import { saveRejection } from "../../../shared/store/rejections.ts";
import { startApi, type TestApi } from "../../support/api.ts";
import { type Call, type FaultProxy, startFaultProxy } from "../../support/fault-proxy.ts";
import { approved, calling, contextAt, pending } from "../../support/seed.ts";

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
  await createExecution(runbook, request, contextAt(new Date()));
  return (await createExecution(runbook, request, contextAt(new Date()))).execution;
}
const lockOf = ({ runbookId, concurrency }: Execution) => getSlots(runbookId, concurrency?.slotKey ?? "");

describe("a plain write that meets another transaction", () => {
  it("lets the next run into its lock all the same", async () => {
    const run = await queued();
    const before = await lockOf(run);
    await evictFromSlots({ ...run, id: before.holders[0] ?? "" }, before);
    const free = await lockOf(run);
    expect(await contended(() => promoteToHolder(run, free))).toEqual({ value: true, error: null });
    expect(await lockOf(run)).toMatchObject({ holders: [run.id], waiting: [] });
  });

  it("removes a run from its lock", async () => {
    const run = await queued();
    const before = await lockOf(run);
    expect(await contended(() => evictFromSlots(run, before))).toEqual({ value: true, error: null });
    expect((await lockOf(run)).waiting).toEqual([]);
  });

  it("records the outcome of an attempt", async () => {
    const { id } = await calling(await approved());
    expect(await contended(() => recordAttempt(id, delivered))).toEqual({
      value: { recorded: true, executionEnded: false },
      error: null,
    });
    expect((await getExecutionRecord(id))?.attempts).toEqual([delivered]);
  });

  it("keeps tokens of callbacks, and where the state machine waits", async () => {
    const id = await freshRun();
    expect((await contended(() => saveTokenHash(id, "hash"))).error).toBeNull();
    expect((await contended(() => saveTaskToken(id, "second try"))).error).toBeNull();
    expect((await contended(() => saveTaskToken(id, "late first try"))).error).toBeNull();
    expect((await getExecutionRecord(id))?.callback).toMatchObject({
      tokenHashes: ["hash"],
      taskTokens: ["late first try", "second try"],
    });
  });

  it.each([
    ["an event", () => saveEvent(place, {}, new Date(AT))],
    ["a report", () => saveReport(report, null)],
    ["a rejection", () => saveRejection(rejection, "message-1")],
  ])("keeps %s", async (_, write) => {
    expect((await contended<unknown>(write)).error).toBeNull();
  });

  it("continues the passes of the reconciler", async () => {
    await Promise.all(Array.from({ length: 20 }, freshRun));
    expect((await contended(() => takeNextActiveIds(1))).error).toBeNull();
  });

  it("is a 503 with its cause once that is no longer normal, and nothing is written", async () => {
    const { id } = await calling(await approved());
    const { error } = await contended(() => recordAttempt(id, delivered), CONTENTION_TRIES);
    expect(error).toMatchObject({ code: "unavailable", retryAfterSeconds: 5 });
    expect((error as Error).cause).toMatchObject({ name: "TransactionConflictException" });
    expect((await getExecutionRecord(id))?.attempts).toMatchObject([{ outcome: "in_progress" }]);
  });
});

const place = { teamId: "payments", time: AT, eventId: "event-1" };
const incident = {
  ...{ id: "INC-1", title: "Slow", status: "open", priority: "P1", teamId: "payments", createdAt: AT },
  ...{ acknowledgedAt: null, assignee: null, metadata: null, reportedAt: AT },
};
const report = {
  ...{ incident, order: "2026#0#1", event: place, reportedBy: "oncall.incidents" },
  episode: { number: 1, ended: false },
};
const rejection = {
  ...{ rule: "incidents", reason: "malformed" as const, message: "It is not JSON.", at: AT },
  ...{ eventId: "event-1", source: null, detailType: null, sourceId: null, kind: null },
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
  ] as const)("%s keeps its own error code and its cause", async (_, cause, code) => {
    const reported = await callTable(() => Promise.reject(cause)).catch((error: unknown) => error);
    expect(reported).toBeInstanceOf(ServiceError);
    expect(reported).toMatchObject({ code, cause });
  });
});

/** As the SDK's HTTP handler names them, all alike. */
const socketError = (code: string) => Object.assign(new Error(code), { name: "TimeoutError", code });

/** How often a call is sent that fails like this below the SDK, at its socket. */
async function sentFor(failure: Error) {
  let sent = 0;
  const { documents } = openTable();
  documents.middlewareStack.add(
    () => async () => {
      sent++;
      throw failure;
    },
    { step: "deserialize", priority: "low", name: "failing", override: true },
  );
  const reported = await getItem({ pk: "a", sk: "b" }).catch((error: unknown) => error);
  documents.middlewareStack.remove("failing");
  expect(reported).toMatchObject({ code: "unavailable", retryAfterSeconds: 5 });
  return sent;
}

describe("a call", () => {
  it("that was not answered in time is not sent again: the table may still be carrying it out", async () => {
    expect(await sentFor(socketError("ETIMEDOUT"))).toBe(1);
  });

  it("whose connection broke is sent three times", async () => {
    expect(await sentFor(socketError("ECONNRESET"))).toBe(3);
    expect(await sentFor(socketError("EPIPE"))).toBe(3);
  });

  it("waits for its turn while sixteen others are under way, and is sent in order", async () => {
    const begun: number[] = [];
    const held = Array.from({ length: 20 }, () => Promise.withResolvers<number>());
    const calls = held.map(({ promise }, n) =>
      callTable(() => {
        begun.push(n);
        return promise;
      }),
    );
    expect(begun).toEqual(Array.from({ length: 16 }, (_, n) => n));
    held[7]?.reject(new Error("boom"));
    await expect(calls[7]).rejects.toMatchObject({ code: "internal_error" });
    expect(begun).toHaveLength(17);
    held[3]?.resolve(3);
    await calls[3];
    expect(begun.slice(16)).toEqual([16, 17]);
    for (const [n, { resolve }] of held.entries()) resolve(n);
    const values = (await Promise.allSettled(calls)).map((settled) => Object(settled).value);
    expect(values).toEqual(held.map((_, n) => (n === 7 ? undefined : n)));
    expect(await callTable(async () => "free")).toBe("free");
  });
});
