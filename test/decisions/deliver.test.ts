// One attempt: when it begins the run, when it is made, when it is not, and what is due next, at each moment that decides it.
import "../support/quiet.ts";
import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { buildFailure, prepareCall } from "../../shared/application/deliver/prepare-call.ts";
import { cancelExecution } from "../../shared/application/end/cancel-execution.ts";
import { recordOutcome } from "../../shared/application/end/record-outcome.ts";
import { createSigningSecret } from "../../shared/application/runbooks/signing-secret.ts";
import { setKillSwitch } from "../../shared/application/set-kill-switch.ts";
import { KEYS, SHARDS, shardOf } from "../../shared/contract/table.ts";
import { TIME_LIMITS } from "../../shared/contract/workflow.ts";
import type { Execution } from "../../shared/domain/executions/execution.ts";
import { markRunning, systemActor } from "../../shared/domain/executions/execution-changes.ts";
import {
  approveRunbook,
  deprecateRunbook,
  withdrawRunbook,
} from "../../shared/domain/runbooks/approval-changes.ts";
import type { DefinitionRecord } from "../../shared/domain/runbooks/definition.ts";
import type { RunbookVersion } from "../../shared/domain/runbooks/runbook.ts";
import {
  type Runbook,
  type RunbookChange,
  updateRunbook,
} from "../../shared/domain/runbooks/runbook-changes.ts";
import { decrypt } from "../../shared/secrets/encrypt.ts";
import { readReferencedSecret } from "../../shared/secrets/referenced.ts";
import { UnusableSecret } from "../../shared/secrets/secret-text.ts";
import { recordAttempt } from "../../shared/store/attempts.ts";
import { listCallbackMasks } from "../../shared/store/callback-masks.ts";
import { recordResult, saveTokenHash } from "../../shared/store/callbacks.ts";
import type { ExecutionRecord } from "../../shared/store/executions.ts";
import { saveRunbook } from "../../shared/store/runbooks.ts";
import { signingSecretWrite } from "../../shared/store/signing-secrets.ts";
import { transact } from "../../shared/store/transact.ts";
import { getVersion } from "../../shared/store/versions.ts";
import { at, iso } from "../support/decision-clock.ts";
import {
  alter,
  beforeWrites,
  everything,
  failNext,
  forget,
  freshTable,
  itemAt,
  writes,
} from "../support/decision-table.ts";
import { hearLogs } from "../support/heard-logs.ts";
import { calmOutside, DELIVERED, outside, REFUSED } from "../support/outside.ts";
import { act, approved, newId, pending, reload, review, runOf } from "../support/seed.ts";
import * as steps from "../support/steps.ts";

const ana = (seconds = 0) => ({ actor: { id: "ana", name: null }, now: at(seconds), newId });
const CALLED_BACK = { completion: { mode: "callback", timeoutSeconds: 60 } } as const;

/** A PENDING run. */
async function ready(changes: Partial<DefinitionRecord> = {}): Promise<Execution> {
  const runbook = await approved("payments", changes);
  await transact([signingSecretWrite(await createSigningSecret(runbook.state.id, iso(0)))]);
  return pending(runbook);
}

/** The same, begun at T0, with an overall timeout of 300 s; attempts of 30 s; three of them, after 1 s and 2 s. */
async function underWay(changes: Partial<DefinitionRecord> = {}): Promise<Execution> {
  const change = markRunning(await ready(changes), 300, { ...act(), at: iso(0) });
  await steps.saveBeginning(change);
  return change.execution;
}

/** Somebody else makes the next attempt, and is refused. */
async function faster(id: string): Promise<void> {
  const { attempts } = await runOf(id);
  const number = attempts.length + 1;
  const attempt = JSON.stringify({ ...REFUSED, number, startedAt: iso(0) });
  await alter(KEYS.attempt(id, number), { claim: "theirs", outcome: "refused", attempt });
  await alter(KEYS.execution(id), { attemptsClaimed: number });
}

const deliver = (executionId: string, attempt: number, seconds: number) =>
  steps.deliver({ executionId, attempt }, () => at(seconds));
const succeed = (executionId: string, attempt: number) => ({
  ...{ executionId, next: "succeed", attempt, waitSeconds: 0 },
});
const fail = (executionId: string, attempt: number) => ({
  ...{ executionId, next: "fail", attempt, waitSeconds: 0 },
});

/** The table did not answer in time. */
const unanswered = Object.assign(new Error("late"), { name: "Unanswered" });

let logs: unknown[][] = [];
beforeEach(() => {
  vi.mocked(decrypt).mockImplementation(async ({ ciphertext }) =>
    Buffer.from(ciphertext, "base64").toString(),
  );
  freshTable({ PUBLIC_API_URL: "https://api.example.com" });
  calmOutside();
  logs = hearLogs();
});

/** The paused scopes that this run's transactions check. */
const pausedScopesOf = (id: string) => KEYS.pausedScopes(shardOf(id, SHARDS.pausedScopes));

