// Slots of a team's deliveries: never more than the limit at a time, whoever asks at once, dies or comes late.
import { beforeAll, describe, expect, it } from "vitest";
import { returnDeliverySlot, takeDeliverySlot } from "../../../shared/store/delivery-slots.ts";
import { useTable } from "../../support/environment.ts";

beforeAll(useTable);

const UNTIL = 90_000;
let holders = 0;
const take = (team: string | null, limit: number, nowMs = 0, holder = `attempt-${++holders}`) =>
  takeDeliverySlot({ team, limit, holder, nowMs, untilMs: nowMs + UNTIL }, Math.random);
const numbers = (slots: Awaited<ReturnType<typeof take>>[]) => slots.flatMap((slot) => slot?.number ?? []);

describe("slots of a team", () => {
  it("are taken by as many as there are, each by one, however many ask at once", async () => {
    const asked = await Promise.all(Array.from({ length: 12 }, () => take("crowd", 4)));
    const taken = numbers(asked);
    expect(new Set(taken).size).toBe(taken.length);
    while (taken.length < 4) taken.push(...numbers([await take("crowd", 4)]));
    expect(taken.toSorted()).toEqual([0, 1, 2, 3]);
    expect(await take("crowd", 4)).toBeNull();
  });

  it("are found as long as one is free", async () => {
    for (let n = 0; n < 20; n++) expect(await take("filling", 20)).not.toBeNull();
    expect(await take("filling", 20)).toBeNull();
  });

  it("are of this team alone, and those of no team as well", async () => {
    expect(await take("one", 1)).not.toBeNull();
    expect(await take("one", 1)).toBeNull();
    expect(await take("two", 1)).not.toBeNull();
    expect(await take(null, 1)).not.toBeNull();
    expect(await take(null, 1)).toBeNull();
  });

  it("are free again once given back, or when their time is over because a function died", async () => {
    const slot = await take("back", 1);
    if (slot) await returnDeliverySlot(slot);
    expect(await take("back", 1)).not.toBeNull();
    expect(await take("back", 1, UNTIL - 1)).toBeNull();
    expect(await take("back", 1, UNTIL)).not.toBeNull();
  });

  it("stay with the next one if a late attempt gives back what it lost", async () => {
    const late = await take("late", 1);
    expect(await take("late", 1, UNTIL)).not.toBeNull();
    if (late) await returnDeliverySlot(late);
    expect(await take("late", 1, UNTIL + 1)).toBeNull();
  });
});
