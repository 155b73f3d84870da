// `npm run release:record`: plays a session with a local stack, and keeps what this release leaves behind.
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { playExamples } from "../../infra/docs/record.ts";
import { INDEXES, TABLE } from "../../shared/contract/table.ts";
import { approveLongAgo, leaveApprovals } from "./left/approvals.ts";
import { leaveAutomations } from "./left/automations.ts";
import { setBack, takeClock } from "./left/clock.ts";
import { leaveControls, leaveSchedule, leaveSources } from "./left/controls.ts";
import { leaveErasures } from "./left/erasures.ts";
import { listUntold, trimCalls, trimEvents } from "./left/heard.ts";
import { readAnswers } from "./left/reading.ts";
import { leaveRuns } from "./left/runs.ts";
import { type Stack, startStack } from "./left/stack.ts";
import type { Stage } from "./left/stage.ts";
import { leaveTurns } from "./left/turns.ts";
import { type FileName, writeRelease } from "./release.ts";

/** No wait is for ever: whoever waits learns for what. */
async function within<T>(what: string, work: () => Promise<T>, seconds = 40): Promise<T> {
  const began = performance.now();
  const limit = pause(seconds * 1000, undefined, { ref: false }).then((): never => {
    throw new Error(`Not done after ${seconds} s: ${what}`);
  });
  const done = await Promise.race([work(), limit]);
  process.stdout.write(`${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s  ${what}\n`);
  return done;
}

/** Longer ago than an approval holds. */
const LONG_AGO_DAYS = 11;

async function play(stage: Stage) {
  const { session, receiver, publish } = stage;
  setBack(LONG_AGO_DAYS);
  const approved = await within("approvals of long ago", () => approveLongAgo(stage));
  const schedule = await within("a schedule", () => leaveSchedule(stage, LONG_AGO_DAYS));
  setBack(0);
  await within("the examples of all routes", () => playExamples(session, receiver, publish));
  const resumed = { scope: "payments", paused: false };
  await session.send("PUT", "/controls", { as: "boss", body: resumed });
  await within("approvals", () => leaveApprovals(stage, approved));
  await within("turns of a team", () => leaveTurns(stage));
  const automation = await within("automations", () => leaveAutomations(stage));
  await within("sources", () => leaveSources(stage, schedule));
  const underWay = await within("runs", () => leaveRuns(stage));
  const unfinished = await within("erasures", () => leaveErasures(stage));
  const paused = await within("controls", () => leaveControls(stage));
  return { ...underWay, runbooks: { ...underWay.runbooks, paused }, automation, unfinished };
}

async function waitUntilTold({ readItems, heard }: Stack): Promise<void> {
  while (listUntold(await readItems(), heard).length > 0) await pause(100);
}

async function record(stack: Stack) {
  const { stage, heard, readItems } = stack;
  const underWay = await play(stage);
  const { retrying, waiting } = underWay;
  await within("the last events", () => waitUntilTold(stack));
  const items = await readItems();
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const { partitionKey, sortKey, expiry } = TABLE;
  return {
    "release.json": {
      version,
      recordedAt: new Date().toISOString(),
      kmsKey: stack.readKmsKey(),
      ownKeys: await stack.readOwnKeys(),
      underWay: { ...underWay, inputs: await stack.readInputs([retrying, waiting]) },
    },
    "table.json": { keys: { partitionKey, sortKey, expiry }, indexes: INDEXES },
    "items.json": items,
    "answers.json": await within("the answers", () => readAnswers(stage.session, items)),
    "calls.json": trimCalls(heard.calls),
    "events.json": trimEvents(heard.events),
  } satisfies Record<Exclude<FileName, "forms.json">, unknown>;
}

takeClock();
const stack = await within("the start of the stack", startStack);
try {
  writeRelease(await record(stack));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await within("the end of the stack", stack.stop);
}
// What is under way has timers of hours.
process.exit();
