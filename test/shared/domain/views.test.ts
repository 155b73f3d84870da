// Views for callers: all of their fields, no secret, and no internal field.
import { describe, expect, it } from "vitest";
import type { Attempt, Execution, WebhookResponse } from "../../../shared/domain/executions/execution.ts";
import { buildExecution } from "../../../shared/domain/executions/execution-changes.ts";
import { approveRunbook } from "../../../shared/domain/runbooks/approval-changes.ts";
import { diffDefinitions } from "../../../shared/domain/runbooks/diff.ts";
import { createRunbook, type Runbook } from "../../../shared/domain/runbooks/runbook-changes.ts";
import type { AuthRecord } from "../../../shared/domain/runbooks/webhook-auth.ts";
import {
  maskParameters,
  toDefinitionView,
  toExecutionSummary,
  toExecutionView,
  toRunbookView,
  toVersionView,
} from "../../../shared/domain/views.ts";
import { act, after, definition, inputOf, newId, review } from "../../support/seed.ts";

const encrypted = { ciphertext: Buffer.from("canary").toString("base64") };
const secretArn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:hook";
const MASKED = "********";
const NO_LINKS = { consoleUrl: null, logsUrl: null };
const LINKS = { consoleUrl: "https://console", logsUrl: "https://logs" };

const AUTHS: [AuthRecord, object][] = [
  [{ type: "none" }, { type: "none" }],
  [
    { type: "bearer", token: encrypted },
    { type: "bearer", token: MASKED },
  ],
  [
    { type: "bearer", token: { secretArn } },
    { type: "bearer", token: { secretArn } },
  ],
  [
    { type: "basic", username: "ana", password: encrypted },
    { type: "basic", username: "ana", password: MASKED },
  ],
  [
    { type: "oauth2", tokenUrl: "https://id.example.com", clientId: "c", clientSecret: encrypted },
    { type: "oauth2", tokenUrl: "https://id.example.com", clientId: "c", clientSecret: MASKED },
  ],
  [
    { type: "custom", customHeaders: { "x-key": encrypted, "x-ref": { secretArn } } },
    { type: "custom", customHeaders: { "x-key": MASKED, "x-ref": { secretArn } } },
  ],
];

const bearer = { webhookAuth: { type: "bearer", token: encrypted } } as const;

function approvedRunbook(): Runbook {
  const created = createRunbook(newId("runbook"), "payments", definition(bearer), act());
  const change = approveRunbook(after(created), review(1), act("boss"));
  return after(change);
}

function newRun(changes: Partial<Execution> = {}): Execution {
  const request = {
    id: newId("execution"),
    ranForTeamId: "payments",
    incidentId: null,
    triggeredBy: "manual",
    trigger: {},
  } as const;
  return { ...buildExecution(approvedRunbook(), request, act()).execution, ...changes };
}

const attempt: Attempt = {
  ...{
    number: 1,
    startedAt: "2026-03-01T03:00:00.000Z",
    durationMs: 12,
    outcome: "refused",
    retryable: true,
  },
  ...{ retryAfterSeconds: 3, answer: null, error: { code: "webhook_refused", message: "It said no." } },
};
const answer: WebhookResponse = {
  ...{ statusCode: 503, headers: {}, responseBody: "no", responseEncoding: "utf8", responseTruncated: false },
  ...{ responseBytes: 2, responseSha256: null },
};

const MANAGER = { manages: true };

describe("a definition", () => {
  it.each(AUTHS)("with %j is shown with %j", (webhookAuth, shown) => {
    const given = definition({ webhookAuth });
    expect(toDefinitionView(given, MANAGER)).toEqual({ ...given, webhookAuth: shown });
  });
});

describe("the name of a secret in AWS", () => {
  const reference = {
    secretArn: "arn:aws:secretsmanager:eu-central-1:000000000000:secret:shop-abcdef",
    secretKey: "token",
  };

  it("is for those who manage the runbook; others see that there is a secret", () => {
    const given = definition({ webhookAuth: { type: "bearer", token: reference } });
    expect(toDefinitionView(given, MANAGER).webhookAuth).toEqual({ type: "bearer", token: reference });
    expect(toDefinitionView(given, { manages: false }).webhookAuth).toEqual({
      type: "bearer",
      token: MASKED,
    });
  });

  it("is in no difference that others see; that it changed is", () => {
    const from = definition({ webhookAuth: { type: "bearer", token: reference } });
    const to = definition({ webhookAuth: { type: "bearer", token: { ...reference, secretKey: "other" } } });
    const field = "webhookAuth.token";
    expect(diffDefinitions(from, to, { manages: false })).toEqual([{ field, change: "changed" }]);
    expect(diffDefinitions(from, to, MANAGER)).toEqual([
      { field: `${field}.secretKey`, change: "changed", from: "token", to: "other" },
    ]);
  });
});

