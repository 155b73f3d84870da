// What the functions behind the bus count: strangers' events as rejected, and each announced end of a run.
import "../../support/quiet.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { METRICS, RUN_METRICS } from "../../../shared/contract/metrics.ts";
import type { AuditEntry } from "../../../shared/domain/audit.ts";
import { EXECUTION_ERROR_CODES } from "../../../shared/domain/executions/execution.ts";
import { end, recordOf, runbook } from "../../support/audited-ends.ts";
import { deadLettersOf, deliver, type EventsHost, invoke, startEvents } from "../../support/events.ts";
import { hearMetrics } from "../../support/heard-metrics.ts";

const watched = runbook("payments");
let host: EventsHost;
beforeAll(async () => {
  host = await startEvents({ TEAM_METRICS: "payments,search", RUNBOOK_METRICS: watched.state.id });
});
afterAll(() => host.stop());
afterEach(() => vi.restoreAllMocks());

const of = (dimensions: Record<string, string>, metrics: Record<string, number>) => ({
  namespace: METRICS.namespace,
  dimensions: { service: expect.any(String), ...dimensions },
  metrics,
});

describe("an event of a stranger", () => {
  it.each([
    ["that is malformed", { "detail-type": "Incident Created" }],
    ["that is no JSON", { body: "{" }],
  ])("%s is counted as rejected, is in the dead letters, and is no failure", async (_what, event) => {
    const heard = hearMetrics();
    expect(await deliver("on-incident", [{ receives: 5, ...event }])).toEqual([]);
    expect(heard).toEqual([of({ function: "on-incident" }, { [METRICS.rejected]: 1 })]);
    expect(deadLettersOf(host, "incidents")).toHaveLength(1);
  });
});

describe("the ends of runs", () => {
  const publish = (entries: AuditEntry[]) =>
    invoke("events/publish-events", { Records: entries.map(recordOf) }, { timeoutSeconds: 60 });
  const counts = (succeeded: number, failed: number, failedByService: number, cancelled: number) => ({
    [RUN_METRICS.succeeded]: succeeded,
    [RUN_METRICS.failed]: failed,
    [RUN_METRICS.failedByService]: failedByService,
    [RUN_METRICS.cancelled]: cancelled,
  });

  it("are counted once announced: all of them, and of the teams and runbooks that are listed", async () => {
    const heard = hearMetrics();
    const [other, foreign] = [runbook("payments"), runbook("billing")];
    await publish([
      end(watched, "success"),
      end(watched, "refusal"),
      end(other, "failure"),
      end(other, "cancel"),
      end(foreign, "success"),
    ]);
    expect(heard).toEqual([
      of({}, counts(2, 2, 1, 1)),
      of({ team: "payments" }, counts(1, 2, 1, 1)),
      of({ runbook: watched.state.id }, counts(1, 1, 0, 0)),
    ]);
  });

  it("count for the team that a run was for, not for that of a global runbook", async () => {
    const heard = hearMetrics();
    await publish([end(runbook(null), "success", undefined, { ranForTeamId: "search" })]);
    expect(heard).toEqual([of({}, counts(1, 0, 0, 0)), of({ team: "search" }, counts(1, 0, 0, 0))]);
  });

  /** All others are those of teams: of their receivers, their runbooks, their secrets, and what people decided. */
  const OF_THE_SERVICE = ["definition_changed", "decryption_failed", "internal_failure"];

  it.each(EXECUTION_ERROR_CODES)(
    "with %s are told to the team, and to the platform only if it is its own fault",
    async (code) => {
      const heard = hearMetrics();
      await publish([end(runbook("payments"), "failure", undefined, { code })]);
      const failed = counts(0, 1, OF_THE_SERVICE.includes(code) ? 1 : 0, 0);
      expect(heard).toEqual([of({}, failed), of({ team: "payments" }, failed)]);
    },
  );

  it("write nothing where nothing ended", async () => {
    const heard = hearMetrics();
    await publish([]);
    expect(heard).toEqual([]);
  });
});
