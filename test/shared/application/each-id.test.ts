// Many executions in one request: a few at a time, in order, each with its own result, and none begun too late.
import { describe, expect, it } from "vitest";
import { forEachId } from "../../../shared/application/each-id.ts";
import { ServiceError } from "../../../shared/domain/errors.ts";
import { hearLogs } from "../../support/heard-logs.ts";

const IDS = Array.from({ length: 20 }, (_, n) => `execution_${n}`);
const noLimits = () => ({ begin: new AbortController().signal, end: new AbortController().signal });
const refusal = new ServiceError("execution_finished", "It has ended.");

describe("executions of one request", () => {
  it("have their results in the order of the request, whichever ends first", async () => {
    const gates = new Map(IDS.slice(0, 4).map((id) => [id, Promise.withResolvers<void>()]));
    const results = forEachId(
      IDS.slice(0, 4),
      async (id) => {
        await gates.get(id)?.promise;
        return id.length;
      },
      noLimits(),
    );
    for (const gate of [...gates.values()].reverse()) gate.resolve();
    expect(await results).toEqual(IDS.slice(0, 4).map((id) => ({ id, value: 11 })));
  });

  it("are worked on four at a time, and each once", async () => {
    const begun: string[] = [];
    let most = 0;
    let now = 0;
    await forEachId(
      IDS,
      async (id) => {
        begun.push(id);
        most = Math.max(most, ++now);
        await Promise.resolve();
        now--;
      },
      noLimits(),
    );
    expect([begun.sort(), most]).toEqual([[...IDS].sort(), 4]);
  });

  it("fails alone, and a failure of the service leaves a line in the log where a refusal leaves none", async () => {
    const lines = hearLogs();
    const defect = new Error("A defect");
    const outcome: Record<string, Error> = { execution_1: refusal, execution_2: defect };
    const results = await forEachId(
      IDS.slice(0, 4),
      async (id) => {
        if (outcome[id]) throw outcome[id];
        return "done";
      },
      noLimits(),
    );
    expect(results).toEqual([
      { id: "execution_0", value: "done" },
      { id: "execution_1", error: refusal, begun: true },
      { id: "execution_2", error: defect, begun: true },
      { id: "execution_3", value: "done" },
    ]);
    expect(lines.map(([level, message]) => [level, message])).toEqual([
      ["error", "One of a bulk request failed"],
    ]);
  });

  it("that could not begin in time are left alone, and say so", async () => {
    const begin = new AbortController();
    const begun: string[] = [];
    const results = await forEachId(
      IDS,
      async (id) => {
        begun.push(id);
        if (begun.length === 6) begin.abort();
        await Promise.resolve();
      },
      { ...noLimits(), begin: begin.signal },
    );
    const left = results.filter((result) => "begun" in result && !result.begun);
    expect(begun).toHaveLength(6);
    expect(left.map(({ id }) => id)).toEqual(IDS.slice(6));
    expect(left[0]).toMatchObject({
      error: { code: "unavailable", message: expect.stringContaining("Send it again") },
    });
  });

  it("that do not end in time hold up no answer, and are not called undone", async () => {
    const end = new AbortController();
    const never = new Promise<void>(() => undefined);
    const results = forEachId(IDS, (id) => (id === "execution_0" ? never : Promise.resolve()), {
      ...noLimits(),
      end: end.signal,
    });
    queueMicrotask(() => end.abort());
    expect((await results)[0]).toMatchObject({ begun: true, error: { code: "unavailable" } });
  });
});
