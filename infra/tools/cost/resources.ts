// What of the stack is paid for by the month, used or not; test/infra/aws/cost-resources.test.ts compares the template.

export const RESOURCES = {
  /** Metrics that the alarms watch: an alarm on a formula pays for each of its metrics. */
  alarmMetrics: 78,
  /** The reconciler's own: the heartbeat, and one for each count of its result. */
  customMetrics: 11,
  /** The ends of runs, of all and of each team and runbook that the deployment lists. Nothing is written without runs. */
  runMetrics: 4,
  dashboards: 1,
  keys: 1,
  secrets: 2,
  /** Queues that a function reads. Lambda asks them all the time. */
  readQueues: 4,
  /** Of every function. */
  memoryMb: 1024,
  /** The routes of the API, those of the pages and the one for all other requests included. */
  routes: 76,
} as const;

/** What API Gateway reports for each route if `routeMetrics` is set: 4xx, 5xx, Count, Latency, IntegrationLatency, DataProcessed. */
export const METRICS_OF_A_ROUTE = 6;
