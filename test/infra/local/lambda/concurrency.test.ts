// How many invocations of a function are under way, who waits, and who is refused.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FunctionThrottled, limitConcurrency } from "../../../../infra/local/lambda/concurrency.ts";

const LIMITS = { "api-run": 2 };
beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Functions that end when the test says so. */
function held() {
  const begun: string[] = [];
  const open = new Map<string, PromiseWithResolvers<unknown>>();
  const { invoke, isFull } = limitConcurrency((_path, event) => {
    const name = String(event);
    begun.push(name);
    const answer = Promise.withResolvers<unknown>();
    open.set(name, answer);
    return answer.promise;
  }, LIMITS);
  const call = (name: string, patienceMs?: number, path = "classes/api-run") => {
    const patience = patienceMs === undefined ? {} : { patienceMs };
    const result = invoke(path, name, { timeoutSeconds: 30, ...patience });
    // Refusals are looked at later.
    result.catch(() => undefined);
    return result;
  };
  return { call, begun, isFull, end: (name: string) => open.get(name)?.resolve(`${name} is done`), open };
}

/** Everything that can go on without waiting has gone on. */
const settled = () => vi.advanceTimersByTimeAsync(0);

describe("a function at its limit", () => {
  it("runs no more at once, refuses who cannot wait, and says so", async () => {
    const { call, begun, isFull } = held();
    expect(isFull("api-run")).toBe(false);
    void call("a");
    void call("b");
    expect(isFull("api-run")).toBe(true);
    await expect(call("c")).rejects.toThrow(FunctionThrottled);
    await expect(call("c", 0)).rejects.toMatchObject({ name: "Lambda.TooManyRequestsException" });
    await settled();
    expect(begun).toEqual(["a", "b"]);
  });

  it("hands each place over to who has waited longest, also where a function failed", async () => {
    const { call, begun, end, open, isFull } = held();
    const [a, b] = [call("a"), call("b")];
    const later = ["c", "d", "e"].map((name) => call(name, 1_000));
    await settled();
    end("b");
    expect(await b).toBe("b is done");
    open.get("a")?.reject(new Error("boom"));
    await expect(a).rejects.toThrow("boom");
    await settled();
    expect(begun).toEqual(["a", "b", "c", "d"]);
    expect(isFull("api-run")).toBe(true);
    for (const name of ["c", "d"]) end(name);
    await settled();
    end("e");
    expect(await Promise.all(later)).toEqual(["c is done", "d is done", "e is done"]);
    expect(isFull("api-run")).toBe(false);
  });

  it("refuses who has waited for as long as it may, and nobody else", async () => {
    const { call, begun, end } = held();
    void call("a");
    void call("b");
    const [hasty, patient] = [call("hasty", 1_000), call("patient", 3_000)];
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(hasty).rejects.toThrow(FunctionThrottled);
    end("a");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(begun).toEqual(["a", "b", "patient"]);
    end("patient");
    expect(await patient).toBe("patient is done");
  });

  it("refuses at once who would wait for too long, as the first in the line shows", async () => {
    const { call, begun, end } = held();
    void call("a");
    void call("b");
    void call("first", 5_000);
    await vi.advanceTimersByTimeAsync(600);
    await expect(call("hopeless", 1_200)).rejects.toThrow(FunctionThrottled);
    void call("patient", 1_201);
    end("a");
    await settled();
    expect(begun).toEqual(["a", "b", "first"]);
    end("b");
    await settled();
    expect(begun).toEqual(["a", "b", "first", "patient"]);
  });
});

it("a function without a limit is not held up by others", async () => {
  const { call, end, begun, isFull } = held();
  void call("a");
  void call("b");
  await settled();
  const other = call("c", undefined, "events/sweep");
  end("c");
  expect(await other).toBe("c is done");
  expect(isFull("sweep")).toBe(false);
  expect(begun).toEqual(["a", "b", "c"]);
});
