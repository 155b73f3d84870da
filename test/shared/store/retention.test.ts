// Events and rejections are kept for as long as the deployment says.
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { KEYS } from "../../../shared/contract/table.ts";
import { sha256 } from "../../../shared/domain/digest.ts";
import { saveEvent } from "../../../shared/store/event-log.ts";
import { getItem } from "../../../shared/store/read.ts";
import { saveRejection } from "../../../shared/store/rejections.ts";
import { useTable } from "../../support/environment.ts";

beforeAll(useTable);
afterEach(() => vi.unstubAllEnvs());

const AT = "2026-03-01T10:00:00.000Z";
const DAY = 24 * 3600;
const daysOf = (item: unknown) =>
  (z.looseObject({ expiresAt: z.number() }).parse(item).expiresAt - Date.parse(AT) / 1000) / DAY;

async function storeEvent(): Promise<number> {
  await saveEvent({ teamId: "payments", time: AT, eventId: "e1" }, { id: "e1" }, new Date(AT));
  return daysOf(await getItem(KEYS.incidentEvent("payments", AT.slice(0, 10), AT, "e1")));
}
async function storeRejection(): Promise<number> {
  const named = { rule: "incidents", source: "oncall", detailType: "Incident Created", eventId: "e1" };
  await saveRejection(
    { ...named, sourceId: null, kind: null, reason: "too_old", message: "It is too old.", at: AT },
    "m1",
  );
  return daysOf(await getItem(KEYS.rejection(AT.slice(0, 10), sha256("e1"))));
}

describe.each([
  ["an event", "INCIDENT_EVENT_DAYS", storeEvent],
  ["the reason of a rejected event", "REJECTION_DAYS", storeRejection],
] as const)("%s", (_what, variable, keep) => {
  it("is kept for 90 days, unless the deployment says otherwise", async () => {
    expect(await keep()).toBe(90);
    vi.stubEnv(variable, "400");
    expect(await keep()).toBe(400);
  });
});
