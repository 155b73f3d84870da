// Attempts: claimed only as long as nothing moved, and recorded once; each condition is tried with a stale read.
import "../support/quiet.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { KEYS } from "../../shared/contract/table.ts";
import { markUnknown } from "../../shared/domain/executions/attempts.ts";
import type { Attempt, Execution } from "../../shared/domain/executions/execution.ts";
import { executionEndedWrite, markOutcomeUnknown, recordAttempt } from "../../shared/store/attempts.ts";
import { claimAttempt } from "../../shared/store/claim-attempt.ts";
import { getExecutionRecord } from "../../shared/store/executions.ts";
import {
  alter,
  beforeWrites,
  failNext,
  forget,
  freshTable,
  itemAt,
  sentSince,
  writes,
} from "../support/decision-table.ts";
import { approved, running } from "../support/seed.ts";
import { claimNext } from "../support/steps.ts";

const STARTED = "2026-03-01T03:00:10.000Z";
const OVER = "2026-03-01T03:00:50.000Z";
const claim = (id: string) => ({ id, startedAt: STARTED, callDeadlineAt: OVER });

const open = (number: number): Attempt => ({
  number,
  startedAt: STARTED,
  durationMs: null,
  outcome: "in_progress",
  retryable: true,
  retryAfterSeconds: null,
  answer: null,
  error: null,
});
const refused = (number: number): Attempt => ({
  ...open(number),
  durationMs: 7,
  outcome: "refused",
  error: { code: "webhook_refused", message: "It said no." },
});

async function executionOf(id: string): Promise<Execution> {
  const run = await getExecutionRecord(id);
  if (!run) throw new Error("There is no such run");
  return run.execution;
}

/** A run with one attempt that is claimed, as it lies in the table. */
async function claimed(changes = {}) {
  const execution = { ...(await running(await approved())), ...changes };
  await alter(KEYS.execution(execution.id), execution);
  expect(await claimNext(execution, [], claim("first"))).toBe(true);
  return executionOf(execution.id);
}

beforeEach(() => freshTable());

describe("a claim", () => {
  it("counts the attempt and writes its intention, in one transaction", async () => {
    const execution = await running(await approved());
    forget();
    expect(await claimNext(execution, [], claim("mine"))).toBe(true);
    expect(writes()).toEqual([
      [
        {
          Update: {
            Key: KEYS.execution(execution.id),
            UpdateExpression: "SET attemptsClaimed = :number, callDeadlineAt = :until",
            ConditionExpression: "#status = :running AND attemptsClaimed = :before",
            ExpressionAttributeNames: { "#status": "status" },
            ExpressionAttributeValues: {
              ":number": 1,
              ":until": OVER,
              ":running": "RUNNING",
              ":before": 0,
            },
          },
        },
        {
          Put: {
            Item: {
              ...KEYS.attempt(execution.id, 1),
              claim: "mine",
              outcome: "in_progress",
              attempt: JSON.stringify(open(1)),
            },
            ConditionExpression: "attribute_not_exists(pk)",
          },
        },
      ],
    ]);
    const run = await getExecutionRecord(execution.id);
    expect(run?.attempts).toEqual([open(1)]);
    expect(run?.execution).toMatchObject({ attemptsClaimed: 1, callDeadlineAt: OVER, status: "RUNNING" });
  });

  it.each([
    ["another status", { status: "CANCELLED" }],
    ["another number of attempts", { attemptsClaimed: 1 }],
  ])("is refused if the run has %s meanwhile", async (_, changes) => {
    const execution = await running(await approved());
    beforeWrites(() => alter(KEYS.execution(execution.id), changes));
    expect(await claimNext(execution, [], claim("late"))).toBe(false);
    expect(await itemAt(KEYS.attempt(execution.id, 1))).toBeNull();
    expect(await executionOf(execution.id)).toMatchObject(changes);
  });

  it("is refused if the attempt already exists, whoever claimed it", async () => {
    const execution = await running(await approved());
    const other = { claim: "theirs", outcome: "in_progress", attempt: JSON.stringify(open(1)) };
    await alter(KEYS.attempt(execution.id, 1), other);
    expect(await claimNext(execution, [], claim("mine"))).toBe(false);
    expect(await itemAt(KEYS.attempt(execution.id, 1))).toMatchObject(other);
  });

  it("recognizes itself if it was written before and its answer was lost", async () => {
    const execution = await running(await approved());
    expect(await claimNext(execution, [], claim("mine"))).toBe(true);
    expect(await claimNext(execution, [], claim("mine"))).toBe(true);
    expect((await executionOf(execution.id)).attemptsClaimed).toBe(1);
  });

  it("is refused if a callback has reported the end meanwhile", async () => {
    const execution = await running(
      await approved("payments", { completion: { mode: "callback", timeoutSeconds: 60 } }),
    );
    beforeWrites(() => alter(KEYS.callback(execution.id), { resultStatus: "SUCCESS" }));
    expect(await claimNext(execution, [], claim("late"))).toBe(false);
  });

  it("checks only the earlier attempts that may still report more", async () => {
    const execution = await claimed();
    const unknown = markUnknown(open(1));
    expect(await markOutcomeUnknown(execution.id, open(1))).toBe(true);
    forget();
    expect(await claimNext(execution, [unknown, refused(5)], claim("second"))).toBe(true);
    const [transaction] = writes();
    expect(Object(transaction).slice(2)).toEqual([
      {
        ConditionCheck: {
          Key: KEYS.attempt(execution.id, 1),
          ConditionExpression: "presumed = :presumed",
          ExpressionAttributeValues: { ":presumed": true },
        },
      },
    ]);
  });

  it("is refused if an earlier attempt has reported its outcome since", async () => {
    const execution = await claimed();
    beforeWrites(() => recordAttempt(execution.id, refused(1)));
    expect(await claimNext(execution, [open(1)], claim("second"))).toBe(false);
    expect(await itemAt(KEYS.attempt(execution.id, 2))).toBeNull();
  });

  it("fails if the table fails", async () => {
    const execution = await running(await approved());
    failNext("writes", new Error("down"));
    await expect(claimNext(execution, [], claim("mine"))).rejects.toMatchObject({
      code: "internal_error",
    });
  });
});

