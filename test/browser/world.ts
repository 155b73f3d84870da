// A world for the console to show: runbooks in every state, their runs, an automation, a review that waits.

import * as definitions from "./definitions.ts";
import type { Callers } from "./people.ts";

/** Whose `name` is asked to fail by its receiver. */
export const FAILING = "flaky";

type Callable = keyof Callers;

/** Fills an empty stack. `hook`: the address of a receiver, which answers 503 where the body names `flaky`. */
export async function fillWorld(callers: Callers, hook: string) {
  const { boss, pat, ana, sam, rob } = callers;
  const approve = async (runbookId: string, version: number) => {
    for (const caller of [boss, pat]) {
      const { approvalStatus } = await caller.approveRunbook({
        runbookId,
        body: { version, note: "Reviewed" },
      });
      if (approvalStatus === "APPROVED") return;
    }
  };
  const create = async (
    by: Callable,
    build: (hook: string) => Parameters<Callers["ana"]["createRunbook"]>[0]["body"],
  ) => {
    const { id, version } = await callers[by].createRunbook({ body: build(hook) });
    return { id, version };
  };
  const restart = await create("ana", definitions.restartService);
  const failover = await create("ana", definitions.failOver);
  const scale = await create("ana", definitions.scaleUp);
  const reboot = await create("ana", definitions.rebootHost);
  const index = await create("sam", definitions.rebuildIndex);
  const silence = await create("boss", definitions.silenceAlert);
  const purge = await create("boss", definitions.purgeCache);
  for (const { id, version } of [restart, failover, scale, reboot, index, silence])
    await approve(id, version);
  await boss.deprecateRunbook({ runbookId: reboot.id, body: { reason: "The old data centre is gone" } });
  await boss.requestReview({ runbookId: purge.id, body: { version: 1, note: "For the sale on Friday" } });
  const runs = await runEach(rob, restart.id, "service", [
    "checkout",
    "ledger",
    FAILING,
    "checkout",
    "cart",
    "checkout",
    FAILING,
    "mail",
  ]);
  await runEach(rob, scale.id, "target", ["checkout", "checkout", "cart"]);
  await runEach(sam, index.id, "target", ["catalogue", FAILING]);
  const automation = await ana.createAutomation({
    body: {
      name: "Restart checkout on P1",
      runbookId: restart.id,
      teamId: "payments",
      pattern: { detail: { incident: { priority: ["P1"], title: [{ prefix: "Checkout" }] } } },
      parameters: { service: "checkout" },
      enabled: true,
      mode: "shadow",
    },
  });
  const changed = await ana.updateRunbook({
    runbookId: restart.id,
    body: definitions.restartServiceChanges(hook),
  });
  await ana.requestReview({
    runbookId: restart.id,
    body: { version: changed.version, note: "The platform moves to version 2 on Monday" },
  });
  return {
    restart: restart.id,
    failover: failover.id,
    scale: scale.id,
    reboot: reboot.id,
    purge: purge.id,
    silence: silence.id,
    index: index.id,
    automation: automation.id,
    failed: runs.at(-2) ?? "",
  };
}

export type World = Awaited<ReturnType<typeof fillWorld>>;

/** Returns the ids of the runs. */
async function runEach(by: Callers["rob"], runbookId: string, name: string, values: readonly string[]) {
  const ids: string[] = [];
  for (const value of values) {
    const { id } = await by.startExecution({ runbookId, body: { parameters: { [name]: value } } });
    await by.waitForEnd(id);
    ids.push(id);
  }
  return ids;
}