describe("the first attempt of a run", () => {
  it("begins it in the transaction of its claim, once", async () => {
    const { id } = await ready();
    forget();
    outside.during = async () => {
      expect(writes()).toHaveLength(1);
      expect(await runOf(id)).toMatchObject({
        execution: {
          ...{ status: "RUNNING", startedAt: iso(7), deadlineAt: iso(307), auditSequence: 2 },
          ...{ attemptsClaimed: 1, callDeadlineAt: iso(47) },
        },
        attempts: [{ number: 1, outcome: "in_progress", startedAt: iso(7) }],
        request: { body: '{"service":"checkout"}' },
      });
    };
    expect(await deliver(id, 1, 7)).toEqual(succeed(id, 1));
    expect(outside.calls).toMatchObject([{ executionId: id, attemptNumber: 1, deadlineMs: 30_000 }]);
    expect(await itemAt(KEYS.executionAudit(id, 2))).toMatchObject({
      ...{ action: "execution.started", actor: "system:workflow", at: iso(7) },
      id: expect.stringMatching(/^audit_/),
    });
    const after = await runOf(id);
    forget();
    expect(await deliver(id, 1, 8)).toEqual(succeed(id, 1));
    expect(writes()).toEqual([]);
    expect(await runOf(id)).toEqual(after);
    expect(outside.calls).toHaveLength(1);
  });

  it("is prepared before its claim, as is every other", async () => {
    const { id } = await ready();
    const seen: unknown[] = [];
    vi.mocked(decrypt).mockImplementation(async ({ ciphertext }) => {
      const { execution, attempts } = await runOf(id);
      seen.push([execution.status, execution.attemptsClaimed, attempts.length]);
      return Buffer.from(ciphertext, "base64").toString();
    });
    outside.answers = [REFUSED];
    await deliver(id, 1, 0);
    await deliver(id, 2, 1);
    expect(seen).toEqual([
      ["PENDING", 0, 0],
      ["RUNNING", 1, 1],
    ]);
    expect(outside.calls).toHaveLength(2);
  });

  it("that cannot be prepared begins the run and fails, without a request; the next one records it", async () => {
    const { id } = await ready();
    vi.mocked(decrypt).mockRejectedValueOnce(new Error("no"));
    expect(await deliver(id, 1, 0)).toEqual({ executionId: id, next: "wait", attempt: 2, waitSeconds: 1 });
    expect(outside.calls).toEqual([]);
    expect(await runOf(id)).toMatchObject({
      execution: { status: "RUNNING", startedAt: iso(0), attemptsClaimed: 1 },
      attempts: [{ outcome: "failed", error: { code: "decryption_failed" } }],
      request: null,
    });
    expect(await deliver(id, 2, 1)).toEqual(succeed(id, 2));
    expect((await runOf(id)).request?.body).toBe('{"service":"checkout"}');
  });

  it("records the request, and the later ones do not repeat it", async () => {
    const { id } = await ready();
    outside.answers = [REFUSED, REFUSED];
    await deliver(id, 1, 0);
    const { request } = await runOf(id);
    expect(request?.body).toBe('{"service":"checkout"}');
    await deliver(id, 2, 1);
    await deliver(id, 3, 3);
    expect(outside.calls).toHaveLength(3);
    expect((await runOf(id)).request).toEqual(request);
  });

  it("that two make at once is claimed by one; the other waits until it is surely over", async () => {
    const { id } = await ready();
    const called = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    outside.during = () => {
      called.resolve();
      return answered.promise;
    };
    let claiming: unknown;
    beforeWrites(() => {
      claiming = deliver(id, 1, 5);
      return called.promise;
    });
    expect(await deliver(id, 1, 6)).toEqual({ executionId: id, next: "wait", attempt: 1, waitSeconds: 39 });
    answered.resolve();
    expect(await claiming).toEqual(succeed(id, 1));
    expect(outside.calls).toHaveLength(1);
    expect((await runOf(id)).execution).toMatchObject({
      ...{ status: "RUNNING", startedAt: iso(5), attemptsClaimed: 1, auditSequence: 2 },
    });
    expect(await itemAt(KEYS.executionAudit(id, 3))).toBeNull();
  });

  it("that two make at once begins the run once: the later one finds what came of it", async () => {
    const { id } = await ready();
    let other: unknown;
    beforeWrites(async () => {
      other = await deliver(id, 1, 1);
    });
    expect(await deliver(id, 1, 0)).toEqual(succeed(id, 1));
    expect(other).toEqual(succeed(id, 1));
    expect(outside.calls).toHaveLength(1);
    expect(await runOf(id)).toMatchObject({ execution: { startedAt: iso(1), auditSequence: 2 } });
  });

  it.each(["ConditionalCheckFailed", "TransactionConflict"])(
    "is sent, once, if its claim was written and answered with %s",
    async (Code) => {
      const { id } = await ready();
      const error = new TransactionCanceledException({
        ...{ message: "x", $metadata: {}, CancellationReasons: [{ Code }] },
      });
      beforeWrites(async () => () => Promise.reject(error));
      expect(await deliver(id, 1, 5)).toEqual(succeed(id, 1));
      expect(outside.calls).toHaveLength(1);
      expect((await runOf(id)).execution).toMatchObject({ attemptsClaimed: 1, auditSequence: 2 });
    },
  );

  it("is not sent if its claim was written and the answer is an error: a repetition waits for it", async () => {
    const { id } = await ready();
    beforeWrites(async () => () => Promise.reject(new Error("down")));
    await expect(deliver(id, 1, 5)).rejects.toMatchObject({ code: "internal_error" });
    expect(await deliver(id, 1, 6)).toEqual({ executionId: id, next: "wait", attempt: 1, waitSeconds: 39 });
    expect(outside.calls).toEqual([]);
  });

  it("fails if the table fails, and leaves the run as it was", async () => {
    const { id } = await ready();
    const before = await runOf(id);
    failNext("writes", new Error("down"));
    await expect(deliver(id, 1, 5)).rejects.toMatchObject({ code: "internal_error" });
    expect(await runOf(id)).toEqual(before);
    expect(outside.calls).toEqual([]);
  });

  it("is nothing for a run that has ended, before or in between", async () => {
    const { id } = await ready();
    beforeWrites(() => cancelExecution(id, null, ana()));
    expect(await deliver(id, 1, 5)).toEqual(fail(id, 1));
    expect(await deliver(id, 1, 6)).toEqual(fail(id, 1));
    expect(await runOf(id)).toMatchObject({
      execution: { status: "CANCELLED", startedAt: null },
      attempts: [],
    });
    expect(outside.calls).toEqual([]);
  });

  it("of a version that is gone is a defect", async () => {
    const { id, runbookId } = await ready();
    await alter(KEYS.execution(id), { runbookVersion: 7 });
    await expect(deliver(id, 1, 0)).rejects.toMatchObject({
      ...{ code: "internal_error", message: `The version of execution ${id} is missing.` },
    });
    expect(await itemAt(KEYS.version(runbookId, 7))).toBeNull();
  });
});