describe("an outcome", () => {
  it("completes the attempt, once; a repetition changes nothing", async () => {
    const { id } = await claimed();
    forget();
    expect(await recordAttempt(id, refused(1))).toEqual({ recorded: true, executionEnded: false });
    expect(sentSince()).toEqual([
      {
        Key: KEYS.attempt(id, 1),
        UpdateExpression: "SET outcome = :outcome, attempt = :attempt REMOVE presumed",
        ConditionExpression: "outcome = :in_progress OR presumed = :true",
        ExpressionAttributeValues: {
          ":true": true,
          ":outcome": "refused",
          ":attempt": JSON.stringify(refused(1)),
          ":in_progress": "in_progress",
        },
        ReturnValues: "ALL_OLD",
      },
    ]);
    const after = await itemAt(KEYS.attempt(id, 1));
    expect(after).toEqual({
      ...KEYS.attempt(id, 1),
      claim: "first",
      outcome: "refused",
      attempt: JSON.stringify(refused(1)),
    });
    expect(await recordAttempt(id, refused(1))).toEqual({ recorded: true, executionEnded: false });
    expect(await recordAttempt(id, { ...refused(1), durationMs: 8 })).toEqual({
      recorded: false,
      executionEnded: false,
    });
    expect(await itemAt(KEYS.attempt(id, 1))).toEqual(after);
  });

  it("replaces one that others took for unknown, and is then as any other", async () => {
    const { id } = await claimed();
    expect(await markOutcomeUnknown(id, markUnknown(open(1)))).toBe(true);
    expect(await itemAt(KEYS.attempt(id, 1))).toEqual({
      ...KEYS.attempt(id, 1),
      claim: "first",
      outcome: "unknown",
      presumed: true,
      attempt: JSON.stringify(markUnknown(open(1))),
    });
    expect((await getExecutionRecord(id))?.attempts).toEqual([markUnknown(open(1))]);
    expect(await markOutcomeUnknown(id, markUnknown(open(1)))).toBe(false);
    expect(await recordAttempt(id, refused(1))).toEqual({ recorded: true, executionEnded: false });
    expect(Object(await itemAt(KEYS.attempt(id, 1)))["presumed"]).toBeUndefined();
  });

  it("reports that the run has ended in between, first or repeated", async () => {
    const { id } = await claimed();
    await alter(KEYS.attempt(id, 1), { executionEnded: true });
    expect(await recordAttempt(id, refused(1))).toEqual({ recorded: true, executionEnded: true });
    expect(await recordAttempt(id, refused(1))).toEqual({ recorded: true, executionEnded: true });
  });

  it("is not marked unknown once it is reported", async () => {
    const { id } = await claimed();
    await recordAttempt(id, refused(1));
    expect(await markOutcomeUnknown(id, markUnknown(open(1)))).toBe(false);
    expect((await getExecutionRecord(id))?.attempts).toEqual([refused(1)]);
  });

  it("of an unclaimed attempt is not recorded", async () => {
    const { id } = await running(await approved());
    expect(await recordAttempt(id, refused(1))).toEqual({ recorded: false, executionEnded: false });
    expect(await itemAt(KEYS.attempt(id, 1))).toBeNull();
  });

  it("fails if the table fails", async () => {
    const { id } = await claimed();
    failNext("writes", new Error("down"));
    await expect(recordAttempt(id, refused(1))).rejects.toMatchObject({ code: "internal_error" });
  });
});

