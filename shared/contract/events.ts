// Event rules, schedules and stream consumers, as data: which bus and pattern feeds which function.
import { SOURCE_PREFIX } from "../domain/ids.ts";
import { INCIDENT_EVENT_TYPES } from "../domain/incidents/incident.ts";
import { AWS_EVENT_SOURCES } from "../domain/sources/kinds.ts";
import { AUDIT_PREFIX, CONTROLS_AUDIT } from "./table.ts";

/** The service's own bus. `default` is the bus to which AWS services publish. */
export const BUS = "runbooks";

/** `source` of the events that this service publishes. The service ignores events with this source. */
export const OWN_SOURCE = "runbooks";

export const EXECUTION_REQUESTED = "Runbook Execution Requested";

/** Maximum size of an event as JSON, in bytes. The event and the records that it creates must fit into one item. */
export const MAX_EVENT_BYTES = 256 * 1024;

/**
 * The same for a message of a source, which becomes many events: the largest body of the intake, written anew with what
 * the service adds. SQS takes 1 MiB.
 */
export const MAX_SOURCE_MESSAGE_BYTES = 1024 * 1024;

/** Messages of the intake, as they wait in the queue of `source-messages`. No bus carries them. */
export const INTAKE = { source: "runbooks.intake", detailType: "Source Message" } as const;

/** What EventBridge Scheduler sends to the queue of `source-messages` when the schedule of a source is due. */
export const TICK = { source: "runbooks.scheduler", detailType: "Schedule Due" } as const;

/** The rule whose queue takes all messages of sources. */
export const SOURCE_MESSAGES = "source-messages";

type Rule = {
  bus: typeof BUS | "default";
  /** EventBridge pattern. */
  pattern: Record<string, unknown>;
  /** Only events of the service's own state machine, of all that the account has. */
  ofStateMachine?: true;
  /** The pattern on the partner buses that the deployment names, which feed the same queue. */
  partnerPattern?: Record<string, unknown>;
  /** Maximum size of a message as JSON in bytes, if larger than `MAX_EVENT_BYTES`. */
  maxBytes?: number;
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
    ofStateMachine: true,
    target: "on-execution-ended",
    summary: "A state machine execution did not succeed: complete its execution if necessary",
  },
  incidents: {
    bus: BUS,
    // Ids of sources are no event sources: what sources report comes to the queue directly.
    pattern: { "detail-type": INCIDENT_EVENT_TYPES, source: [{ "anything-but": { prefix: SOURCE_PREFIX } }] },
    target: "on-incident",
    sources: ["oncall.incidents"],
    summary: "An incident was reported: store its state, and run the matching automations",
  },
  [SOURCE_MESSAGES]: {
    bus: "default",
    pattern: {
      source: AWS_EVENT_SOURCES.map(({ source }) => source),
      "detail-type": [...new Set(AWS_EVENT_SOURCES.flatMap(({ detailTypes }) => detailTypes))],
    },
    partnerPattern: { source: [{ prefix: "aws.partner/" }] },
    maxBytes: MAX_SOURCE_MESSAGE_BYTES,
    target: "on-source-message",
    summary:
      "A message of a source: of AWS, of a partner, of EventBridge Scheduler, or through the intake. Report its incidents",
  },
  "execution-requests": {
    bus: BUS,
    pattern: { "detail-type": [EXECUTION_REQUESTED] },
    target: "on-execution-requested",
    sources: ["oncall.workflows"],
    summary: "A workflow requests an execution",
  },
} as const satisfies Record<string, Rule>;

export type RuleName = keyof typeof RULES;

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
  schedules: {
    target: "set-schedules",
    prefix: CONTROLS_AUDIT,
    windowSeconds: 0,
    summary: "Make the schedules in EventBridge Scheduler as the sources of the table say",
  },
} as const satisfies Record<string, StreamTarget>;
export type StreamTarget = { target: string; prefix: string; windowSeconds: number; summary: string };
