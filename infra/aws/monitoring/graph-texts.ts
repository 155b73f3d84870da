// The graphs of the dashboard: the title of each on AWS, and its row in docs/operations.md.

/** `shows`: the lines of the graph. `only`: the option without which it is left out. */
export type GraphText = {
  shows: string;
  only?: "routeMetrics" | "teamMetrics" | "runbookMetrics" | "gradualUpdates";
};

export const GRAPH_TEXTS = {
  "API: requests and errors": { shows: "All requests, those that got 4xx, and those that got 5xx." },
  "API: latency": { shows: "How long answers take: half of them, and 99 % of them." },
  "API: 5xx by route": { shows: "Which routes fail.", only: "routeMetrics" },
  "API: latency by route, p99": { shows: "Which routes are slow.", only: "routeMetrics" },
  "Runs: started, succeeded, failed": { shows: "Executions of the state machine, whoever owns them." },
  "Runs: whose matter a failure is": {
    shows:
      "Ends of runs as they are announced. `runsFailedByService` pages; the other failures are told to their teams.",
  },
  "Runs by team: failed": { shows: "A line for each team of `teamMetrics`.", only: "teamMetrics" },
  "Runs by runbook: failed": {
    shows: "A line for each runbook of `runbookMetrics`.",
    only: "runbookMetrics",
  },
  "Runs: duration": { shows: "From the start of a run to its end, waits included." },
  "Runs: stopped, timed out, throttled": { shows: "What Step Functions ended or held up." },
  "Reconciler: repairs": {
    shows:
      "What each pass started, completed, woke, released and could not repair; a steady line of `started` or `completed` is a fault.",
  },
  "Reconciler: passes and examined runs": {
    shows: "`heartbeat`, one in each minute, and how many active runs a pass examined.",
  },
  "Waiting for people or receivers": {
    shows: "Runs that wait for their callback, open break-glass, and approvals that have expired.",
  },
  "Queues: age of the oldest message": {
    shows: "In seconds. Events wait here in a pause, for an hour at most.",
  },
  "Queues: messages given up or rejected": {
    shows: "`gaveUp` is lost work and pages; `rejected` is the matter of its sender.",
  },
  "Dead letters": { shows: "Messages in the dead letters of each rule, schedule and reader of the stream." },
  "Stream: how far its readers are behind": { shows: "In milliseconds. Events are published late by that." },
  "Sources: refused messages": {
    shows: "By kind of source and reason; `unsigned` of `unknown` are strangers.",
  },
  "Table: capacity used": { shows: "Read and write units." },
  "Table: failed condition checks": {
    shows: "Writers that met: one of them was refused, and nothing was lost.",
  },
  "Table: latency by operation, p99": { shows: "Whether DynamoDB is slow, the way there left out." },
  "Table: throttled requests": { shows: "What DynamoDB refused for its rate." },
  "Table: internal errors": { shows: "Where DynamoDB itself failed." },
  "Functions: errors": { shows: "A line for each function." },
  "Functions: faults by version": {
    shows: "Lines of level ERROR, of the old and the new version.",
    only: "gradualUpdates",
  },
  "Functions: throttled calls": { shows: "Calls that Lambda refused, because too many were under way." },
  "Functions: duration, p99": {
    shows: "A line for each function; that of deliveries is the receivers' time.",
  },
} as const satisfies Record<string, GraphText>;
export type GraphTitle = keyof typeof GRAPH_TEXTS;