describe("a run that may not begin", () => {
  /** Delivers, and expects that nothing was written and nothing sent. */
  async function refusalOf({ id }: Execution): Promise<unknown> {
    const before = await everything();
    const { refusal, ...step } = await deliver(id, 1, 3);
    expect(step).toEqual(fail(id, 1));
    expect(await everything()).toEqual(before);
    expect(outside.calls).toEqual([]);
    return refusal;
  }

  /** A run of version 2 that waits, and what happens to its runbook then. */
  it.each<[string, (runbook: Runbook) => RunbookChange | null, RegExp]>([
    [
      "deprecated",
      (runbook) => deprecateRunbook(runbook, "Old.", act("boss")),
      /The runbook is DEPRECATED \(version 3 by boss, [^)]*\): it cannot run\. .*Reason: Old\./,
    ],
    [
      "edited",
      (runbook) =>
        updateRunbook(runbook, { ...runbook.current.definition, name: "Restart gently" }, null, act("eve")),
      /The runbook is DRAFT \(version 3 by eve, [^)]*\): .* Version 2 was approved last\. Ask a platform admin to review and approve version 3\./,
    ],
    [
      "withdrawn",
      (runbook) => withdrawRunbook(runbook, "It does harm", act("ana")),
      /The runbook is DRAFT \(version 3 by ana, .*what was live was withdrawn\. .*Reason: It does harm/,
    ],
  ])(
    "is refused if the runbook was %s: which version, by whom, and who can approve",
    async (_, change, why) => {
      const execution = await ready();
      const saved = change(await reload(execution.runbookId));
      if (!saved) throw new Error("Nothing changes");
      await saveRunbook(saved);
      const { code, message } = Object(await refusalOf(execution));
      expect(code).toBe("runbook_not_approved");
      expect(message).toMatch(/^Version 2 is no longer live\. .* Nothing was sent\.$/);
      expect(message).toMatch(why);
    },
  );

  it("is refused if another version has come into service since, and names it", async () => {
    const execution = await ready();
    const withdrawn = withdrawRunbook(await reload(execution.runbookId), "It does harm", act("ana"));
    await saveRunbook(withdrawn);
    await saveRunbook(approveRunbook(await reload(execution.runbookId), review(3), act("boss")));
    expect(Object(await refusalOf(execution)).message).toMatch(
      /^Version 2 is no longer live\. It was taken out of service, and version 4 by boss, [^ ]*, is live now: start that one\. Nothing was sent\.$/,
    );
  });

  it("says that nothing was sent, however long the reason is", async () => {
    const execution = await ready();
    await saveRunbook(withdrawRunbook(await reload(execution.runbookId), "x".repeat(500), act("ana")));
    const { message } = Object(await refusalOf(execution));
    expect(message).toHaveLength(500);
    expect(message).toMatch(/x Nothing was sent\.$/);
  });

  it("is refused if the approval is withdrawn between its preparation and its claim", async () => {
    const { id, runbookId } = await ready();
    const runbook = await reload(runbookId);
    beforeWrites(() => saveRunbook(deprecateRunbook(runbook, "Old.", act("boss"))));
    expect(await deliver(id, 1, 3)).toMatchObject({
      next: "fail",
      refusal: { code: "runbook_not_approved" },
    });
    expect(await runOf(id)).toMatchObject({
      ...{ execution: { status: "PENDING", auditSequence: 1 }, attempts: [], request: null },
    });
    expect(outside.calls).toEqual([]);
  });

  it("is refused while a switch is paused, with its reason", async () => {
    const execution = await ready();
    const { changedAt } = await setKillSwitch(
      { scope: "payments", paused: true, reason: "x".repeat(460) },
      () => act("boss"),
    );
    const { code, message } = Object(await refusalOf(execution));
    expect(code).toBe("paused");
    expect(message).toMatch(/^New runs of the team payments are paused by boss since /);
    expect(message).toContain(`${changedAt}: xxx`);
    expect(message).toHaveLength(500);
  });

  it("is refused as paused if the switch was changed back in between", async () => {
    const execution = await ready();
    await alter(pausedScopesOf(execution.id), { scopes: new Set(["global"]) });
    expect(await refusalOf(execution)).toEqual({
      ...{ code: "paused", message: "New runs were paused. Nothing was sent." },
    });
  });

  it("is refused if it has lost its concurrency slot", async () => {
    const execution = await ready();
    const concurrency = { slotKey: "l".repeat(32), limit: 1, queuedAt: null };
    await alter(KEYS.execution(execution.id), { concurrency });
    expect(await refusalOf(execution)).toEqual({
      ...{ code: "internal_failure", message: "The run lost its concurrency slot." },
    });
  });

  it("is refused if its definition is not the approved one", async () => {
    const execution = await ready();
    const { id, runbookId } = execution;
    await alter(KEYS.execution(id), { definitionHash: "0".repeat(64) });
    expect(await refusalOf(execution)).toMatchObject({ code: "definition_changed" });
    expect(logs).toEqual([
      [
        "error",
        "The definition is not the one that was approved",
        { executionId: id, runbookId, runbookVersion: 2 },
      ],
    ]);
  });

  it("ends with the refusal, and is not delivered afterwards", async () => {
    const { id } = await ready();
    await alter(pausedScopesOf(id), { scopes: new Set(["global"]) });
    const refused = await deliver(id, 1, 3);
    await recordOutcome(refused, { ...ana(4), actor: systemActor("workflow") });
    expect((await runOf(id)).execution).toMatchObject({
      ...{ status: "FAILED", startedAt: null, completedAt: iso(4), error: refused.refusal },
    });
    expect(await deliver(id, 1, 5)).toEqual(fail(id, 1));
    expect(outside.calls).toEqual([]);
  });
});

