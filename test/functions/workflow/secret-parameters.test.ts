// Secret parameters and signing secrets, from the start of a run to what the receiver gets.
import { createHash } from "node:crypto";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { Webhook } from "standardwebhooks";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { MASK } from "../../../shared/domain/runbooks/webhook-auth.ts";
import { ask, everyItem, startApi, type TestApi } from "../../support/api.ts";
import { carryOut } from "../../support/carry-out.ts";
import { approve, approvedIn, fresh, idOf, start } from "../../support/library.ts";
import { type ReceivedRequest, type Receiver, startReceiver } from "../../support/receiver.ts";

let api: TestApi;
let receiver: Receiver;
beforeAll(async () => {
  api = await startApi();
  receiver = await startReceiver(({ body }) => ({ body: `got ${body}` }));
  return async () => {
    await receiver.close();
    await api.stop();
  };
});

const PIN = "4711-0815";
const withPin = () => ({
  webhookUrl: `${receiver.url}/`,
  parameters: {
    type: "object",
    properties: { service: { type: "string" }, pin: { type: "string", writeOnly: true, maxLength: 20 } },
  },
  payloadTemplate: '{"pin":"{{params.pin}}"}',
});
const items = async () => (await everyItem(api.table)).map((item) => unmarshall(item));
const lastRequest = (): ReceivedRequest => {
  const request = receiver.requests.at(-1);
  if (!request) throw new Error("Nothing was received");
  return request;
};

describe("a secret parameter", () => {
  it("[F10][C7] is encrypted for its run, sent in clear, and masked wherever the run is shown, its echo too", async () => {
    const runbookId = await approvedIn("payments", withPin());
    const executionId = await start(runbookId, { parameters: { service: "checkout", pin: PIN } });
    await carryOut(executionId);
    expect(JSON.parse(lastRequest().body)).toEqual({ pin: PIN });
    const { body, text } = await ask("get-execution", { params: { executionId } });
    expect(body).toMatchObject({
      status: "SUCCESS",
      parameters: { service: "checkout", pin: MASK },
      request: { body: JSON.stringify({ pin: MASK }) },
      result: { responseBody: `got {"pin":"${MASK}"}` },
    });
    expect(text + JSON.stringify(await items())).not.toContain(PIN);
  });

  it("[F10] comes along in a rerun, and in a rerun of that", async () => {
    const runbookId = await approvedIn("payments", withPin());
    let executionId = await start(runbookId, { parameters: { pin: PIN } });
    await carryOut(executionId);
    for (let again = 0; again < 2; again++) {
      executionId = idOf(await ask("rerun-execution", { params: { executionId } }));
      await carryOut(executionId);
      expect(JSON.parse(lastRequest().body)).toEqual({ pin: PIN });
      const { text } = await ask("get-execution", { params: { executionId } });
      expect(text).not.toContain(PIN);
    }
  });

  it("[E12][F10] of a rerun is dropped if the runbook no longer accepts it", async () => {
    const runbookId = await approvedIn("payments", withPin());
    const first = await start(runbookId, { parameters: { pin: PIN } });
    await carryOut(first);
    const open = { parameters: { type: "object", properties: { service: { type: "string" } } } };
    await ask("update-runbook", {
      params: { runbookId },
      body: { ...open, payloadTemplate: '{"service":"{{runbook.name}}"}' },
    });
    await approve(runbookId, 3);
    const executionId = idOf(await ask("rerun-execution", { params: { executionId: first } }));
    await carryOut(executionId);
    expect(lastRequest().body).not.toContain(PIN);
  });

  it("[F11][F12] leaves no guessable trace in the idempotency record, and still distinguishes requests", async () => {
    const runbookId = await approvedIn("payments", withPin());
    const headers = { "idempotency-key": fresh("key") };
    const asked = (pin: string) => ({ params: { runbookId }, headers, body: { parameters: { pin } } });
    const first = idOf(await ask("start-execution", asked(PIN)));
    expect(idOf(await ask("start-execution", asked(PIN)))).toBe(first);
    expect((await ask("start-execution", asked("0000-0000"))).problem?.code).toBe("idempotency_conflict");
    const record = (await items()).find((item) => item["resourceId"] === first);
    const body = { parameters: { pin: PIN } };
    const guesses = [{ pin: PIN }, body, [{ runbookId }, {}, body], PIN];
    const hashes = guesses.map((guess) => createHash("sha256").update(JSON.stringify(guess)).digest("hex"));
    expect(hashes).not.toContain(record?.["requestHash"]);
    expect(Object.keys(record ?? {}).sort()).toEqual([
      "expiresAt",
      "pk",
      "requestHash",
      "resourceId",
      "sk",
      "validUntil",
    ]);
  });

  it("[F5][F6] that is wrong is not repeated in the refusal", async () => {
    const runbookId = await approvedIn("payments", withPin());
    const pin = `${PIN}-${"9".repeat(20)}`;
    const { problem, text } = await ask("start-execution", {
      params: { runbookId },
      body: { parameters: { pin, service: 7 } },
    });
    expect(problem?.errors?.map(({ pointer }) => pointer).sort()).toEqual([
      "/parameters/pin",
      "/parameters/service",
    ]);
    expect(text).not.toContain(PIN);
  });
});

