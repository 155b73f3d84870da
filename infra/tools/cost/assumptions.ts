// What cannot be counted in tests: measured on the local stack, published by AWS, or estimated. Each says which.

/**
 * Milliseconds that a function works for one call when it is warm, its calls of AWS included. Measured by
 * `npm run bench -- durations`, over DynamoDB Local, p50.
 */
export const DURATIONS = {
  "api/get-execution": 35,
  "api/get-runbook": 39,
  "api/list-executions": 29,
  "api/list-runbooks": 6,
  "api/start-execution": 60,
  "events/on-execution-ended": 17,
  "events/on-incident": 250,
  "events/publish-events": 11,
  "events/sweep": 72,
  "workflow/complete-execution": 39,
  "workflow/deliver-webhook": 139,
} as const;
export type Handler = keyof typeof DURATIONS;

/** Estimated: how long a receiver takes to answer. The function that delivers waits for it. */
export const RECEIVER_MS = 200;

/**
 * Estimated, in bytes: the log lines of a call, Lambda's own included; a line of the access log; what Step Functions logs
 * of a state.
 */
export const LOG_BYTES = { call: 1200, request: 450, state: 1200 } as const;

/** A month of 730 hours. */
export const MONTH = { minutes: 43_800 } as const;

/** Published: Lambda asks a queue with 5 pollers, each for 20 seconds. Requests a minute while the queue is empty. */
export const POLLS_PER_MINUTE = 15;

/** Published: a message is sent, received and deleted. */
export const REQUESTS_PER_MESSAGE = 3;
