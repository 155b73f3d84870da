// What the functions behind the API ask of AWS: decided from consistent reads, and nothing left under way.
import "../support/quiet.ts";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sweep } from "../../shared/application/end/sweep.ts";
import { ask } from "../support/api.ts";
import { automationOf, idOf, incidentEvent } from "../support/library.ts";
import * as act from "../support/pairs/actors.ts";
import { leftUnderWay, recordSdkCalls, staleReads } from "../support/sdk-calls.ts";
import { newId } from "../support/seed.ts";

let world: Awaited<ReturnType<typeof act.enterWorld>>;
beforeAll(async () => {
  world = await act.enterWorld({ WORKFLOW_SOURCES: "oncall.workflows" });
});
afterAll(() => world.leave());

const CALLBACK = { completion: { mode: "callback", timeoutSeconds: 3600 } };
const QUEUED = { concurrency: { limit: 1, onLimit: "queue" } };

/** What is done, by the function that does it. Each makes what it is about, and answers what is to be recorded. */
const DEEDS: Record<string, () => Promise<() => Promise<unknown>>> = {
  "begin-run": async () => {
    const id = idOf(await act.start(await act.approved()));
    return () => act.begin(id);
  },
  "deliver-webhook": async () => {
    const { id } = await act.running();
    return () => act.deliver(id);
  },
  "deliver-webhook, for a callback": async () => {
    const { id } = await act.running(CALLBACK);
    return () => act.deliver(id);
  },
  "finish-run, with one that waits": async () => {
    const { runbookId, id } = await act.running(QUEUED);
    await act.start(runbookId);
    await act.deliver(id);
    return () => act.finish(id);
  },
  "on-run-ended": async () => {
    const { id } = await act.running();
    return () => act.machineEnded(id, "FAILED");
  },
  "on-incident": async () => {
    await ask("create-automation", { body: automationOf(await act.approved({}, "payments")) });
    return () => act.onQueue("on-incident", incidentEvent("payments"));
  },
  "on-execution-requested": async () => {
    const runbookId = await act.approved();
    const event = {
      ...{ version: "0", id: randomUUID(), "detail-type": "Runbook Execution Requested" },
      ...{ source: "oncall.workflows", time: new Date().toISOString() },
      detail: { runbookId, parameters: {}, requestId: randomUUID() },
    };
    return () => act.onQueue("on-execution-requested", event);
  },
  sweep: async () => {
    await act.running();
    return () => sweep({ now: new Date(Date.now() + 60_000), newId });
  },
};

it.each(Object.entries(DEEDS))(
  "[K13] %s decides from what is so now, and leaves nothing under way",
  async (_, prepare) => {
    const deed = await prepare();
    const { calls } = await recordSdkCalls(deed);
    expect(calls.length).toBeGreaterThan(0);
    expect(staleReads(calls)).toEqual([]);
    expect(leftUnderWay(calls)).toEqual([]);
  },
);
