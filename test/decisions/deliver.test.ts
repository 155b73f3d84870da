// One attempt: when it is made, when it is not, and what is due next, at each moment at which that turns.
import "../support/quiet.ts";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { deliverWebhook } from "../../shared/application/deliver/deliver-webhook.ts";
import { buildFailure, prepareCall } from "../../shared/application/deliver/prepare-call.ts";
import { cancelExecution } from "../../shared/application/end/cancel-execution.ts";
import { createSigningSecret } from "../../shared/application/runbooks/signing-secret.ts";
import { KEYS } from "../../shared/contract/table.ts";
import type { Execution } from "../../shared/domain/executions/execution.ts";
import { markRunning, systemActor } from "../../shared/domain/executions/execution-changes.ts";
import type { DefinitionRecord } from "../../shared/domain/runbooks/definition.ts";
import type { RunbookVersion } from "../../shared/domain/runbooks/runbook.ts";
import { decrypt } from "../../shared/secrets/encrypt.ts";
import { readReferencedSecret } from "../../shared/secrets/referenced.ts";
import { UnusableSecret } from "../../shared/secrets/secret-text.ts";
import { claimAttempt, recordAttempt } from "../../shared/store/attempts.ts";
import { listCallbackMasks } from "../../shared/store/callback-masks.ts";
import { recordResult, saveTokenHash } from "../../shared/store/callbacks.ts";
import { type ExecutionRecord, saveExecution } from "../../shared/store/executions.ts";
import { signingSecretWrite } from "../../shared/store/signing-secrets.ts";
import { transact } from "../../shared/store/transact.ts";
import { getVersion } from "../../shared/store/versions.ts";
import { at, iso } from "../support/decision-clock.ts";
import {
  alter,
  beforeWrites,
  failNext,
  forget,
  freshTable,
  itemAt,
  writes,
} from "../support/decision-table.ts";
import { hearLogs } from "../support/heard-logs.ts";
import { calmOutside, DELIVERED, outside, REFUSED } from "../support/outside.ts";
import { act, approved, newId, pending, runOf } from "../support/seed.ts";

const clock = (seconds: number) => () => at(seconds);
const ana = (seconds = 0) => ({ actor: { id: "ana", name: null }, now: at(seconds), newId });
const CALLED_BACK = { completion: { mode: "callback", timeoutSeconds: 60 } } as const;

/** A RUNNING run that began at T0, with an overall timeout of 300 s; attempts of 30 s; three of them, after 1 s and 2 s. */
async function underWay(changes: Partial<DefinitionRecord> = {}): Promise<Execution> {
  const runbook = await approved("payments", changes);
  await transact([signingSecretWrite(await createSigningSecret(runbook.state.id, iso(0)))]);
  const change = markRunning(await pending(runbook), 300, { ...act(), at: iso(0) });
  await saveExecution(change);
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
  deliverWebhook({ executionId, attempt }, clock(seconds));
const finish = (executionId: string, attempt: number) => ({
  ...{ executionId, next: "complete", attempt, waitSeconds: 0 },
});

let logs: unknown[][] = [];
beforeEach(() => {
  vi.mocked(decrypt).mockImplementation(async ({ ciphertext }) =>
    Buffer.from(ciphertext, "base64").toString(),
  );
  freshTable({ PUBLIC_API_URL: "https://api.example.com" });
  calmOutside();
  logs = hearLogs();
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
    expect(await deliver(id, 1, 5)).toEqual(finish(id, 1));
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
    expect(await deliver(id, 1, 6)).toEqual(finish(id, 1));
    expect(await deliver(id, 2, 6)).toEqual(finish(id, 1));
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
    expect(await deliver(id, 1, 5)).toEqual(finish(id, 1));
    expect(other).toEqual({ executionId: id, next: "wait", attempt: 1, waitSeconds: 39 });
    expect(outside.calls).toHaveLength(1);
    expect((await runOf(id)).execution.attemptsClaimed).toBe(1);
  });

  it("that somebody else claims first is not sent here", async () => {
    const { id } = await underWay();
    beforeWrites(async () => {
      const { execution } = await runOf(id);
      await claimAttempt(execution, [], { id: "theirs", startedAt: iso(5), callDeadlineAt: iso(45) });
    });
    expect(await deliver(id, 1, 5)).toEqual({ executionId: id, next: "wait", attempt: 1, waitSeconds: 40 });
    expect(outside.calls).toEqual([]);
  });

  it("is not made if the run ends before its claim, and reports its outcome if the run ends after it", async () => {
    const { id } = await underWay();
    beforeWrites(() => cancelExecution(id, null, ana(1)));
    expect(await deliver(id, 1, 5)).toEqual(finish(id, 1));
    expect(outside.calls).toEqual([]);
    const other = await underWay();
    outside.during = () => cancelExecution(other.id, null, ana(6));
    expect(await deliver(other.id, 1, 5)).toEqual(finish(other.id, 1));
    expect(await runOf(other.id)).toMatchObject({
      execution: { status: "CANCELLED", callDeadlineAt: null },
      attempts: [{ ...DELIVERED, number: 1, startedAt: iso(5) }],
    });
  });

  it("of a run that is not there, or not under way, is none", async () => {
    const id = newId("execution");
    await expect(deliver(id, 1, 0)).rejects.toMatchObject({
      ...{ code: "internal_error", message: `There is no execution ${id}.` },
    });
    const { id: waiting } = await pending(await approved());
    expect(await deliver(waiting, 1, 0)).toEqual(finish(waiting, 1));
    expect(outside.calls).toEqual([]);
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
    expect(await deliver(id, 20, 5)).toEqual(finish(id, 10));
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
    expect(await deliver(id, 3, 3)).toEqual(finish(id, 3));
    expect(await deliver(id, 4, 4)).toEqual(finish(id, 4));
    expect(outside.calls.map(({ attemptNumber }) => attemptNumber)).toEqual([1, 2, 3]);
    expect((await runOf(id)).attempts.map(({ error }) => error?.message)).toEqual([
      ...["It said no.", "It said no.", "It said no."],
    ]);
  });

  it("nothing is due after a final refusal, or an earlier delivery", async () => {
    const { id } = await underWay();
    outside.answers = [{ ...REFUSED, retryable: false }];
    expect(await deliver(id, 1, 0)).toEqual(finish(id, 1));
    expect(await deliver(id, 2, 1)).toEqual(finish(id, 1));
    expect(outside.calls).toHaveLength(1);
    const other = await underWay();
    outside.answers = [{ ...DELIVERED, retryable: true }];
    expect(await deliver(other.id, 1, 0)).toEqual(finish(other.id, 1));
    expect(await deliver(other.id, 2, 1)).toEqual(finish(other.id, 1));
    expect(outside.calls).toHaveLength(2);
  });

  it("nothing is due if the wait exceeds the overall timeout, and the error says so", async () => {
    const { id } = await underWay();
    outside.answers = [REFUSED];
    expect(await deliver(id, 1, 299)).toEqual(finish(id, 1));
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
    expect(await deliver(id, 1, 300)).toEqual(finish(id, 1));
    expect(outside.calls).toEqual([]);
    expect((await runOf(id)).execution.attemptsClaimed).toBe(0);
    await deliver(id, 1, 299.999);
    expect(outside.calls).toMatchObject([{ deadlineMs: 1 }]);
  });

  it("counts from its creation if it has no deadline", async () => {
    const { id } = await underWay();
    await alter(KEYS.execution(id), { deadlineAt: null, createdAt: iso(10) });
    expect(await deliver(id, 1, 10)).toEqual(finish(id, 1));
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
    expect(await deliverWebhook({ executionId: id, attempt: 1 }, moving)).toMatchObject({ next: "wait" });
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
    await deliverWebhook({ executionId: other.id, attempt: 1 }, () => at(late.shift() ?? 30));
    expect(outside.calls).toMatchObject([{ deadlineMs: 1 }]);
  });
});

