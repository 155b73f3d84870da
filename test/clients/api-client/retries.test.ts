// The client repeats what may be repeated, when it may, and nothing that could have an effect twice.
import { describe, expect, it } from "vitest";
import { type ClientOptions, RunbooksClient } from "../../../clients/api-client/client.ts";
import { ConnectionError, ProblemError, UnexpectedAnswerError } from "../../../clients/api-client/errors.ts";
import { pauseAfter } from "../../../clients/api-client/retry.ts";
import { ROUTE_TABLE } from "../../../clients/api-client/route-table.ts";
import type { RouteName } from "../../../clients/api-client/types.ts";
import { findFreePort } from "../../../infra/local/platform/ports.ts";
import { type Answering, startReceiver, startTcp } from "../../support/receiver.ts";

const thrownBy = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: unknown) => error,
  );
const ok = { status: 200, headers: { "content-type": "application/json" }, body: "{}" };
const busy = (status: number, headers = {}) => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: '{"message":"Busy"}',
});

async function startService(answer: Answering, options: Partial<ClientOptions> = {}) {
  const service = await startReceiver(answer);
  const pauses: number[] = [];
  const pause = async (ms: number) => void pauses.push(ms);
  const client = new RunbooksClient({ baseUrl: service.url, pause, ...options });
  return { service, client, pauses, [Symbol.asyncDispose]: () => service.close() };
}
const hangUp: Answering = (_, response) => void response.destroy();
const failing = (times: number, fail: Answering): Answering => {
  let left = times;
  return (request, response) => (left-- > 0 ? fail(request, response) : ok);
};

const start = { runbookId: "runbook_1", body: { parameters: {} } };
const approve = { runbookId: "runbook_1", body: { version: 1 } };

describe("on real sockets", () => {
  it("a connection that is hung up is tried again, with the same Idempotency-Key", async () => {
    await using it = await startService(failing(2, hangUp));
    await it.client.startExecution(start);
    const keys = it.service.requests.map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  });

  it("another call has another key, and the caller's own key is taken", async () => {
    await using it = await startService(() => ok);
    await it.client.startExecution(start);
    await it.client.startExecution(start);
    await it.client.startExecution({ ...start, headers: { "idempotency-key": "mine" } });
    const keys = it.service.requests.map(({ headers }) => headers["idempotency-key"]);
    expect(new Set(keys).size).toBe(3);
    expect(keys[2]).toBe("mine");
  });

  it("an approval whose answer is lost is not sent again, and the error says that it may have been done", async () => {
    await using it = await startService(hangUp);
    const error = await thrownBy(it.client.approveRunbook(approve));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ mayHaveArrived: true });
    expect(it.service.requests).toHaveLength(1);
  });

  it("an approval is sent again after a 429, which did nothing, and not after a 503", async () => {
    await using it = await startService(failing(1, () => busy(429)));
    await it.client.approveRunbook(approve);
    expect(it.service.requests).toHaveLength(2);
    await using other = await startService(failing(1, () => busy(503)));
    expect(await thrownBy(other.client.approveRunbook(approve))).toMatchObject({
      status: 503,
      code: "unavailable",
    });
    expect(other.service.requests).toHaveLength(1);
  });

  it("Retry-After is honoured, in seconds and as a date", async () => {
    await using it = await startService(failing(1, () => busy(503, { "retry-after": "7" })));
    await it.client.getControls();
    expect(it.pauses).toHaveLength(1);
    expect(Math.floor((it.pauses[0] ?? 0) / 1000)).toBe(7);
    const date = new Date(Date.now() + 20_000).toUTCString();
    await using other = await startService(failing(1, () => busy(429, { "retry-after": date })));
    await other.client.getControls();
    expect(other.pauses[0]).toBeGreaterThan(10_000);
    expect(other.pauses[0]).toBeLessThan(21_000);
  });

  it("gives up at once when it is asked to wait for longer than it would", async () => {
    await using it = await startService(() => busy(429, { "retry-after": "3600" }));
    expect(await thrownBy(it.client.getControls())).toMatchObject({ status: 429, retryAfterSeconds: 3600 });
    expect(it.service.requests).toHaveLength(1);
  });

  it("gives up after its attempts, with the last error", async () => {
    await using it = await startService(() => busy(503));
    const error = await thrownBy(it.client.getControls());
    expect(error).toBeInstanceOf(ProblemError);
    expect(it.service.requests).toHaveLength(4);
    expect(it.pauses).toHaveLength(3);
  });

  it("a gateway's page with 502 is tried again too", async () => {
    const page = { status: 502, headers: { "content-type": "text/html" }, body: "<html>" };
    await using it = await startService(failing(1, () => page));
    expect(await it.client.getControls()).toEqual({});
  });

  it("an answer that never comes ends with the timeout", async () => {
    await using silent = await startTcp();
    const pauses: number[] = [];
    const client = new RunbooksClient({
      baseUrl: silent.url,
      timeoutMs: 50,
      attempts: 2,
      pause: async (ms) => void pauses.push(ms),
    });
    const error = await thrownBy(client.getControls());
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ code: "TIMEOUT", mayHaveArrived: true });
    expect(pauses).toHaveLength(1);
  });

  it("a body that stops in the middle ends with the timeout too", async () => {
    await using it = await startService(
      (_, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": "100" }).write("{");
        return undefined;
      },
      { timeoutMs: 50, attempts: 1 },
    );
    expect(await thrownBy(it.client.getControls())).toMatchObject({ code: "TIMEOUT" });
  });

  it("a port that nobody listens on is tried again, whatever the call: nothing was sent", async () => {
    const pauses: number[] = [];
    const baseUrl = `http://127.0.0.1:${await findFreePort()}`;
    const client = new RunbooksClient({ baseUrl, pause: async (ms) => void pauses.push(ms) });
    const error = await thrownBy(client.approveRunbook(approve));
    expect(error).toMatchObject({ code: "ECONNREFUSED", mayHaveArrived: false });
    expect(String(error)).toContain(baseUrl);
    expect(pauses).toHaveLength(3);
  });

  it("a signal ends the call while it waits for the answer, and while it pauses", async () => {
    const stop = new AbortController();
    await using it = await startService(() => {
      stop.abort(new Error("enough"));
      return undefined;
    });
    expect(String(await thrownBy(it.client.getControls(undefined, { signal: stop.signal })))).toContain(
      "enough",
    );
    const later = new AbortController();
    await using other = await startReceiver(() => {
      queueMicrotask(() => setImmediate(() => later.abort(new Error("enough"))));
      return busy(429, { "retry-after": "20" });
    });
    const client = new RunbooksClient({ baseUrl: other.url });
    const signal = AbortSignal.any([later.signal]);
    expect(String(await thrownBy(client.getControls(undefined, { signal })))).toContain("enough");
    expect(other.requests).toHaveLength(1);
  });

  it("a signal that is aborted already sends nothing", async () => {
    await using it = await startService(() => ok);
    const signal = AbortSignal.abort(new Error("enough"));
    expect(String(await thrownBy(it.client.getControls(undefined, { signal })))).toContain("enough");
    expect(it.service.requests).toEqual([]);
  });
});

