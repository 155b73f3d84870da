// What keeps an automation from firing again: the episode of an incident, and its cooldown, at and past their times.
import "../support/quiet.ts";
import { beforeEach, describe, expect, it } from "vitest";
import type { IncomingEvent } from "../../shared/application/automations/incoming-event.ts";
import { KEYS } from "../../shared/contract/table.ts";
import type { Automation } from "../../shared/domain/automations/automation.ts";
import { createAutomation } from "../../shared/domain/automations/automation-changes.ts";
import { Cooldown } from "../../shared/domain/automations/cooldown.ts";
import { saveAutomation } from "../../shared/store/automations.ts";
import { at, iso } from "../support/decision-clock.ts";
import { alter, beforeWrites, everything, freshTable, itemAt } from "../support/decision-table.ts";
import { calmOutside } from "../support/outside.ts";
import { decideReported, incident, incomingEvent } from "../support/reported.ts";
import { act, approved, newId } from "../support/seed.ts";

type Settings = Partial<Pick<Automation, "oncePerIncident" | "mode">> & { cooldown?: object };

async function automationOf({ cooldown, ...settings }: Settings = {}): Promise<Automation> {
  const { state } = await approved();
  const given = {
    ...{ runbookId: state.id, name: "Restart", pattern: { source: ["oncall"] }, enabled: true },
    ...({
      parameters: { service: "checkout" },
      mode: "live",
      oncePerIncident: false,
    } as const),
    ...{ onlyWhile: null, maxEventAgeSeconds: 3600, replays: false },
    ...settings,
    cooldown: cooldown ? Cooldown.parse(cooldown) : null,
  };
  const change = createAutomation(newId("automation"), state.teamId, given, act());
  await saveAutomation(change);
  return change.automation;
}

let events = 0;

function event(service: unknown = "api", episode = 1): IncomingEvent {
  const eventId = `event-${++events}`;
  const raw = { source: "oncall", id: eventId };
  const told = incident("INC-1", "payments", { service: service as string });
  return incomingEvent({ event: raw, eventId, incident: told, episode });
}

/** Returns the execution that the event starts at that second, or the reason why it starts none, and its words. */
async function decideAt(automation: Automation, seconds: number, incoming = event()): Promise<string> {
  await decideReported(incoming, { now: at(seconds), newId });
  const decision = await itemAt(KEYS.decision(automation.id, incoming.eventId));
  return String(decision?.["executionId"] ?? `${decision?.["reason"]}: ${decision?.["message"]}`);
}

const end = (executionId: string, seconds: number, status = "CANCELLED") =>
  alter(KEYS.execution(executionId), { status, completedAt: iso(seconds) });
const runs = async () => (await everything()).filter(({ sk }) => sk === "execution").length;
const RUN = expect.stringMatching(/^execution_/);

beforeEach(() => {
  freshTable();
  calmOutside();
});

describe("once per incident", () => {
  it("is once for each episode", async () => {
    const automation = await automationOf({ oncePerIncident: true });
    expect(await decideAt(automation, 0, event("api", 1))).toEqual(RUN);
    expect(await decideAt(automation, 1, event("api", 1))).toMatch(/^already_fired: .* this episode/);
    expect(await decideAt(automation, 2, event("api", 2))).toEqual(RUN);
    expect(await decideAt(automation, 3, event("api", 2))).toMatch(/^already_fired: /);
  });
});

describe("a cooldown from the start", () => {
  it("ends to the millisecond, however long the execution takes", async () => {
    const automation = await automationOf({ cooldown: { seconds: 60 } });
    await decideAt(automation, 0);
    expect(await decideAt(automation, 59.999)).toBe(
      "cooldown: The automation has fired within the last 60 seconds.",
    );
    expect(await decideAt(automation, 60)).toEqual(RUN);
    expect(await decideAt(automation, 119.999)).toMatch(/^cooldown: /);
  });

  it("is as long as the settings say now", async () => {
    const automation = await automationOf({ cooldown: { seconds: 60 } });
    await decideAt(automation, 0);
    await alter(KEYS.automation(automation.id), { cooldown: Cooldown.parse({ seconds: 10 }) });
    expect(await decideAt(automation, 9)).toMatch(/within the last 10 seconds/);
    expect(await decideAt(automation, 10)).toEqual(RUN);
  });
});

