// What the functions behind the API ask of AWS: decided from consistent reads, and nothing left under way.
import "../support/quiet.ts";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sweep } from "../../shared/application/end/sweep.ts";
import { ALL_ROUTES } from "../../shared/contract/routes.ts";
import { ask } from "../support/api.ts";
import { automationOf, incidentEvent } from "../support/library.ts";
import * as act from "../support/pairs/actors.ts";
import { leftUnderWay, recordSdkCalls, type SdkCall, staleReads } from "../support/sdk-calls.ts";
import { newId } from "../support/seed.ts";
import { makerOf } from "../support/valid-requests.ts";

let world: Awaited<ReturnType<typeof act.enterWorld>>;
beforeAll(async () => {
  world = await act.enterWorld({ WORKFLOW_SOURCES: "oncall.workflows" });
});
afterAll(() => world.leave());

const CALLBACK = { completion: { mode: "callback", timeoutSeconds: 3600 } };
const QUEUED = { concurrency: { limit: 1, onLimit: "queue" } };

/** What is done, by the function that does it. Each makes what it is about, and answers what is to be recorded. */
const DEEDS: Record<string, () => Promise<() => Promise<unknown>>> = {
  "deliver-webhook": async () => {
    const { id } = await act.startedRun();
    return () => act.deliver(id);
  },
  "deliver-webhook, for a callback": async () => {
    const { id } = await act.startedRun(CALLBACK);
    return () => act.deliver(id);
  },
  "complete-execution, with one that waits": async () => {
    const { runbookId, id } = await act.startedRun(QUEUED);
    await act.start(runbookId);
    await act.deliver(id);
    return () => act.finish(id);
  },
  "on-execution-ended": async () => {
    const { id } = await act.startedRun();
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
    await act.startedRun();
    return () => sweep({ now: new Date(Date.now() + 60_000), newId });
  },
};

it.each(Object.entries(DEEDS))(
  "[K13] %s decides from current data, and leaves nothing under way",
  async (_, prepare) => {
    const deed = await prepare();
    const { calls } = await recordSdkCalls(deed);
    expect(calls.length).toBeGreaterThan(0);
    expect(staleReads(calls)).toEqual([]);
    expect(leftUnderWay(calls)).toEqual([]);
  },
);

const isWrite = ({ name }: SdkCall) => /^(Put|Update|Delete|TransactWrite)Item/.test(name);
const isRead = ({ name }: SdkCall) => /^(Get|BatchGet|TransactGet)Item|^Query/.test(name);

/** Once a callback is stored, its wait is ended: if that fails, the callback remains, and reconciliation ends it. */
const READS_LATER: ReadonlySet<string> = new Set(["callback-execution"]);

it.each(ALL_ROUTES.filter(([name]) => !READS_LATER.has(name)))(
  "%s reads nothing once it is carried out: no failing read hides what was stored",
  async (name) => {
    const good = await makerOf(name)("payments");
    const { result, calls } = await recordSdkCalls(() => ask(name, good));
    expect(result.status, result.text).toBeLessThan(400);
    const lastWrite = calls.findLastIndex(isWrite);
    expect(lastWrite < 0 ? [] : calls.slice(lastWrite).filter(isRead)).toEqual([]);
  },
);
