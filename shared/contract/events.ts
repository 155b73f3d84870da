// Event rules, schedules and stream consumers, as data: which bus and pattern feeds which function.
import { INCIDENT_EVENT_TYPES } from "../domain/incidents/incident.ts";
import { AUDIT_PREFIX } from "./table.ts";

/** The service's own bus. `default` is the bus to which AWS services publish. */
export const BUS = "runbooks";

/** `source` of the events that this service publishes. The service ignores events with this source. */
export const OWN_SOURCE = "runbooks";

export const EXECUTION_REQUESTED = "Runbook Execution Requested";

/** Maximum size of an event as JSON, in bytes. The event and the records that it creates must fit into one item. */
export const MAX_EVENT_BYTES = 256 * 1024;

type Rule = {
  bus: typeof BUS | "default";
  /** EventBridge pattern. */
  pattern: Record<string, unknown>;
  /** File in functions/events. It reads a queue that the rule feeds, so that only the queue retries. */
  target: string;
  /**
   * Default sources. They are not part of the pattern: the function receives events of other sources too and rejects
   * them with a reason, instead of losing them silently.
   */
  sources?: readonly string[];
  summary: string;
};

/**
 * Each rule has its own queue and dead-letter queue: EventBridge → SQS → function. Messages are EventBridge events. The
 * function returns the batch items that failed.
 */
export const RULES = {
  "execution-ended": {
    bus: "default",
    pattern: {
      source: ["aws.states"],
      "detail-type": ["Step Functions Execution Status Change"],
      // A state machine succeeds only after it has recorded the success.
      detail: { status: ["FAILED", "TIMED_OUT", "ABORTED"] },
    },
    target: "on-execution-ended",
    summary: "A state machine execution did not succeed: complete its execution if necessary",
  },
  incidents: {
    bus: BUS,
    pattern: { "detail-type": INCIDENT_EVENT_TYPES },
    target: "on-incident",
    sources: ["oncall.incidents"],
    summary: "An incident was reported: store its state, and run the matching automations",
  },
  "execution-requests": {
    bus: BUS,
    pattern: { "detail-type": [EXECUTION_REQUESTED] },
    target: "on-execution-requested",
    sources: ["oncall.workflows"],
    summary: "A workflow requests an execution",
  },
} as const satisfies Record<string, Rule>;

/** Settings of the queues between bus and functions. */
export const QUEUE = {
  /** Deliveries before SQS moves a message to the dead-letter queue. */
  maxReceives: 5,
  /** The longest time that a rate-limited event is requeued before its deliveries count as failed. */
  maxRequeueMinutes: 60,
  batchSize: 10,
  retentionDays: 14,
} as const;

/** Scheduled functions: file in functions/events. */
export const SCHEDULES = {
  sweep: {
    everyMinutes: 1,
    target: "sweep",
    summary: "Reconcile the table with Step Functions",
  },
} as const satisfies Record<string, { everyMinutes: number; target: string; summary: string }>;

/**
 * Functions in functions/events that read the table's stream (new images). Records of one item arrive in order.
 * `prefix`: only new items whose partition key begins with it. `windowSeconds`: how long a batch may be collected.
 */
export const STREAM_TARGETS = {
  announcements: {
    target: "publish-events",
    prefix: AUDIT_PREFIX,
    windowSeconds: 1,
    summary: "Publish audit entries as domain events",
  },
} as const satisfies Record<string, StreamTarget>;
export type StreamTarget = { target: string; prefix: string; windowSeconds: number; summary: string };