describe("an attempt", () => {
  it("is claimed, sent and recorded, once", async () => {
    const { id, runbookId } = await underWay();
    outside.during = async () => {
      expect((await runOf(id)).execution).toMatchObject({ attemptsClaimed: 1, callDeadlineAt: iso(45) });
      expect((await runOf(id)).attempts).toMatchObject([
        { number: 1, outcome: "in_progress", startedAt: iso(5) },
      ]);
      expect((await runOf(id)).request?.body).toBe('{"service":"checkout"}');
    };
    expect(await deliver(id, 1, 5)).toEqual(succeed(id, 1));
    expect(outside.calls).toHaveLength(1);
    expect(outside.calls[0]).toMatchObject({
      ...{ runbookId, executionId: id, attemptNumber: 1, deadlineMs: 30_000, callbackToken: undefined },
      rendered: { body: '{"service":"checkout"}' },
    });
    expect(outside.calls[0]?.beforeCall).toBeUndefined();
    expect(outside.calls[0]?.secrets).toEqual(outside.calls[0]?.signingSecrets);
    expect(outside.calls[0]?.signingSecrets).toHaveLength(1);
    const attempt = { ...DELIVERED, number: 1, startedAt: iso(5) };
    expect((await runOf(id)).attempts).toEqual([attempt]);
    forget();
    expect(await deliver(id, 1, 6)).toEqual(succeed(id, 1));
    expect(await deliver(id, 2, 6)).toEqual(succeed(id, 1));
    expect(outside.calls).toHaveLength(1);
    expect(writes()).toEqual([]);
  });

  it("that two begin at once is sent by one of them; the other waits until it is surely over", async () => {
    const { id } = await underWay();
    let other: unknown;
    outside.during = async () => {
      outside.during = null;
      other = await deliver(id, 1, 6);
    };
    expect(await deliver(id, 1, 5)).toEqual(succeed(id, 1));
    expect(other).toEqual({ executionId: id, next: "wait", attempt: 1, waitSeconds: 39 });
    expect(outside.calls).toHaveLength(1);
    expect((await runOf(id)).execution.attemptsClaimed).toBe(1);
  });

  it("that somebody else claims first is not sent here", async () => {
    const { id } = await underWay();
    beforeWrites(async () => {
      const { execution } = await runOf(id);
      await steps.claimNext(execution, [], { id: "theirs", startedAt: iso(5), callDeadlineAt: iso(45) });
    });
    expect(await deliver(id, 1, 5)).toEqual({ executionId: id, next: "wait", attempt: 1, waitSeconds: 40 });
    expect(outside.calls).toEqual([]);
  });

  it("whose function died is followed by another, unless a repetition is not safe", async () => {
    const retryPolicy = { maxAttempts: 3, initialDelaySeconds: 1, backoffRate: 2, maxDelaySeconds: 60 };
    for (const safeToRepeat of [true, false]) {
      const { id } = await underWay({ retryPolicy: { ...retryPolicy, safeToRepeat } });
      outside.during = () => Promise.reject(new Error("The function died"));
      await expect(deliver(id, 1, 5)).rejects.toThrow("The function died");
      outside.during = null;
      const due = { executionId: id, next: "wait", attempt: 2, waitSeconds: 1 };
      expect(await deliver(id, 1, 60)).toEqual(safeToRepeat ? due : fail(id, 1));
      expect((await runOf(id)).attempts[0]).toMatchObject({ outcome: "unknown", retryable: safeToRepeat });
    }
  });

  it("is not made if the run ends before its claim, and reports its outcome if the run ends after it", async () => {
    const { id } = await underWay();
    beforeWrites(() => cancelExecution(id, null, ana(1)));
    expect(await deliver(id, 1, 5)).toEqual(fail(id, 1));
    expect(outside.calls).toEqual([]);
    const other = await underWay();
    outside.during = () => cancelExecution(other.id, null, ana(6));
    expect(await deliver(other.id, 1, 5)).toEqual(fail(other.id, 1));
    expect(await runOf(other.id)).toMatchObject({
      execution: { status: "CANCELLED", callDeadlineAt: null },
      attempts: [{ ...DELIVERED, number: 1, startedAt: iso(5) }],
    });
  });

  it("is recorded as it was answered, however often the table fails after the answer", async () => {
    const { id } = await underWay();
    outside.during = async () => failNext("writes", ...Array.from({ length: 4 }, () => unanswered));
    expect(await deliver(id, 1, 5)).toEqual(succeed(id, 1));
    expect(await runOf(id)).toMatchObject({ attempts: [{ ...DELIVERED, number: 1 }] });
    expect(outside.calls).toHaveLength(1);
  });

  it("is recorded by the next try where the answer to the first was lost", async () => {
    const { id } = await underWay();
    outside.during = async () => {
      beforeWrites(() => recordAttempt(id, { ...DELIVERED, number: 1, startedAt: iso(5) }));
      failNext("writes", unanswered);
    };
    // The first try is applied, and fails all the same: the write before it is its own.
    expect(await deliver(id, 1, 5)).toEqual(succeed(id, 1));
    expect(await runOf(id)).toMatchObject({ attempts: [{ ...DELIVERED, number: 1 }] });
  });

  it("is given up when its function is about to be stopped, or the failure will not pass", async () => {
    const { id } = await underWay();
    let now = 5;
    outside.during = async () => {
      now = 5 + TIME_LIMITS.deliverLambda - 15;
      failNext("writes", unanswered, unanswered);
    };
    const late = steps.deliver({ executionId: id, attempt: 1 }, () => at(now));
    await expect(late).rejects.toMatchObject({ code: "unavailable" });
    failNext("writes");
    const other = await underWay();
    const denied = Object.assign(new Error("no"), { name: "AccessDeniedException" });
    outside.during = async () => failNext("writes", denied, unanswered);
    await expect(deliver(other.id, 1, 5)).rejects.toMatchObject({ code: "internal_error" });
  });

  it("of a run that is not there is a defect, and of one that has ended none", async () => {
    const id = newId("execution");
    await expect(deliver(id, 1, 0)).rejects.toMatchObject({
      ...{ code: "internal_error", message: `There is no execution ${id}.` },
    });
    const ended = await underWay();
    await cancelExecution(ended.id, null, ana(1));
    forget();
    expect(await deliver(ended.id, 1, 2)).toEqual(fail(ended.id, 1));
    expect(await deliver(ended.id, 2, 2)).toEqual(fail(ended.id, 2));
    expect(outside.calls).toEqual([]);
    expect(writes()).toEqual([]);
  });

  it("of a run that ends as a success during its call leads to that success", async () => {
    const { id } = await underWay(CALLED_BACK);
    outside.answers = [REFUSED];
    outside.during = async () => {
      const [hash = ""] = (await runOf(id)).callback?.tokenHashes ?? [];
      await recordResult(id, hash, { status: "SUCCESS", message: null, output: null, at: iso(6) }, "p");
      await recordOutcome({ executionId: id }, ana(6));
    };
    expect(await deliver(id, 1, 5)).toEqual(succeed(id, 1));
    expect(await runOf(id)).toMatchObject({
      execution: { status: "SUCCESS", callDeadlineAt: null },
      attempts: [{ outcome: "refused" }],
    });
  });

  it("is not decided from half of a claim", async () => {
    const { id } = await underWay();
    await alter(KEYS.execution(id), { attemptsClaimed: 1 });
    const changing = {
      code: "unavailable",
      message: `The execution ${id} keeps changing.`,
      retryAfterSeconds: 1,
    };
    await expect(deliver(id, 1, 5)).rejects.toMatchObject(changing);
    expect(outside.calls).toEqual([]);
  });

  it("is looked at ten times where others are always faster", async () => {
    const retryPolicy = { maxAttempts: 10, initialDelaySeconds: 1, backoffRate: 1, maxDelaySeconds: 1 };
    const { id } = await underWay({ retryPolicy });
    beforeWrites(...Array.from({ length: 9 }, () => () => faster(id)));
    expect(await deliver(id, 20, 5)).toEqual(succeed(id, 10));
    expect(outside.calls).toMatchObject([{ attemptNumber: 10 }]);
  });

  it("is not looked at an eleventh time", async () => {
    const retryPolicy = { maxAttempts: 10, initialDelaySeconds: 1, backoffRate: 1, maxDelaySeconds: 1 };
    const { id } = await underWay({ retryPolicy });
    beforeWrites(...Array.from({ length: 10 }, () => () => faster(id)));
    await expect(deliver(id, 20, 5)).rejects.toMatchObject({ code: "unavailable" });
    expect((await runOf(id)).attempts).toHaveLength(10);
    expect(outside.calls).toEqual([]);
  });
});

