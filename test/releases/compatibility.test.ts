// Today's code goes on where the last release stopped: it reads its items, handles its events, and ends its runs.
// Before all that reads items.
import { readBy } from "./read-by.ts";
import "../support/quiet.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Receiver } from "../../infra/local/demo/receiver.ts";
import { verifyAudit } from "../../shared/application/audit/verify-audit.ts";
import { takeNextActiveIds } from "../../shared/store/active-executions.ts";
import { takeDeliverySlot } from "../../shared/store/delivery-slots.ts";
import { listNarrowed } from "./forms.ts";
import { eraseRun } from "./left/erasures.ts";
import { WAITING_KEY } from "./left/runs.ts";
import { PARAMETERS } from "./left/stage.ts";
import { listForms } from "./payloads.ts";
import { kindOfItem, readRelease, writeRelease } from "./release.ts";
import { comparable, startRestored } from "./restored.ts";

const { recordedAt, underWay } = readRelease("release.json");
const answers = readRelease("answers.json");
const calls = readRelease("calls.json");

/** The receivers of the last release are gone: whatever listens there now is not called. */
const NOWHERE = "192.0.2.0/24";

let host: Awaited<ReturnType<typeof startRestored>>;
beforeAll(async () => {
  process.env["WEBHOOK_EGRESS_ALLOW"] = NOWHERE;
  vi.useFakeTimers({ toFake: ["Date"], now: new Date(recordedAt), shouldAdvanceTime: true });
  host = await startRestored();
});
afterAll(async () => {
  await host.stop();
  vi.useRealTimers();
});

describe("the items of the last release", () => {
  it.each(answers)("answer GET $path as they did", async ({ as, path, body }) => {
    const { answer } = await host.session.ask("GET", path, { as });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    expect(comparable(answer.body)).toMatchObject(Object(comparable(body)));
  });

  const cursors = answers.flatMap(({ as, path, body }) => {
    const { nextCursor } = Object(body) as { nextCursor?: string | null };
    return nextCursor ? [{ as, path, nextCursor }] : [];
  });
  it.each(cursors)("go on at the cursor that was given for $path", async ({ as, path, nextCursor }) => {
    const next = `${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(nextCursor)}`;
    const { answer } = await host.session.ask("GET", next, { as });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  });

  it("have an erasure that was cut off, and that is ended", async () => {
    expect((await verifyAudit()).findings).toMatchObject([{ problem: "unfinished" }]);
    await eraseRun(underWay.unfinished);
    const { answer } = await host.session.ask("GET", `/executions/${underWay.unfinished}`, { as: "boss" });
    expect(answer.body).toMatchObject({ erasedAt: expect.any(String) });
  });

  it("have audit chains that are whole", async () => {
    const { findings, entries } = await verifyAudit();
    expect(findings).toEqual([]);
    expect(entries).toBeGreaterThan(0);
  });

  it("keep an automation within its cooldown", async () => {
    const { automation } = underWay;
    const body = { incidentId: "INC-43" };
    const { answer } = await host.session.send("POST", `/automations/${automation}/test`, { body });
    expect(JSON.stringify(answer.body)).toContain("cooldown");
  });

  it("keep a team frozen and paused, until somebody ends it, in the chain of that time", async () => {
    const path = `/runbooks/${underWay.runbooks.paused}/executions`;
    const refused = async () => {
      const { answer } = await host.session.ask("POST", path, { as: "boss", body: { parameters: {} } });
      return (Object(answer.body) as { code: string }).code;
    };
    const { windows } = Object(
      (await host.session.send("GET", "/freeze-windows", { as: "boss" })).answer.body,
    );
    // Nothing is called: each start is refused.
    process.env["WEBHOOK_EGRESS_ALLOW"] = "127.0.0.0/8";
    try {
      expect(await refused()).toBe("frozen");
      await host.session.send("DELETE", `/freeze-windows/${windows[0].id}`, { as: "boss" });
      expect(await refused()).toBe("paused");
      const resumed = { scope: "search", paused: false };
      await host.session.send("PUT", "/controls", { as: "boss", body: resumed });
      expect((await verifyAudit()).findings).toEqual([]);
    } finally {
      process.env["WEBHOOK_EGRESS_ALLOW"] = NOWHERE;
    }
  });

  it("are the share of a team in its calls", async () => {
    const nowMs = Date.parse(recordedAt);
    const asked = { team: "search", limit: 1, nowMs, untilMs: nowMs + 60_000 };
    expect(await takeDeliverySlot({ ...asked, holder: "today" }, () => 0)).toMatchObject({ number: 0 });
    expect(await takeDeliverySlot({ ...asked, holder: "another" }, () => 0)).toBeNull();
  });
});

describe("the messages of the last release", () => {
  /** The reconciler has its own test. */
  const received = calls.filter(({ path }) => path.startsWith("events/") && path !== "events/sweep");
  it.each([...new Set(received.map(({ path }) => path))])("to %s are taken again", async (path) => {
    for (const { event } of received.filter((call) => call.path === path)) {
      const answer = Object(await host.invoke(path, event)) as { batchItemFailures?: object[] };
      expect(answer.batchItemFailures ?? []).toEqual([]);
    }
  });
});

