// Saved queries of CloudWatch Logs Insights, as data: what alarms, documents and links of the console tell people to run.

/** `logs`: the log groups of all functions, or the access log of the API. */
export type SavedQuery = { asks: string; logs: "functions" | "access"; query: string };

export const SAVED_QUERIES = {
  "one run or request": {
    asks: "Every line of one run, or of one request: put its id in. Who has only the `traceparent` that a receiver got, begins with its trace id.",
    logs: "functions",
    query: `fields @timestamp, message, route, task, status, code, reason, executionId
| filter requestId = "…" or executionId = "…" or ids.executionId = "…" or traceId = "…"
| sort @timestamp`,
  },
  "failures by route": {
    asks: "What fails in the API, by route and code.",
    logs: "functions",
    query: `filter level = "ERROR" and ispresent(route)
| stats count(*) as failures, latest(reason) as lastReason by route, code
| sort failures desc`,
  },
  "runs that failed": {
    asks: "Why runs ended as FAILED, by the code of their error.",
    logs: "functions",
    query: `filter task = "complete-execution" and result.status = "FAILED"
| stats count(*) as runs, latest(executionId) as lastRun by result.error
| sort runs desc`,
  },
  "slow deliveries": {
    asks: "The calls that took longest, with the runs that made them.",
    logs: "functions",
    query: `filter task = "deliver-webhook" and ispresent(durationMs)
| sort durationMs desc
| display @timestamp, durationMs, executionId, result.next
| limit 50`,
  },
  "rejected events": {
    asks: "Events that can never be used, by queue function and reason.",
    logs: "functions",
    query: `filter message = "rejected"
| stats count(*) as events, latest(detail) as lastDetail by task, reason
| sort events desc`,
  },
  "requests by route and status": {
    asks: "What the API answered, also where no function ran.",
    logs: "access",
    query: `filter ispresent(route)
| stats count(*) as requests, pct(latencyMs, 99) as p99 by route, status
| sort requests desc`,
  },
} as const satisfies Record<string, SavedQuery>;
