// Events in, as data: which rule of which bus feeds which function, and what runs on a schedule or from the stream.
import { INCIDENT_EVENT_TYPES } from "../domain/incidents/incident.ts";

/** Our own bus; `default` is where AWS services publish. */
export const BUS = "runbooks";

/** The source of the events that this service publishes. Nothing on the bus that names it is ever listened to. */
export const OWN_SOURCE = "runbooks";

export const EXECUTION_REQUESTED = "Runbook Execution Requested";

/** The largest event that is read, in bytes of its JSON: it must fit into one item of the table with what it causes. */
export const MAX_EVENT_BYTES = 256 * 1024;

type Rule = {
  bus: typeof BUS | "default";
  /** EventBridge pattern. */
  pattern: Record<string, unknown>;
  /** File in functions/events: reads a queue that the rule feeds, so retries happen at one level only. */
  target: string;
  /**
   * Where events come from unless the deployment says otherwise. It is not part of the pattern: an event from elsewhere
   * reaches the function and is refused there, with its reason, instead of vanishing.
   */
  sources?: readonly string[];
  summary: string;
};

/**
 * Each rule has its own queue and its own dead-letter queue: EventBridge → SQS → function.
 * Messages are EventBridge events; the function answers which of a batch failed.
 */
export const RULES = {
  "run-ended": {
    bus: "default",
    pattern: {
      source: ["aws.states"],
      "detail-type": ["Step Functions Execution Status Change"],
      detail: { status: ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] },
    },
    target: "on-run-ended",
    summary: "The state machine of a run ended: close the run if it has not been closed",
  },
  incidents: {
    bus: BUS,
    pattern: { "detail-type": INCIDENT_EVENT_TYPES },
    target: "on-incident",
    sources: ["oncall.incidents"],
    summary: "An incident was reported: keep its state, and run the automations that match",
  },
  "execution-requests": {
    bus: BUS,
    pattern: { "detail-type": [EXECUTION_REQUESTED] },
    target: "on-execution-requested",
    sources: ["oncall.workflows"],
    summary: "A workflow asks for a run",
  },
} as const satisfies Record<string, Rule>;
export type RuleName = keyof typeof RULES;

/** How the queues between the bus and the functions behave. */
export const QUEUE = {
  /** Deliveries before a message goes to the dead-letter queue. */
  maxReceives: 5,
  /** How long an event over the rate of its automation or workflow waits for its turn before its deliveries fail. */
  maxRequeueMinutes: 60,
  batchSize: 10,
  retentionDays: 14,
} as const;

/** What runs by the clock: file in functions/events. */
export const SCHEDULES = {
  sweep: {
    everyMinutes: 1,
    target: "sweep",
    summary: "Bring table and state machine together for runs left behind",
  },
} as const satisfies Record<string, { everyMinutes: number; target: string; summary: string }>;

/** Functions in functions/events that read the table's stream (new images), in order per item. */
export const STREAM_TARGETS = {
  announcements: {
    target: "publish-events",
    summary: "Audit entries leave as domain events",
  },
} as const satisfies Record<string, { target: string; summary: string }>;