describe("after an attempt that was refused", () => {
  it("the next one is due after a second, then after two, then none", async () => {
    const { id } = await underWay();
    outside.answers = [REFUSED, REFUSED, REFUSED];
    expect(await deliver(id, 1, 0)).toEqual({ executionId: id, next: "wait", attempt: 2, waitSeconds: 1 });
    expect(await deliver(id, 1, 0)).toEqual({ executionId: id, next: "wait", attempt: 2, waitSeconds: 1 });
    expect(await deliver(id, 2, 1)).toEqual({ executionId: id, next: "wait", attempt: 3, waitSeconds: 2 });
    expect(await deliver(id, 3, 3)).toEqual(fail(id, 3));
    expect(await deliver(id, 4, 4)).toEqual(fail(id, 4));
    expect(outside.calls.map(({ attemptNumber }) => attemptNumber)).toEqual([1, 2, 3]);
    expect((await runOf(id)).attempts.map(({ error }) => error?.message)).toEqual([
      ...["It said no.", "It said no.", "It said no."],
    ]);
  });

  it("nothing is due after a final refusal, or an earlier delivery", async () => {
    const { id } = await underWay();
    outside.answers = [{ ...REFUSED, retryable: false }];
    expect(await deliver(id, 1, 0)).toEqual(fail(id, 1));
    expect(await deliver(id, 2, 1)).toEqual(fail(id, 1));
    expect(outside.calls).toHaveLength(1);
    const other = await underWay();
    outside.answers = [{ ...DELIVERED, retryable: true }];
    expect(await deliver(other.id, 1, 0)).toEqual(succeed(other.id, 1));
    expect(await deliver(other.id, 2, 1)).toEqual(succeed(other.id, 1));
    expect(outside.calls).toHaveLength(2);
  });

  it("nothing is due if the wait exceeds the overall timeout, and the error says so", async () => {
    const { id } = await underWay();
    outside.answers = [REFUSED];
    expect(await deliver(id, 1, 299)).toEqual(fail(id, 1));
    expect((await runOf(id)).attempts[0]?.error).toEqual({
      code: "webhook_refused",
      message: "It said no. The run has no time left for another attempt.",
    });
    const other = await underWay();
    const error = { code: "webhook_refused", message: "x".repeat(490) } as const;
    outside.answers = [{ ...REFUSED, error }];
    await deliver(other.id, 1, 299);
    expect((await runOf(other.id)).attempts[0]?.error?.message).toHaveLength(500);
  });

  it("never begins before its predecessor", async () => {
    const { id } = await underWay();
    outside.answers = [{ ...REFUSED, durationMs: 4000 }];
    await deliver(id, 1, -10);
    await deliver(id, 2, 2);
    expect((await runOf(id)).attempts.map(({ startedAt }) => startedAt)).toEqual([iso(0), iso(4)]);
    expect((await runOf(id)).execution.callDeadlineAt).toBe(iso(44));
  });
});

