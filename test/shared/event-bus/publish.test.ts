// How far a request to the bus came: what it took counts up to the first that it refused.
import { afterEach, describe, expect, it } from "vitest";
import { publishEvents } from "../../../shared/event-bus/publish.ts";
import { aroundSdkCalls } from "../../support/sdk-calls.ts";

Object.assign(process.env, { AWS_REGION: "eu-central-1", EVENT_BUS_NAME: "runbooks" });

let stop = () => {};
afterEach(() => stop());

const events = ["one", "two", "three"].map((name) => ({
  detailType: `Runbook ${name}`,
  time: "2026-03-01T03:00:00.000Z",
  detail: { name },
}));
const TAKEN = { EventId: "id" };
const REFUSED = { ErrorCode: "ThrottlingException", ErrorMessage: "slower" };

describe("events for the bus", () => {
  it.each([
    [[TAKEN, TAKEN, TAKEN], 3, null],
    [[REFUSED, TAKEN, TAKEN], 0, "ThrottlingException"],
    [[TAKEN, REFUSED, TAKEN], 1, "ThrottlingException"],
    [[TAKEN, TAKEN, REFUSED], 2, "ThrottlingException"],
  ])("answered with %j are published up to number %i", async (Entries, taken, refusal) => {
    const FailedEntryCount = Entries.filter((entry) => entry === REFUSED).length;
    stop = aroundSdkCalls(async () => ({ Entries, FailedEntryCount }));
    expect(await publishEvents(events)).toEqual({ taken, refusal });
  });

  it("are not published if the bus refuses some, and does not say which", async () => {
    stop = aroundSdkCalls(async () => ({ FailedEntryCount: 1 }));
    expect(await publishEvents(events)).toEqual({ taken: 0, refusal: "unknown" });
  });
});