describe("a runbook", () => {
  it("is shown as its definition and approval status", () => {
    const { summary, current } = approvedRunbook();
    const { deletedBy: _by, deletedByName: _byName, deletedAt: _at, ...known } = summary;
    const shown = toRunbookView(summary, current, null, MANAGER);
    const view = toDefinitionView(current.definition, MANAGER);
    expect(shown).toEqual({ ...known, ...view, approvalsRequired: null, warnings: [] });
    expect(JSON.stringify(shown)).not.toContain(encrypted.ciphertext);
  });

  it("has its newest definition's name, even if its summary differs", () => {
    const { summary, current } = approvedRunbook();
    expect(
      toRunbookView({ ...summary, name: "Old", description: "Old" }, current, null, MANAGER),
    ).toMatchObject({
      name: current.definition.name,
      description: current.definition.description,
    });
  });

  it("shows its versions with masked secrets, and all else of them", () => {
    const { current } = approvedRunbook();
    expect(toVersionView(current, MANAGER)).toEqual({
      ...current,
      definition: toDefinitionView(current.definition, MANAGER),
    });
  });
});

describe("a run", () => {
  it("is summarized without internal fields", () => {
    const run = newRun({ deadlineAt: "2026-03-01T03:05:00.000Z", callbackTimeoutSeconds: 5 });
    const { auditSequence, auditHash, deadlineAt, callbackTimeoutSeconds, definitionHash, ...rest } = run;
    const { attemptsClaimed, callDeadlineAt, ...theirs } = rest;
    const ours = [auditSequence, auditHash, deadlineAt, callbackTimeoutSeconds, definitionHash];
    expect([...ours, attemptsClaimed, callDeadlineAt]).not.toContain(undefined);
    expect(toExecutionSummary(run, "https://console")).toEqual({
      ...theirs,
      breakGlass: null,
      queuedAt: null,
      consoleUrl: "https://console",
    });
  });

  it("that waits in a queue shows since when, and its position", () => {
    const concurrency = { slotKey: "a".repeat(32), limit: 1, queuedAt: "2026-03-01T03:00:00.000Z" };
    const execution = newRun({ concurrency });
    const queue = { position: 2, waitingFor: [newId("execution")] };
    const parts = { execution, input: inputOf(execution.id), request: null, attempts: [], callback: null };
    expect(toExecutionView({ ...parts, queue }, definition(), NO_LINKS, MANAGER)).toMatchObject({
      queuedAt: concurrency.queuedAt,
      queue,
    });
    expect(toExecutionView(parts, definition(), NO_LINKS, MANAGER).queue).toBeNull();
    expect(toExecutionView(parts, definition(), NO_LINKS, MANAGER)).not.toHaveProperty("concurrency");
  });

  it("shows its secret parameters only as being there", () => {
    expect(maskParameters({ parameters: { a: 1 }, secrets: { pin: encrypted } })).toEqual({
      a: 1,
      pin: MASKED,
    });
  });

  it("is shown in full: its definition masked, its attempts, and the last answer", () => {
    const execution = newRun();
    const input = { ...inputOf(execution.id), secrets: { pin: encrypted } };
    const request = { method: "POST", url: "https://x", headers: {}, body: "{}" };
    const second = { ...attempt, number: 2, durationMs: 7, answer };
    const third = { ...attempt, number: 3, outcome: "failed" as const };
    const parts = { execution, input, request, attempts: [attempt, second, third], callback: null };
    const shown = toExecutionView(parts, definition(bearer), LINKS, MANAGER);
    expect(shown).toMatchObject({
      definitionSnapshot: toDefinitionView(definition(bearer), MANAGER),
      parameters: { service: "checkout", pin: MASKED },
      request,
      callback: null,
      result: { ...answer, durationMs: 7 },
      ...LINKS,
    });
    const { number, startedAt, durationMs, error } = attempt;
    expect(shown.attempts).toEqual([
      { number, startedAt, durationMs, outcome: "refused", statusCode: null, error },
      { number: 2, startedAt, durationMs: 7, outcome: "refused", statusCode: 503, error },
      { number: 3, startedAt, durationMs, outcome: "failed", statusCode: null, error },
    ]);
  });

  it("has no result if no answer ever came, and no duration if none was measured", () => {
    const execution = newRun();
    const parts = { execution, input: inputOf(execution.id), request: null, callback: null };
    expect(
      toExecutionView({ ...parts, attempts: [attempt] }, definition(), NO_LINKS, MANAGER).result,
    ).toBeNull();
    const untimed = { ...attempt, durationMs: null, answer };
    expect(
      toExecutionView({ ...parts, attempts: [untimed] }, definition(), NO_LINKS, MANAGER).result,
    ).toEqual({
      ...answer,
      durationMs: 0,
    });
  });

  it("that a callback completes shows its deadline, and the callbacks so far", () => {
    const execution = newRun({ callbackTimeoutSeconds: 60 });
    const delivered = { ...attempt, outcome: "delivered" as const, durationMs: 1000 };
    const parts = { execution, input: inputOf(execution.id), request: null, attempts: [delivered] };
    expect(toExecutionView({ ...parts, callback: null }, definition(), NO_LINKS, MANAGER).callback).toEqual({
      deadlineAt: "2026-03-01T03:01:01.000Z",
      result: null,
      notes: [],
    });
    const result = { status: "SUCCESS", message: null, output: null, at: attempt.startedAt } as const;
    const notes = [{ number: 1, at: attempt.startedAt, message: "Half" }];
    const callback = { tokenHashes: ["secret-hash"], taskTokens: ["secret-token"], result, notes };
    const shown = toExecutionView({ ...parts, callback }, definition(), NO_LINKS, MANAGER).callback;
    expect(shown).toEqual({ deadlineAt: "2026-03-01T03:01:01.000Z", result, notes });
  });
});
