// Histories on disk: those of the newest ended executions, and of every one that runs.
import { afterAll, beforeAll, expect, it } from "vitest";
import { openState, type State } from "../../../../infra/local/platform/state.ts";
import { KEPT_HISTORIES, openExecutionLog } from "../../../../infra/local/step-functions/execution-log.ts";
import { dataFolder } from "../../../support/local-host.ts";

const folder = dataFolder();
let state: State;
beforeAll(() => {
  state = openState(folder.path);
});
afterAll(() => {
  state.close();
  folder.remove();
});

const SUCCEEDED = { status: "SUCCEEDED", output: "{}", error: null, cause: null } as const;
const STARTED = [{ type: "ExecutionStarted", timestamp: 1, details: {} }];

it("the histories of the executions that ended last are kept; older ones go while the stack runs", () => {
  const log = openExecutionLog(state);
  const begin = (arn: string) => {
    log.open(arn, arn, "{}");
    log.record(arn, STARTED);
  };
  begin("runs on");
  const total = KEPT_HISTORIES + 250;
  for (let n = 0; n < total; n++) {
    begin(`arn ${n}`);
    expect(log.close(`arn ${n}`, SUCCEEDED)).toBe(true);
  }
  const kept = Array.from({ length: total }, (_, n) => log.history(`arn ${n}`, 0, 9, false).length);
  const forgotten = kept.indexOf(1);
  expect(forgotten).toBeGreaterThan(100);
  expect(kept.slice(forgotten)).toEqual(Array.from({ length: total - forgotten }, () => 1));
  expect(total - forgotten).toBeGreaterThanOrEqual(KEPT_HISTORIES);
  expect(log.history("runs on", 0, 9, false)).toHaveLength(1);
  expect(log.find("arn 0")).toMatchObject({ status: "SUCCEEDED" });
});

it("a start prunes what an earlier one left", () => {
  const before = openExecutionLog(state).history("arn 249", 0, 9, false);
  expect(before).toEqual([]);
});
