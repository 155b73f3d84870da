// The workflow file on the interpreter, over DynamoDB Local, against receivers that behave and that do not.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAuthority } from "../support/certificates.ts";
import { type Answering, type Receiver, startReceiver } from "../support/receiver.ts";
import { type Bench, startBench } from "../support/workflow.ts";

let bench: Bench;
const receivers: Receiver[] = [];
beforeAll(async () => {
  bench = await startBench();
});
afterAll(async () => {
  await bench.stop();
  await Promise.all(receivers.map((receiver) => receiver.close()));
});

async function receiverThat(answer?: Answering): Promise<Receiver> {
  const receiver = await startReceiver(answer);
  receivers.push(receiver);
  return receiver;
}

/** One run to its end against its own receiver. */
async function runAgainst(answer?: Answering, changes = {}) {
  const receiver = await receiverThat(answer);
  const id = await bench.start(await bench.runbook(`${receiver.url}/restart`, changes));
  const run = await bench.ended(id);
  await bench.machineEnds(id);
  return { id, run, receiver, requests: receiver.requests };
}

const failing = (times: number, status = 500): Answering => {
  let calls = 0;
  return () => ({ status: ++calls <= times ? status : 200, body: `call ${calls}` });
};

/** The waits that the state machine was given, as its history shows them. */
async function waitsOf(id: string): Promise<number[]> {
  const entered = (await bench.history(id)).filter((event) => event.type === "WaitStateEntered");
  return entered.map(
    ({ stateEnteredEventDetails }) => JSON.parse(stateEnteredEventDetails?.input ?? "{}").waitSeconds,
  );
}