describe("which routes are sent again after a lost answer", () => {
  const lost = new ConnectionError("http://127.0.0.1", "ECONNRESET", null);
  const repeats = (name: RouteName) =>
    pauseAfter({ error: lost, attempt: 1 }, ROUTE_TABLE[name], 0.5) !== null;

  it("those that have no effect, that set, or that take a key; never another POST or PATCH", () => {
    const names = Object.keys(ROUTE_TABLE) as RouteName[];
    const risky = names.filter((name) => ["POST", "PATCH"].includes(ROUTE_TABLE[name].method));
    const rest = names.filter((name) => !risky.includes(name));
    expect(rest.filter((name) => !repeats(name))).toEqual([]);
    expect(risky.filter(repeats)).toEqual(
      risky.filter((name) => ROUTE_TABLE[name].isKeyed || ROUTE_TABLE[name].isReading),
    );
    for (const name of ["start-execution", "create-runbook", "rerun-execution", "preview-runbook"] as const)
      expect(repeats(name)).toBe(true);
    for (const name of [
      "approve-runbook",
      "cancel-execution",
      "update-runbook",
      "callback-execution",
    ] as const)
      expect(repeats(name)).toBe(false);
  });
});

describe("the pause", () => {
  const row = ROUTE_TABLE["get-controls"];
  const answered = (status: number) => new UnexpectedAnswerError(status, "text/html", null);

  it("grows, up to five seconds, and is spread by chance", () => {
    const after = (attempt: number, random: number) =>
      pauseAfter({ error: answered(503), attempt }, row, random);
    expect([1, 2, 3, 9].map((attempt) => after(attempt, 1))).toEqual([200, 400, 800, 5_000]);
    expect(after(3, 0.5)).toBe(400);
  });

  it.each([400, 401, 403, 404, 409, 412, 500])("there is none after a %i", (status) => {
    expect(pauseAfter({ error: answered(status), attempt: 1 }, row, 1)).toBeNull();
  });

  it("there is none after an error of another kind", () => {
    expect(pauseAfter({ error: new TypeError("a defect"), attempt: 1 }, row, 1)).toBeNull();
  });
});