describe("the overall timeout of a run", () => {
  it("ends at its moment: no attempt begins then", async () => {
    const { id } = await underWay();
    expect(await deliver(id, 1, 300)).toEqual(fail(id, 1));
    expect(outside.calls).toEqual([]);
    expect((await runOf(id)).execution.attemptsClaimed).toBe(0);
    await deliver(id, 1, 299.999);
    expect(outside.calls).toMatchObject([{ deadlineMs: 1 }]);
  });

  it("counts from its creation if it has no deadline", async () => {
    const { id } = await underWay();
    await alter(KEYS.execution(id), { deadlineAt: null, createdAt: iso(10) });
    expect(await deliver(id, 1, 10)).toEqual(fail(id, 1));
    expect(outside.calls).toEqual([]);
  });

  it("and the attempt's own time bound the call", async () => {
    const { id } = await underWay();
    await deliver(id, 1, 290);
    expect(outside.calls).toMatchObject([{ deadlineMs: 10_000 }]);
    expect((await runOf(id)).execution.callDeadlineAt).toBe(iso(310));
  });

  it("that is over between claim and call sends nothing", async () => {
    const { id } = await underWay();
    const times = [0, 0, 30];
    const moving = () => at(times.shift() ?? 30);
    expect(await steps.deliver({ executionId: id, attempt: 1 }, moving)).toMatchObject({ next: "wait" });
    expect(outside.calls).toEqual([]);
    expect((await runOf(id)).attempts[0]).toMatchObject({
      ...{ durationMs: 0, outcome: "failed", retryable: true, answer: null, retryAfterSeconds: null },
      error: {
        code: "timeout",
        message: "The attempt timed out before its call. Nothing was sent.",
      },
    });
    const other = await underWay();
    const late = [0, 0, 29.999];
    await steps.deliver({ executionId: other.id, attempt: 1 }, () => at(late.shift() ?? 30));
    expect(outside.calls).toMatchObject([{ deadlineMs: 1 }]);
  });
});