describe("beside an end", () => {
  it("an open attempt is marked, as long as it is open", () => {
    expect(executionEndedWrite("execution_x", open(2))).toEqual({
      label: "attempt",
      key: KEYS.attempt("execution_x", 2),
      update: "SET executionEnded = :ended",
      condition: "outcome = :outcome",
      values: { ":outcome": "in_progress", ":ended": true },
    });
  });

  it("one that is marked unknown is recorded so, if its state has not changed", () => {
    expect(executionEndedWrite("execution_x", markUnknown(open(2)))).toMatchObject({
      condition: "presumed = :presumed",
      values: { ":presumed": true, ":ended": true },
    });
  });
});

describe("the request as sent", () => {
  const request = { method: "POST", url: "https://hooks.example.com/", headers: {}, body: "{}" };
  const run = (execution: Execution, attempts: Attempt[] = []) => ({ execution, attempts, beginning: null });

  it("is recorded with the claim, its body as text of its own", async () => {
    const execution = await running(await approved());
    forget();
    expect(await claimAttempt(run(execution), { ...claim("mine"), request })).toEqual({
      ...{ claimed: true, refusedBy: null },
    });
    expect(Object(writes()[0])[1].Put.Item).toEqual({
      ...KEYS.attempt(execution.id, 1),
      claim: "mine",
      outcome: "in_progress",
      attempt: JSON.stringify(open(1)),
    });
    const { body, ...rest } = request;
    expect(Object(writes()[0])[2].Put).toEqual({
      Item: { ...KEYS.executionRequest(execution.id), request: JSON.stringify(rest), body },
      ConditionExpression: "attribute_not_exists(pk)",
    });
    expect(await getExecutionRecord(execution.id)).toMatchObject({ request, attempts: [open(1)] });
  });

  it("outlasts the outcome of its attempt", async () => {
    const execution = await running(await approved());
    const { id } = execution;
    await claimAttempt(run(execution), { ...claim("mine"), request });
    await markOutcomeUnknown(id, markUnknown(open(1)));
    await recordAttempt(id, refused(1));
    expect(await getExecutionRecord(id)).toMatchObject({ request, attempts: [refused(1)] });
  });

  it("is that of the first attempt that sent one", async () => {
    const execution = await claimed();
    const { id } = execution;
    await recordAttempt(id, refused(1));
    await claimAttempt(run(execution, [refused(1)]), { ...claim("second"), request });
    await recordAttempt(id, refused(2));
    const again = { ...claim("third"), request: { ...request, body: "{1}" } };
    await claimAttempt(run(await executionOf(id), [refused(1), refused(2)]), again);
    expect((await getExecutionRecord(id))?.request).toEqual(request);
  });

  it("is not recorded if the claim is refused", async () => {
    const execution = await running(await approved());
    beforeWrites(() => alter(KEYS.execution(execution.id), { status: "CANCELLED" }));
    expect(await claimAttempt(run(execution), { ...claim("late"), request })).toEqual({
      ...{ claimed: false, refusedBy: null },
    });
    expect((await getExecutionRecord(execution.id))?.request).toBeNull();
  });
});