describe("a cooldown from the end", () => {
  const settings = { cooldown: { seconds: 60, from: "end" } };

  it.each(["SUCCESS", "FAILED", "CANCELLED"])(
    "lasts while the execution is active, and goes on after %s",
    async (status) => {
      const automation = await automationOf(settings);
      const first = await decideAt(automation, 0);
      expect(await decideAt(automation, 100_000)).toBe(
        "cooldown: The last execution of the automation is still active.",
      );
      await end(first, 100_000, status);
      expect(await decideAt(automation, 100_059.999)).toBe(
        "cooldown: The last execution of the automation ended within the last 60 seconds.",
      );
      const second = await decideAt(automation, 100_060);
      expect(second).toEqual(RUN);
      expect(await decideAt(automation, 100_061)).toMatch(/still active/);
      expect(await runs()).toBe(2);
    },
  );

  it("counts from the decision in shadow mode, where nothing runs", async () => {
    const automation = await automationOf({ ...settings, mode: "shadow" });
    expect(await decideAt(automation, 0)).toMatch(/^shadow: /);
    expect(await decideAt(automation, 59)).toMatch(/^cooldown: .*fired within/);
    expect(await decideAt(automation, 60)).toMatch(/^shadow: /);
  });

  it("is decided again if another event fires in between", async () => {
    const other = await decideAt(await automationOf(), 0);
    const automation = await automationOf(settings);
    await end(await decideAt(automation, 1), 10);
    const claim = KEYS.claim(["cooldown", automation.id, "live"]);
    beforeWrites(() => alter(claim, { firedAt: iso(80), executionId: other }));
    expect(await decideAt(automation, 90)).toMatch(/still active/);
  });
});

describe("a cooldown with a key", () => {
  const settings = { cooldown: { seconds: 60, key: "{{incident.metadata.service}}" } };

  it("is of each value by itself; of all events that have none, together", async () => {
    const automation = await automationOf(settings);
    expect(await decideAt(automation, 0, event("api"))).toEqual(RUN);
    expect(await decideAt(automation, 1, event("db"))).toEqual(RUN);
    expect(await decideAt(automation, 2, event("api"))).toMatch(/^cooldown: /);
    expect(await decideAt(automation, 3, event("7"))).toEqual(RUN);
    expect(await decideAt(automation, 3, event(7))).toEqual(RUN);
    expect(await decideAt(automation, 4, event(null))).toEqual(RUN);
    expect(await decideAt(automation, 5, event(null))).toMatch(/^cooldown: /);
    expect(await decideAt(automation, 60, event("api"))).toEqual(RUN);
  });

  it("of any length is one item with a short key, whose reason quotes nothing of it", async () => {
    const automation = await automationOf({ cooldown: { seconds: 60, key: "{{incident.metadata}}" } });
    const long = "secret-".repeat(10_000);
    expect(await decideAt(automation, 0, event(long))).toEqual(RUN);
    expect(await decideAt(automation, 1, event(`${long}x`))).toEqual(RUN);
    const reason = await decideAt(automation, 2, event(long));
    expect(reason).toMatch(/^cooldown: /);
    expect(reason).not.toContain("secret");
    for (const { pk } of await everything()) expect(String(pk).length).toBeLessThan(200);
  });

  it("that cannot be written for an event is a skip that says so", async () => {
    const automation = await automationOf({
      cooldown: { seconds: 60, key: "{{dateFormat incident.title 'yyyy'}}" },
    });
    expect(await decideAt(automation, 0)).toMatch(/^invalid_template: /);
    expect(await runs()).toBe(0);
  });
});
