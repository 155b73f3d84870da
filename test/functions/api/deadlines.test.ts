// What ends by the clock, at its last moment and at the next: the overlap of signing secrets, an Idempotency-Key, and how
// long items of each kind are kept.
import "../../support/quiet.ts";
import { beforeAll, describe, expect, it } from "vitest";
import {
  createSigningSecret,
  decryptSigningSecrets,
  rotateSigningSecret,
} from "../../../shared/application/runbooks/signing-secret.ts";
import { KEYS } from "../../../shared/contract/table.ts";
import { saveEvent } from "../../../shared/store/event-log.ts";
import { getIdempotencyRecord, idempotencyWrite } from "../../../shared/store/idempotency.ts";
import { getItem } from "../../../shared/store/read.ts";
import { transact } from "../../../shared/store/transact.ts";
import { startApi } from "../../support/api.ts";
import { newId } from "../../support/seed.ts";

beforeAll(async () => (await startApi()).stop);

const NOW = new Date("2026-03-01T03:00:00.000Z");
const after = (ms: number) => new Date(NOW.getTime() + ms);
const DAY_MS = 24 * 3_600_000;
const epochSeconds = (date: Date) => date.getTime() / 1000;

describe("24 hours after a rotation", () => {
  const rotatedNow = async () => {
    const first = await createSigningSecret(newId("runbook"), NOW.toISOString());
    return rotateSigningSecret(first, NOW, false);
  };

  it("the secret before signs to the last millisecond, and no longer", async () => {
    const secret = await rotatedNow();
    expect(secret.previousUntil).toBe(after(DAY_MS).toISOString());
    const [current, previous] = await decryptSigningSecrets(secret, after(DAY_MS - 1));
    expect(previous).toMatch(/^whsec_/);
    expect(await decryptSigningSecrets(secret, after(DAY_MS))).toEqual([current]);
  });

  it("the next rotation needs no force, and a millisecond earlier it does", async () => {
    const secret = await rotatedNow();
    const early = after(DAY_MS - 1);
    await expect(rotateSigningSecret(secret, early, false)).rejects.toMatchObject({
      code: "invalid_transition",
    });
    expect(await rotateSigningSecret(secret, early, true)).toMatchObject({ rotation: 3 });
    expect(await rotateSigningSecret(secret, after(DAY_MS), false)).toMatchObject({ rotation: 3 });
  });
});

describe("24 hours after its request", () => {
  const record = (key: string, now: Date, requestHash = "a") => ({
    ...{ caller: "ana", route: "start-execution", key, requestHash, resourceId: "execution_1" },
    now,
  });
  const at = (key: string, ms: number) =>
    getIdempotencyRecord({ caller: "ana", route: "start-execution", key, now: after(ms) });

  it("an Idempotency-Key returns it to the last second, and nothing after that", async () => {
    await transact([idempotencyWrite(record("one", NOW))]);
    expect(await at("one", DAY_MS - 1000)).toMatchObject({ requestHash: "a" });
    expect(await at("one", DAY_MS)).toBeNull();
  });

  it("the key is free for another request, and not a second earlier", async () => {
    await transact([idempotencyWrite(record("two", NOW))]);
    const taken = transact([idempotencyWrite(record("two", after(DAY_MS - 1000), "b"))]);
    await expect(taken).rejects.toMatchObject({ labels: ["idempotency"] });
    await transact([idempotencyWrite(record("two", after(DAY_MS), "b"))]);
    expect(await at("two", DAY_MS)).toMatchObject({ requestHash: "b" });
  });
});

describe("temporary items have an expiry, in seconds", () => {
  it("an event in the log: 90 days", async () => {
    const place = { teamId: "payments", time: NOW.toISOString(), eventId: "event-1" };
    await saveEvent(place, { id: "event-1" }, NOW);
    const item = await getItem(KEYS.incidentEvent("payments", "2026-03-01", place.time, "event-1"));
    expect(item?.["expiresAt"]).toBe(epochSeconds(after(90 * DAY_MS)));
  });

  it("an Idempotency-Key: 24 hours", () => {
    const { put } = { put: {}, ...idempotencyWrite({ ...keyed, now: NOW }) };
    expect(put).toMatchObject({ expiresAt: epochSeconds(after(DAY_MS)) });
  });
  const keyed = {
    ...{ caller: "ana", route: "create-runbook", key: "k", requestHash: "a", resourceId: "runbook_1" },
  };
});
