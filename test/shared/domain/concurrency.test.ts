// Locks by themselves: which one a run needs, and who holds, waits or is refused.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lockFor, MAX_WAITING, nextInLine, placeIn, queuePlace } from "../../../shared/domain/concurrency.ts";
import { Completion, Concurrency, StoredDefinition } from "../../../shared/domain/definition.ts";
import { digestOf } from "../../../shared/domain/digest.ts";
import { definition } from "../../support/seed.ts";

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
        expect(lockFor({ key: "k" }, { k: a }) === lockFor({ key: "k" }, { k: b })).toBe(a === b);
        expect(lockFor({}, { k: a })).toBe(lockFor({}, { k: b }));
      }),
    );
    expect(lockFor({ key: "k" }, {})).not.toBe(lockFor({}, {}));
    expect(lockFor({ key: "k" }, { k: "1" })).not.toBe(lockFor({ key: "k" }, { k: 1 }));
    expect(lockFor({ key: "toString" }, {})).toBe(lockFor({ key: "toString" }, {}));
  });

  it("goes to whoever asks while there is room, but never past somebody who waits", () => {
    expect(placeIn(lock(1, 0), { limit: 2, onLimit: "queue" })).toBe("hold");
    expect(placeIn(lock(1, 1), { limit: 2, onLimit: "queue" })).toBe("wait");
    expect(placeIn(lock(1, 1), { limit: 2, onLimit: "reject" })).toBe("refuse");
    expect(placeIn(lock(2, 0), { limit: 2, onLimit: "reject" })).toBe("refuse");
    expect(placeIn(lock(2, MAX_WAITING - 1), { limit: 2, onLimit: "queue" })).toBe("wait");
    expect(placeIn(lock(2, MAX_WAITING), { limit: 2, onLimit: "queue" })).toBe("full");
  });

  it("goes next to the first that waits, only while there is room", () => {
    expect(nextInLine(lock(1, 2), 2)).toBe("w0");
    expect(nextInLine(lock(2, 2), 2)).toBeNull();
    expect(nextInLine(lock(0, 0), 2)).toBeNull();
    expect(queuePlace(lock(1, 2), "w1")).toEqual({ position: 2, waitingFor: ["h0"] });
    expect(queuePlace(lock(1, 2), "h0")).toBeNull();
  });
});

describe("a definition without these fields", () => {
  it("reads and hashes as it did before there were any", () => {
    const stored = definition();
    expect(StoredDefinition.parse(stored)).toEqual(stored);
    const hash = digestOf("definition/1", StoredDefinition.parse(JSON.parse(JSON.stringify(stored))));
    expect(hash).toBe(digestOf("definition/1", { ...stored, concurrency: undefined, completion: undefined }));
    expect(Concurrency.parse({ limit: 1 })).toEqual({ limit: 1, onLimit: "reject" });
    expect(Completion.parse({ mode: "callback" })).toEqual({ mode: "callback", timeoutSeconds: 3600 });
  });
});
