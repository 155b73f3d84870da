// CloudWatch metrics that the functions write and the alarms read. Each has the dimension `service`, the stack's name.
import type { RunCounts } from "../domain/run-counts.ts";

export const METRICS = {
  namespace: "Runbooks",
  /**
   * Written after each completed run of a scheduled function, dimensions `service` and `function`. Missing data is an
   * alarm.
   */
  heartbeat: "heartbeat",
  /** Written by the reconciler, with the same dimensions: how many executions broke the glass and are not closed. */
  openBreakGlass: "openBreakGlass",
  /**
   * Written for each message that a source refuses, dimensions `service`, `kind` and `reason`: one of the reasons for a
   * rejection, or `unsigned`.
   */
  refusedMessages: "refusedMessages",
  /** By the reconciler, too: runbooks whose approval has expired and that nobody has renewed or withdrawn. */
  expiredApprovals: "expiredApprovals",
  /** By the reconciler, too: automations that it has disabled, because their runbook is deleted. */
  automationsDisabled: "automationsDisabled",
  /** By a queue's function, with the same dimensions: messages that failed as often as the queue delivers them. */
  gaveUp: "gaveUp",
  /** By a queue's function, with the same dimensions: events that can never be used, which is their sender's matter. */
  rejected: "rejected",
  /**
   * Each line of level ERROR of a published version, dimensions `service`, `function_name` and `function_version`: what
   * takes an update back.
   */
  faults: "faults",
} as const;

/** What the reconciler counts in each pass, as metrics with the dimensions `service` and `function`. */
export const SWEEP_METRICS = [
  "examined",
  // Repairs: started, completed, or woken after the time of their callback.
  "started",
  "completed",
  "resumed",
  "released",
  "failed",
  // Executions under way that wait for their callback.
  "waiting",
] as const;
export type SweepMetric = (typeof SWEEP_METRICS)[number];

/**
 * Executions that ended, counted as their ends are announced: at least once each. Dimension `service`; for the teams and
 * runbooks that the deployment lists also `service` with `team` or `runbook`.
 */
export const RUN_METRICS = {
  succeeded: "runsSucceeded",
  failed: "runsFailed",
  /** Those of the failed whose cause is the service itself. */
  failedByService: "runsFailedByService",
  cancelled: "runsCancelled",
} as const satisfies Record<keyof RunCounts, string>;

/** Every metric that a function writes. */
export type MetricName =
  | Exclude<(typeof METRICS)[keyof typeof METRICS], typeof METRICS.namespace>
  | SweepMetric
  | (typeof RUN_METRICS)[keyof RunCounts];

/** The most teams, and the most runbooks, that have metrics of their own: CloudWatch charges for each. */
export const MOST_WATCHED = 50;
