// Lists over all pages, and the wait for the end of an execution, on real sockets.
import { describe, expect, it } from "vitest";
import { RunbooksClient } from "../../../clients/api-client/client.ts";
import type { OutputOf } from "../../../clients/api-client/types.ts";
import { type Answering, startReceiver } from "../../support/receiver.ts";

const json = (body: unknown, headers = {}) => ({
  status: 200,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

async function startService(answer: Answering) {
  const service = await startReceiver(answer);
  const pauses: number[] = [];
  const client = new RunbooksClient({ baseUrl: service.url, pause: async (ms) => void pauses.push(ms) });
  return { service, client, pauses, [Symbol.asyncDispose]: () => service.close() };
}

describe("a list", () => {
  const pages: Record<string, unknown> = {
    "": { items: [1, 2], nextCursor: "a b" },
    "a b": { items: [], nextCursor: "c" },
    c: { items: [3], nextCursor: null },
  };
  const answer: Answering = ({ path }) =>
    json(pages[new URL(path, "http://x").searchParams.get("cursor") ?? ""]);

  it("has the items of all pages in their order, an empty one in between included", async () => {
    await using it = await startService(answer);
    const items: unknown[] = [];
    for await (const item of it.client.all.listRunbooks({ query: { teamId: "payments" } })) items.push(item);
    expect(items).toEqual([1, 2, 3]);
    expect(it.service.requests.map(({ path }) => path)).toEqual([
      "/runbooks?teamId=payments",
      "/runbooks?teamId=payments&cursor=a+b",
      "/runbooks?teamId=payments&cursor=c",
    ]);
  });

  it("asks for no page that is not read", async () => {
    await using it = await startService(answer);
    for await (const item of it.client.all.listRunbooks()) {
      expect(item).toBe(1);
      break;
    }
    expect(it.service.requests).toHaveLength(1);
  });
});

const RUNNING = { status: "RUNNING", attempts: [] };
const FAILED_ONCE = { status: "RUNNING", attempts: [{ number: 1 }] };
const ENDED = { status: "SUCCESS", attempts: [{ number: 1 }, { number: 2 }] };

/** Answers these states, each once, and the last one for ever. */
function states(...given: object[]) {
  const left = [...given];
  return (headers = {}) => json(left.length > 1 ? left.shift() : left[0], headers);
}

describe("the wait for the end", () => {
  const follow = async (client: RunbooksClient, options = {}) => {
    const seen: unknown[] = [];
    const onChange = (execution: OutputOf<"get-execution">) => void seen.push(execution);
    const ended = await client.waitForEnd("execution_1", { onChange, ...options });
    return { ended, seen };
  };

  it("returns the ended execution, and tells each change once", async () => {
    const answer = states(RUNNING, RUNNING, FAILED_ONCE, FAILED_ONCE, ENDED);
    await using it = await startService(() => answer());
    expect(await follow(it.client)).toEqual({ ended: ENDED, seen: [RUNNING, FAILED_ONCE, ENDED] });
    expect(it.service.requests).toHaveLength(5);
  });

  it("asks the service to hold its requests after the first, and makes no pause if it does", async () => {
    const answer = states(RUNNING, FAILED_ONCE, ENDED);
    await using it = await startService(() => answer({ "preference-applied": "wait=20" }));
    await follow(it.client);
    expect(it.service.requests.map(({ headers }) => headers["prefer"])).toEqual([
      undefined,
      "wait=20",
      "wait=20",
    ]);
    expect(it.pauses).toEqual([]);
  });

  it("polls gently if the service does not hold them, slower while nothing changes", async () => {
    const answer = states(...Array.from({ length: 9 }, () => RUNNING), ENDED);
    await using it = await startService(() => answer());
    await follow(it.client);
    expect(it.pauses).toHaveLength(8);
    expect(it.pauses).toEqual([...it.pauses].sort((a, b) => a - b));
    expect(it.pauses[0]).toBe(750);
    expect(it.pauses.at(-1)).toBe(4_000);
  });

  it("an execution that has ended is told at once", async () => {
    await using it = await startService(() => json(ENDED));
    expect(await follow(it.client)).toEqual({ ended: ENDED, seen: [ENDED] });
    expect(it.service.requests).toHaveLength(1);
  });

  it("ends with the signal's reason, and with its own timeout", async () => {
    await using it = await startService(() => json(RUNNING));
    const stop = new AbortController();
    const onChange = () => stop.abort(new Error("enough"));
    await expect(it.client.waitForEnd("execution_1", { signal: stop.signal, onChange })).rejects.toThrow(
      "enough",
    );
    await expect(it.client.waitForEnd("execution_1", { timeoutMs: 0 })).rejects.toMatchObject({
      name: "TimeoutError",
    });
  });
});