describe("an attempt without an outcome", () => {
  async function open(): Promise<Execution> {
    const execution = await underWay();
    const claim = { id: "theirs", startedAt: iso(0), callDeadlineAt: iso(40) };
    expect(await claimAttempt(execution, [], claim)).toBe(true);
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
    expect(await deliver(id, 2, 41)).toEqual(finish(id, 2));
    expect(outside.calls).toHaveLength(1);
  });

  it("that reports its outcome after all counts with that outcome", async () => {
    const { id } = await open();
    beforeWrites(() => recordAttempt(id, { ...DELIVERED, number: 1, startedAt: iso(0) }));
    expect(await deliver(id, 1, 40)).toEqual(finish(id, 1));
    expect((await runOf(id)).attempts).toMatchObject([{ outcome: "delivered" }]);
  });
});

describe("an attempt of a run that a callback completes", () => {
  it("carries its own token, keeps its masks, and leads to the wait", async () => {
    const { id } = await underWay(CALLED_BACK);
    outside.during = async ({ beforeCall }) => {
      expect(await beforeCall?.(["secret", "secret"])).toBeNull();
    };
    expect(await deliver(id, 1, 0)).toEqual({ executionId: id, next: "await", attempt: 1, waitSeconds: 0 });
    expect(await deliver(id, 1, 1)).toEqual({ executionId: id, next: "await", attempt: 1, waitSeconds: 0 });
    const [call] = outside.calls;
    expect(call?.callbackToken).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(call?.secrets).toEqual([...(call?.signingSecrets ?? []), call?.callbackToken]);
    expect(call?.rendered.callbackBase).toBe("https://api.example.com");
    expect((await runOf(id)).callback?.tokenHashes).toHaveLength(1);
    expect(await listCallbackMasks(id)).toHaveLength(1);
  });

  it("is not made once the receiver has reported the end", async () => {
    const { id } = await underWay(CALLED_BACK);
    await saveTokenHash(id, "h");
    await recordResult(id, "h", { status: "SUCCESS", message: null, output: null, at: iso(1) }, "p");
    expect(await deliver(id, 1, 2)).toEqual(finish(id, 1));
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
  it("a request that cannot be recorded: it is tried again", async () => {
    const { id } = await underWay();
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
    expect(await deliver(id, 1, 0)).toEqual(finish(id, 1));
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
          code: "secret_unavailable",
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
          code: "secret_unavailable",
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
        error: { code: "secret_unavailable", message: "A secret could not be read. Nothing was sent." },
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
