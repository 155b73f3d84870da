// Locks alone: which one a run needs, and who holds, waits or is refused.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestOf } from "../../../../shared/domain/digest.ts";
import {
  decideSlot,
  getQueuePosition,
  MAX_QUEUED,
  nextInQueue,
  toSlotKey,
} from "../../../../shared/domain/executions/concurrency.ts";
import { CompletionPolicy } from "../../../../shared/domain/runbooks/completion-policy.ts";
import { Concurrency } from "../../../../shared/domain/runbooks/concurrency-policy.ts";
import { DefinitionRecord } from "../../../../shared/domain/runbooks/definition.ts";
import { definition } from "../../../support/seed.ts";

const lock = (holders: number, waiting: number) => ({
  holders: Array.from({ length: holders }, (_, n) => `h${n}`),
  waiting: Array.from({ length: waiting }, (_, n) => `w${n}`),
  revision: 1,
});

describe("a lock", () => {
  it("is one for the runbook, or one for each value of its key: equal values share it, others never do", () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean());
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(toSlotKey({ key: "k" }, { k: a }) === toSlotKey({ key: "k" }, { k: b })).toBe(a === b);
        expect(toSlotKey({}, { k: a })).toBe(toSlotKey({}, { k: b }));
      }),
    );
    expect(toSlotKey({ key: "k" }, {})).not.toBe(toSlotKey({}, {}));
    expect(toSlotKey({ key: "k" }, { k: "1" })).not.toBe(toSlotKey({ key: "k" }, { k: 1 }));
    expect(toSlotKey({ key: "toString" }, {})).toBe(toSlotKey({ key: "toString" }, {}));
  });

  it("goes to any run while there is room, but never past a waiting one", () => {
    expect(decideSlot(lock(1, 0), { limit: 2, onLimit: "queue" })).toBe("hold");
    expect(decideSlot(lock(1, 1), { limit: 2, onLimit: "queue" })).toBe("wait");
    expect(decideSlot(lock(1, 1), { limit: 2, onLimit: "reject" })).toBe("refuse");
    expect(decideSlot(lock(2, 0), { limit: 2, onLimit: "reject" })).toBe("refuse");
    expect(decideSlot(lock(2, MAX_QUEUED - 1), { limit: 2, onLimit: "queue" })).toBe("wait");
    expect(decideSlot(lock(2, MAX_QUEUED), { limit: 2, onLimit: "queue" })).toBe("full");
  });

  it("goes next to the first that waits, only while there is room", () => {
    expect(nextInQueue(lock(1, 2), 2)).toBe("w0");
    expect(nextInQueue(lock(2, 2), 2)).toBeNull();
    expect(nextInQueue(lock(0, 0), 2)).toBeNull();
    expect(getQueuePosition(lock(1, 2), "w1")).toEqual({ position: 2, waitingFor: ["h0"] });
    expect(getQueuePosition(lock(1, 2), "h0")).toBeNull();
  });
});

describe("a definition without these fields", () => {
  it("reads and hashes as it did before there were any", () => {
    const stored = definition();
    expect(DefinitionRecord.parse(stored)).toEqual(stored);
    const hash = digestOf("definition/1", DefinitionRecord.parse(JSON.parse(JSON.stringify(stored))));
    expect(hash).toBe(digestOf("definition/1", { ...stored, concurrency: undefined, completion: undefined }));
    expect(Concurrency.parse({ limit: 1 })).toEqual({ limit: 1, onLimit: "reject" });
    expect(CompletionPolicy.parse({ mode: "callback" })).toEqual({ mode: "callback", timeoutSeconds: 3600 });
  });
});