describe("a run that the last release began", () => {
  it("goes on with its next attempt, and gives its turn to the next", async () => {
    const before = await host.runOf(underWay.retrying);
    expect(before).toMatchObject({ status: "RUNNING", attempts: [{ number: 1 }] });
    await host.goOn(underWay.retrying);
    await expect.poll(async () => (await host.runOf(underWay.retrying)).status).toBe("FAILED");
    const after = await host.runOf(underWay.retrying);
    expect(after.attempts.slice(0, 1)).toEqual(before.attempts);
    expect(after.attempts.length).toBeGreaterThan(1);
    // Beyond the secrets, which it has opened: nothing listens where the receiver was.
    expect(after.error?.code).toBe("egress_denied");
    await expect.poll(async () => (await host.runOf(underWay.inTurn)).status).toBe("FAILED");
  });

  it("is the one that a repeated request gets", async () => {
    const again = await host.session.send("POST", `/runbooks/${underWay.runbooks.waiting}/executions`, {
      as: "rob",
      headers: { "idempotency-key": WAITING_KEY },
      body: { parameters: PARAMETERS },
    });
    expect(again.answer.body).toMatchObject({ id: underWay.waiting });
  });

  it("takes its callback by the token that its receiver has", async () => {
    expect(await host.runOf(underWay.waiting)).toMatchObject({ status: "RUNNING" });
    await host.goOn(underWay.waiting);
    const called = () =>
      host.session.ask("POST", `/executions/${underWay.waiting}/callback`, {
        headers: { "x-runbook-callback-token": underWay.callbackToken },
        body: { status: "SUCCESS", message: "Restarted 3 hosts" },
      });
    expect((await called()).answer.status).toBeLessThan(300);
    await expect.poll(async () => (await host.runOf(underWay.waiting)).status).toBe("SUCCESS");
  });

  it("is reconciled, from where the last pass stopped", async () => {
    expect(await takeNextActiveIds(1)).toEqual(expect.any(Array));
    expect(await host.invoke("events/sweep", { time: recordedAt })).toMatchObject({ failed: 0 });
  });
});

describe("a runbook of the last release", () => {
  it("has the secret that signs its requests", async () => {
    const path = `/runbooks/${underWay.runbooks.retrying}/signing-secret`;
    expect((await host.session.send("GET", path)).answer.body).toMatchObject({
      secret: expect.stringMatching(/^whsec_/),
    });
  });

  it("can be changed, approved and run", async () => {
    const receiver = new Receiver();
    try {
      const webhookUrl = `${await receiver.start()}/restart`;
      // A credential is bound to its host, so another one needs its own.
      const webhookAuth = { type: "bearer", token: "the-token-of-today" };
      process.env["WEBHOOK_EGRESS_ALLOW"] = "127.0.0.0/8";
      const path = `/runbooks/${underWay.runbooks.retrying}`;
      const changed = await host.session.send("PATCH", path, { body: { webhookUrl, webhookAuth } });
      const { version } = Object(changed.answer.body) as { version: number };
      await host.session.send("POST", `${path}/approve`, { as: "boss", body: { version } });
      const run = await host.session.create(`${path}/executions`, {
        as: "rob",
        body: { parameters: PARAMETERS },
      });
      await host.session.waitUntilCompleted(run);
      expect(receiver.requests.map(({ headers }) => headers)).toMatchObject([
        { authorization: "Bearer the-token-of-today" },
      ]);
    } finally {
      await receiver.stop();
    }
  });
});

/** Kinds of items that no schema reads, with what shows that they are understood all the same. */
const NOT_PARSED: Readonly<Record<string, string>> = {
  "execution / break-glass": "its keys put the run in GET /break-glass",
  "execution / parameter": "its keys put the run in GET /executions?parameter=…",
  "runbook / review-request": "its keys put the runbook in GET /runbooks?reviewRequested=true",
  "runbook / deletion": "its keys tell the reconciler whose automations to disable",
  "paused-scopes / paused-scopes": "conditions of starts look into it: the paused team",
};

/** Must be the last: it looks at what all of the tests before have read. */
describe("the form of the last release", () => {
  /** `npm run release:record` sets the variable. */
  it.runIf(process.env["RELEASE_FORMS"] === "record")("is recorded", () => {
    writeRelease({ "forms.json": listForms(readBy) });
  });

  it("has been read, of each kind of item", () => {
    const kinds = new Set(readRelease("items.json").map(kindOfItem));
    expect([...kinds].filter((kind) => !readBy.has(kind)).sort()).toEqual(Object.keys(NOT_PARSED).sort());
  });

  it("takes nothing that the form of today does not take", () => {
    const now = listForms(readBy);
    const narrowed = Object.entries(readRelease("forms.json")).flatMap(([kind, form]) =>
      listNarrowed(form, now[kind] ?? {}).map((line) => `${kind}: ${line}`),
    );
    expect(narrowed).toEqual([]);
  });
});