describe("an attempt without an outcome", () => {
  async function open(): Promise<Execution> {
    const execution = await underWay();
    const claim = { id: "theirs", startedAt: iso(0), callDeadlineAt: iso(40) };
    expect(await steps.claimNext(execution, [], claim)).toBe(true);
    return execution;
  }

  it("is waited for until its call is surely over, and then unknown, and repeated", async () => {
    const { id } = await open();
    expect(await deliver(id, 1, 39.5)).toEqual({ executionId: id, next: "wait", attempt: 1, waitSeconds: 1 });
    expect(await deliver(id, 2, 39.5)).toEqual({ executionId: id, next: "wait", attempt: 1, waitSeconds: 1 });
    expect(outside.calls).toEqual([]);
    expect(await deliver(id, 1, 40)).toEqual({ executionId: id, next: "wait", attempt: 2, waitSeconds: 1 });
    expect(await itemAt(KEYS.attempt(id, 1))).toMatchObject({ outcome: "unknown", presumed: true });
    expect(outside.calls).toEqual([]);
    expect(await deliver(id, 2, 41)).toEqual(succeed(id, 2));
    expect(outside.calls).toHaveLength(1);
  });

  it("that reports its outcome after all counts with that outcome", async () => {
    const { id } = await open();
    beforeWrites(() => recordAttempt(id, { ...DELIVERED, number: 1, startedAt: iso(0) }));
    expect(await deliver(id, 1, 40)).toEqual(succeed(id, 1));
    expect((await runOf(id)).attempts).toMatchObject([{ outcome: "delivered" }]);
  });
});

describe("an attempt of a run that a callback completes", () => {
  it("carries the token of its run, keeps its masks, and leads to the wait until the deadline", async () => {
    const { id } = await underWay(CALLED_BACK);
    outside.during = async ({ beforeCall }) => {
      expect(await beforeCall?.(["secret", "secret"])).toBeNull();
    };
    const wait = { executionId: id, next: "await", attempt: 1 };
    expect(await deliver(id, 1, 0)).toEqual({ ...wait, waitSeconds: 62 });
    expect(await deliver(id, 1, 50)).toEqual({ ...wait, waitSeconds: 12 });
    expect(await deliver(id, 1, 99)).toEqual({ ...wait, waitSeconds: 1 });
    const [call] = outside.calls;
    expect(call?.callbackToken).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(call?.secrets).toEqual([...(call?.signingSecrets ?? []), call?.callbackToken]);
    expect(call?.rendered.callbackBase).toBe("https://api.example.com");
    expect((await runOf(id)).callback?.tokenHashes).toHaveLength(1);
    expect(await listCallbackMasks(id)).toHaveLength(1);
  });

  it.each([
    ["SUCCESS", succeed],
    ["FAILED", fail],
  ] as const)("is not made once the receiver has reported %s", async (status, end) => {
    const { id } = await underWay(CALLED_BACK);
    await saveTokenHash(id, "h");
    await recordResult(id, "h", { status, message: null, output: null, at: iso(1) }, "p");
    expect(await deliver(id, 1, 2)).toEqual(end(id, 1));
    expect(outside.calls).toEqual([]);
  });

  it("is repeated if it was refused", async () => {
    const { id } = await underWay(CALLED_BACK);
    outside.answers = [REFUSED];
    expect(await deliver(id, 1, 0)).toMatchObject({ next: "wait", attempt: 2 });
  });

  it("is not made if the masks cannot be stored", async () => {
    const { id } = await underWay(CALLED_BACK);
    let obstacle: unknown;
    outside.during = async ({ beforeCall }) => {
      failNext("writes", new Error("down"));
      obstacle = await beforeCall?.(["secret"]);
    };
    await deliver(id, 1, 0);
    expect(obstacle).toEqual(UNRECORDED);
    expect(logs).toMatchObject([
      ["error", "Nothing was sent", { executionId: id, failure: { name: "ServiceError" } }],
    ]);
  });
});

const UNRECORDED = {
  code: "internal_failure",
  message: "The request could not be recorded before the call. Nothing was sent.",
};