describe("the signing secret", () => {
  const secretOf = async (runbookId: string) =>
    String(Object((await ask("get-signing-secret", { params: { runbookId } })).body).secret);
  const verifies = (secret: string, { body, headers }: ReceivedRequest) => {
    const names = ["webhook-id", "webhook-timestamp", "webhook-signature"] as const;
    const given = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
    try {
      new Webhook(secret).verify(body, given);
      return true;
    } catch {
      return false;
    }
  };

  it("[B8] of each runbook is its own, lies encrypted, and verifies what its runs send", async () => {
    const [one, two] = [await approvedIn("payments", withPin()), await approvedIn("payments", withPin())];
    const [secret, other] = [await secretOf(one), await secretOf(two)];
    expect(secret).not.toBe(other);
    expect(JSON.stringify(await items())).not.toContain(secret.slice("whsec_".length));
    await carryOut(await start(one, { parameters: { pin: PIN } }));
    expect([secret, other].map((s) => verifies(s, lastRequest()))).toEqual([true, false]);
  });

  it("[B8] that was rotated signs next to the new one, and an older one no more, once that is forced", async () => {
    const runbookId = await approvedIn("payments", withPin());
    const first = await secretOf(runbookId);
    const rotate = async (asked: object = {}) => {
      const { body } = await ask("rotate-signing-secret", { params: { runbookId }, ...asked });
      return String(Object(body).secret);
    };
    const second = await rotate();
    await carryOut(await start(runbookId, { parameters: { pin: PIN } }));
    expect([first, second].map((s) => verifies(s, lastRequest()))).toEqual([true, true]);
    const third = await rotate({ body: { force: true } });
    await carryOut(await start(runbookId, { parameters: { pin: PIN } }));
    expect([first, second, third].map((s) => verifies(s, lastRequest()))).toEqual([false, true, true]);
  });

  it("[B8] that was rotated is not rotated again while the one before signs, and nothing is stored", async () => {
    const runbookId = await approvedIn("payments");
    const rotate = (asked: object = {}) => ask("rotate-signing-secret", { params: { runbookId }, ...asked });
    const { previousUntil } = Object((await rotate()).body);
    const stored = await items();
    for (const asked of [{}, { body: {} }, { body: { force: false } }]) {
      const { problem } = await rotate(asked);
      expect(problem).toMatchObject({ code: "invalid_transition", status: 409 });
      expect(problem?.detail).toContain(previousUntil);
    }
    expect(await items()).toEqual(stored);
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.setSystemTime(Date.parse(previousUntil) - 1);
    expect((await rotate()).status).toBe(409);
    vi.setSystemTime(Date.parse(previousUntil));
    expect((await rotate()).status).toBe(200);
    vi.useRealTimers();
  });

  it("[B8] that was rotated signs for 24 hours, to the millisecond", async () => {
    const runbookId = await approvedIn("payments");
    const before = await secretOf(runbookId);
    const { body } = await ask("rotate-signing-secret", { params: { runbookId } });
    const { secret, previousUntil, rotatedAt } = Object(body);
    expect(Date.parse(previousUntil) - Date.parse(rotatedAt)).toBe(24 * 3_600_000);
    const { decryptSigningSecrets: signingSecrets } = await import(
      "../../../shared/application/runbooks/signing-secret.ts"
    );
    const { requireSigningSecret: getSigningSecret } = await import(
      "../../../shared/store/signing-secrets.ts"
    );
    const stored = await getSigningSecret(runbookId);
    const at = async (ms: number) => signingSecrets(stored, new Date(Date.parse(previousUntil) + ms));
    expect(await at(-1)).toEqual([secret, before]);
    expect(await at(0)).toEqual([secret]);
  });
});