describe("a run", () => {
  it("that is delivered at once succeeds with one attempt, and the state machine ends well", async () => {
    const { id, run, requests } = await runAgainst(() => ({ status: 200, body: "restarted" }));
    expect(run).toMatchObject({
      status: "SUCCESS",
      error: null,
      result: { statusCode: 200, responseBody: "restarted" },
    });
    expect(run.attempts).toMatchObject([{ number: 1, outcome: "delivered", statusCode: 200 }]);
    expect(requests).toHaveLength(1);
    expect(await bench.machine(id)).toBe("SUCCEEDED");
  });

  it("that fails twice and then works waits 1 and 2 seconds, and succeeds at the third attempt", async () => {
    const { id, run } = await runAgainst(failing(2));
    expect(run.status).toBe("SUCCESS");
    expect(run.attempts.map((a) => a.outcome)).toEqual(["refused", "refused", "delivered"]);
    expect(await waitsOf(id)).toEqual([1, 2]);
  });

  it("gives up after the attempts that its policy allows, and keeps the last answer", async () => {
    const { id, run, requests } = await runAgainst(failing(99, 503));
    expect(run).toMatchObject({
      status: "FAILED",
      error: { code: "webhook_refused", message: expect.stringContaining("Gave up after 3 attempts") },
      result: { statusCode: 503, responseBody: "call 3" },
    });
    expect(requests).toHaveLength(3);
    expect(await bench.machine(id)).toBe("FAILED");
  });

  it("sends the same bytes under the same id with every attempt, each with its number", async () => {
    const { id, requests } = await runAgainst(failing(2));
    expect(new Set(requests.map((r) => r.body))).toEqual(new Set(['{"service":"checkout"}']));
    expect(requests.map((r) => r.headers["webhook-id"])).toEqual([id, id, id]);
    expect(requests.map((r) => r.headers["idempotency-key"])).toEqual([id, id, id]);
    const attemptHeaders = requests.map((r) =>
      Object.entries(r.headers).filter(([, value]) => /^[123]$/.test(String(value))),
    );
    expect(attemptHeaders.map((found) => found.map(([, value]) => value))).toEqual([["1"], ["2"], ["3"]]);
  });

  it("waits as long as Retry-After asks", async () => {
    let calls = 0;
    const { id, run } = await runAgainst(() => {
      calls += 1;
      return calls === 1 ? { status: 429, headers: { "retry-after": "7" } } : {};
    });
    expect(run.status).toBe("SUCCESS");
    expect(await waitsOf(id)).toEqual([7]);
  });

  it("does not wait for a Retry-After beyond its overall timeout: it ends at once with the answer, says why, and sends nothing again", async () => {
    const { run, requests } = await runAgainst(() => ({ status: 503, headers: { "retry-after": "100000" } }));
    expect(run.status).toBe("FAILED");
    expect(run.error?.message).toContain("no time left for another attempt");
    expect(requests).toHaveLength(1);
  });

  it("that is refused for good ends at once", async () => {
    const { id, run, requests } = await runAgainst(() => ({ status: 403, body: "no" }));
    expect(run).toMatchObject({
      status: "FAILED",
      error: { code: "webhook_refused" },
      result: { statusCode: 403 },
    });
    expect(requests).toHaveLength(1);
    expect(await waitsOf(id)).toEqual([]);
  });

  it("[B9] whose receiver stalls beyond the attempt's time is tried again, and says that the receiver may have acted", async () => {
    let calls = 0;
    const { run } = await runAgainst(
      () => {
        calls += 1;
        return calls === 1 ? undefined : {};
      },
      { attemptTimeoutSeconds: 1 },
    );
    expect(run.status).toBe("SUCCESS");
    expect(run.attempts).toMatchObject([
      { outcome: "unknown", error: { code: "timeout", message: expect.stringContaining("may have acted") } },
      { outcome: "delivered" },
    ]);
  });

  it("whose connection is cut after the request is tried again, the first outcome unknown", async () => {
    let calls = 0;
    const { run } = await runAgainst((_request, response) => {
      calls += 1;
      if (calls > 1) return {};
      response.destroy();
      return undefined;
    });
    expect(run.status).toBe("SUCCESS");
    expect(run.attempts).toMatchObject([
      { outcome: "unknown", error: { code: "outcome_unknown" } },
      { outcome: "delivered" },
    ]);
  });

  it("whose receiver accepts no connection fails as unreachable: nothing was sent", async () => {
    const gone = await startReceiver();
    await gone.close();
    const id = await bench.start(await bench.runbook(`${gone.url}/restart`));
    const run = await bench.ended(id);
    expect(run).toMatchObject({ status: "FAILED", error: { code: "unreachable" } });
    expect(run.attempts.map((a) => a.outcome)).toEqual(["failed", "failed", "failed"]);
  });

  const authority = createAuthority();
  const self = { cert: authority.cert, key: authority.key };
  const unknown = authority.issue({ names: ["127.0.0.1"] });
  it.each([
    ["is self-signed", self, "The receiver has a self-signed certificate"],
    ["is of an unknown authority", unknown, "The receiver has a certificate of an unknown authority"],
  ])("whose certificate %s says so to its caller", async (_, tls, words) => {
    await using receiver = await startReceiver(() => ({}), { tls });
    const run = await bench.ended(await bench.start(await bench.runbook(`${receiver.url}/restart`)));
    const message = expect.stringContaining(words);
    expect(run).toMatchObject({ status: "FAILED", error: { code: "tls_error", message } });
    expect(receiver.requests).toEqual([]);
  });

  it("whose receiver's name does not exist says so to its caller", async () => {
    const run = await bench.ended(await bench.start(await bench.runbook("http://nowhere.invalid/restart")));
    const message = expect.stringMatching(/its host name (does not resolve|did not answer)/);
    expect(run).toMatchObject({ status: "FAILED", error: { code: "unreachable", message } });
  });

  const oauth2 = (tokenUrl: string) =>
    ({ type: "oauth2", tokenUrl, clientId: "c", clientSecret: "client-secret" }) as const;
  it.each([
    [401, "answered 401. Check clientId, clientSecret, and clientAuthentication"],
    [400, "answered 400. Check scope, audience, clientId and clientAuthentication"],
    [302, "answered 302. Redirects are not followed: check tokenUrl"],
  ])("whose token endpoint answers %i names the fields to check", async (status, words) => {
    await using issuer = await startReceiver(() => ({ status }));
    await using receiver = await startReceiver();
    const webhookAuth = oauth2(issuer.url);
    const id = await bench.start(await bench.runbook(`${receiver.url}/restart`, { webhookAuth }));
    const message = expect.stringContaining(`The token endpoint (webhookAuth.tokenUrl) ${words}`);
    expect(await bench.ended(id)).toMatchObject({
      status: "FAILED",
      error: { code: "auth_failed", message },
    });
    expect(receiver.connections()).toBe(0);
  });

  it("whose token endpoint is not there does not blame the receiver", async () => {
    const gone = await startReceiver();
    await gone.close();
    await using receiver = await startReceiver();
    const webhookAuth = oauth2(gone.url);
    const id = await bench.start(await bench.runbook(`${receiver.url}/restart`, { webhookAuth }));
    const message = expect.stringContaining("The token endpoint (webhookAuth.tokenUrl) could not be reached");
    expect(await bench.ended(id)).toMatchObject({
      status: "FAILED",
      error: { code: "auth_failed", message },
    });
    expect(receiver.connections()).toBe(0);
  });

  it("shows ids and outcomes in the state machine's history, less than a kilobyte in each event, and nothing else", async () => {
    const { id } = await runAgainst(failing(1));
    const events = await bench.history(id);
    const text = JSON.stringify(events);
    for (const hidden of ["checkout", "127.0.0.1:", "restart", "whsec_", "call 1"])
      expect(text).not.toContain(hidden);
    const inputs = events.map((e) => JSON.stringify({ ...e, timestamp: undefined }));
    expect(Math.max(...inputs.map((i) => i.length))).toBeLessThan(1024);
  });
});