describe("a call is not sent because of", () => {
  it("a callback token that cannot be recorded: it is tried again", async () => {
    const { id } = await underWay(CALLED_BACK);
    beforeWrites(null, async () => failNext("writes", new Error("down")));
    expect(await deliver(id, 1, 0)).toMatchObject({ next: "wait", attempt: 2 });
    expect(outside.calls).toEqual([]);
    expect((await runOf(id)).attempts).toEqual([
      { ...buildFailure(UNRECORDED_ERROR, true), number: 1, startedAt: iso(0) },
    ]);
    expect(logs).toMatchObject([["error", "Nothing was sent", { executionId: id }]]);
  });

  it("a definition that is not the approved one: it is not tried again", async () => {
    const { id } = await underWay();
    await alter(KEYS.execution(id), { definitionHash: "0".repeat(64) });
    expect(await deliver(id, 1, 0)).toEqual(fail(id, 1));
    expect(outside.calls).toEqual([]);
    expect((await runOf(id)).attempts).toMatchObject([
      { outcome: "failed", retryable: false, error: { code: "definition_changed" } },
    ]);
  });

  it("a signing secret that is gone: it may be there again in a moment", async () => {
    const { id, runbookId } = await underWay();
    await alter(KEYS.runbookSigningSecret(runbookId), { current: undefined });
    expect(await deliver(id, 1, 0)).toMatchObject({ next: "wait", attempt: 2 });
    expect((await runOf(id)).attempts).toMatchObject([
      {
        ...{ outcome: "failed", retryable: true, durationMs: 0 },
        error: {
          code: "decryption_failed",
          message:
            "The secret of the signature could not be read. If this persists, rotate the signing secret of the runbook. Nothing was sent.",
        },
      },
    ]);
    expect(logs).toMatchObject([["error", "Nothing was sent", { executionId: id }]]);
  });

  it("an unusable template: it is not retried, however long its message", async () => {
    const { id } = await underWay();
    const run = await runOf(id);
    const version = await versionOf(run);
    const broken = (name: string) =>
      prepareCall(run, withDefinition(version, { payloadTemplate: `{"a":{{params.${name}}}}` }), at(0));
    expect(await broken("nothing")).toMatchObject({
      failure: { outcome: "failed", retryable: false, error: { code: "invalid_template" } },
    });
    const { failure } = Object(await broken("n".repeat(490)));
    expect(failure.error.message).toMatch(/ Nothing was sent\.$/);
    expect(failure.error.message.length).toBeLessThanOrEqual(500);
  });

  it("a secret parameter that cannot be opened is named, and may be there again in a moment", async () => {
    const { id } = await underWay();
    const run = await runOf(id);
    const version = await versionOf(run);
    const input = { ...run.input, secrets: { pin: { ciphertext: "c2VjcmV0LXBpbg==" } } };
    const opened = await prepareCall({ ...run, input }, version, at(0));
    expect(Object(opened).secrets).toEqual([expect.stringMatching(/^whsec_/), "secret-pin"]);
    vi.mocked(decrypt).mockImplementation(({ ciphertext }) =>
      ciphertext === input.secrets.pin.ciphertext
        ? Promise.reject(new Error("no"))
        : Promise.resolve("whsec_AAAA"),
    );
    expect(await prepareCall({ ...run, input }, version, at(0))).toMatchObject({
      failure: {
        retryable: true,
        error: {
          code: "decryption_failed",
          message:
            "The secret /parameters/pin could not be read. If this persists, start the runbook again with the value. Nothing was sent.",
        },
      },
    });
  });

  it("an unusable referenced secret: it is not retried", async () => {
    const { id } = await underWay();
    const run = await runOf(id);
    const version = await versionOf(run);
    const token = { secretArn: "arn:aws:secretsmanager:eu-central-1:000000000000:secret:x" };
    const referenced = withDefinition(version, { webhookAuth: { type: "bearer", token } });
    vi.mocked(readReferencedSecret).mockRejectedValueOnce(new UnusableSecret("has less than 6 characters"));
    expect(await prepareCall(run, referenced, at(0))).toMatchObject({
      failure: {
        retryable: false,
        error: {
          code: "secret_unavailable",
          message: "The secret /webhookAuth/token has less than 6 characters. Nothing was sent.",
        },
      },
    });
    vi.mocked(readReferencedSecret).mockResolvedValueOnce({
      value: "abcdefgh",
      texts: ["abcdefgh", "beside"],
    });
    expect(Object(await prepareCall(run, referenced, at(0))).secrets).toEqual([
      ...[expect.stringMatching(/^whsec_/), "abcdefgh", "beside"],
    ]);
  });

  it("an unexpected error: it is retried", async () => {
    const { id } = await underWay();
    const run = await runOf(id);
    const broken = withDefinition(await versionOf(run), { webhookHeaders: null });
    expect(await prepareCall(run, broken, at(0))).toMatchObject({
      failure: {
        retryable: true,
        error: { code: "decryption_failed", message: "A secret could not be read. Nothing was sent." },
      },
    });
  });

  it("nothing, where all is there: the facts of the run are what its templates name", async () => {
    const { id } = await underWay();
    const run = await runOf(id);
    const payloadTemplate = '{"id":"{{execution.id}}","by":"{{execution.executedBy}}"}';
    const prepared = await prepareCall(run, withDefinition(await versionOf(run), { payloadTemplate }), at(0));
    expect(prepared).toMatchObject({ sentRequest: { body: `{"id":"${id}","by":"ana"}` } });
  });
});

async function versionOf({ execution }: ExecutionRecord): Promise<RunbookVersion> {
  const version = await getVersion(execution.runbookId, execution.runbookVersion);
  if (!version) throw new Error("There is no such version");
  return version;
}

const withDefinition = (version: RunbookVersion, changes: object): RunbookVersion => ({
  ...version,
  definition: { ...version.definition, ...changes },
});

const UNRECORDED_ERROR = { ...UNRECORDED, code: "internal_failure" } as const;

describe("who is notified of the end", () => {
  it("is the workflow", () => {
    expect(systemActor("workflow")).toEqual({ id: "system:workflow", name: null });
    expect(systemActor("reconciler").id).toBe("system:reconciler");
  });
});
