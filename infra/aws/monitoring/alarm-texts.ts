// What each alarm means, and what to do first: its description on AWS, and its row in docs/operations.md.

/**
 * `page`: a fault of the service, for the on-call engineer at once. `notice`: something that people must look at, but not
 * at night. `when`: what sets it off.
 */
export type AlarmText = { level: "page" | "notice"; when: string; means: string; first: string };

/** `<…>` in a name: one alarm for each function, rule, queue or schedule. Names begin with the stack's. */
export const ALARM_TEXTS = {
  "api-5xx-many": {
    level: "page",
    when: "in 3 of 5 minutes: more than 2 requests and 5 % of all got 5xx",
    means: "Many requests to the API fail.",
    first:
      "Run the saved query “failures by route”. The class of most of them: its log lines of level ERROR; `unavailable` is the table or KMS.",
  },
  "api-5xx-repeated": {
    level: "page",
    when: "in 3 of 12 periods of 5 minutes: a 5xx",
    means: "The API fails again and again, though few requests do: often one route, or one runbook.",
    first: "Run the saved query “failures by route”; then the lines of level ERROR with that `route`.",
  },
  "requests-throttled": {
    level: "page",
    when: "in 3 of 5 minutes",
    means: "Lambda refuses calls of functions that somebody waits for. Their callers get 5xx.",
    first:
      "The concurrency quota of account and region, and who uses it up. `controlsConcurrency` keeps room for pausing.",
  },
  "background-throttled": {
    level: "page",
    when: "in 5 of 15 minutes",
    means: "Lambda refuses calls of functions that nobody waits for. Events and ends of runs are late.",
    first: "The concurrency quota of account and region, and who uses it up.",
  },
  "deliveries-wait": {
    level: "page",
    when: "in each of 15 minutes",
    means:
      "As many webhooks as may be are under way, so runs wait before they begin. After 25 minutes a run fails.",
    first:
      "Which team's receivers are slow: the saved query “slow deliveries”. Set `deliveriesPerTeam`; raise `deliveryConcurrency` if the account has room.",
  },
  "<function>-errors": {
    level: "page",
    when: "in 3 of 15 minutes",
    means:
      "The function fails again and again. AWS calls it again; of `name-access-token` nobody can sign in meanwhile.",
    first: "Its log lines of level ERROR; then its timeouts and its role.",
  },
  "table-throttled": {
    level: "page",
    when: "in 3 of 5 minutes",
    means: "DynamoDB throttles requests.",
    first: "The table's metrics for one hot key; the account's quotas.",
  },
  "table-errors": {
    level: "page",
    when: "in 3 of 5 minutes",
    means: "DynamoDB has internal errors.",
    first: "AWS Health. Callers may repeat what failed.",
  },
  "runs-failed-by-service": {
    level: "page",
    when: "one run in 5 minutes",
    means:
      "A run failed through a fault of the service: not through its receiver, its runbook or a secret of its team.",
    first:
      "The saved query “runs that failed”. `internal_failure`: the run's own `error.message`. `decryption_failed`: the KMS key, its policy and the grants. `definition_changed`: `npm run verify-audit`.",
  },
  "runs-timed-out": {
    level: "page",
    when: "one run in 5 minutes",
    means: "A state machine ran for 25 hours. The reconciler should have ended it long before.",
    first: "That run's history in Step Functions; the reconciler's log.",
  },
  "runs-throttled": {
    level: "page",
    when: "in 5 of 15 minutes",
    means: "Step Functions throttles state transitions, so runs are late.",
    first: "The account's quotas of Step Functions.",
  },
  "runs-mostly-fail": {
    level: "notice",
    when: "twice in a row: of 20 runs or more in 15 minutes at least half failed",
    means:
      "Most runs fail, whoever owns them. Each owner has been told by the event *Runbook Execution Failed*.",
    first:
      "Whether the failed runs share a receiver. If they do not: the way out of the deployment's network.",
  },
  "<rule>-gave-up": {
    level: "page",
    when: "one message in 5 minutes",
    means: "The function failed 5 times with a message, which is in the dead letters now.",
    first: "The function's lines of level ERROR with that `messageId`; fix the cause, then redrive.",
  },
  "<rule>-late": {
    level: "page",
    when: "in each of 5 minutes: a message is older than 15 minutes",
    means: "Messages wait in the queue for longer than five deliveries take.",
    first:
      "Is the event source mapping enabled, and the function not throttled? Many messages: raise `eventConcurrency`.",
  },
  "<rule>-dead-letters": {
    level: "notice",
    when: "a message is there",
    means: "Events that could not be used: refused ones carry the attribute `reason`.",
    first: "`GET /rejections` says why; tell the sender. Then redrive, or purge the queue.",
  },
  "<schedule>-dead-letters": {
    level: "page",
    when: "a message is there",
    means: "EventBridge could not call the scheduled function, or the function failed.",
    first: "The function's log lines of level ERROR; then purge the queue: the next call does the work.",
  },
  "<stream>-dead-letters": {
    level: "page",
    when: "a message is there",
    means: "Entries of the audit were not announced as events.",
    first:
      "The message says where the batch is in the stream: read it within 24 hours, or the audit after that.",
  },
  "<stream>-late": {
    level: "page",
    when: "in each of 5 minutes: the stream's reader is 5 minutes behind",
    means: "Events on what happens are published late.",
    first: "Lines of level ERROR of the reader: does the bus refuse events? Then AWS Health.",
  },
  "<schedule>-silent": {
    level: "page",
    when: "no success for about 10 minutes",
    means: "Nothing is reconciled: what got stuck stays stuck.",
    first: "Is the schedule's rule enabled? The function's log; its dead letters.",
  },
  "sweep-failed": {
    level: "page",
    when: "in 5 of 15 minutes",
    means: "The reconciler cannot repair a run, or announce an approval that expires.",
    first: "Its log lines of level ERROR: `failure` says what.",
  },
  "sweep-repairs": {
    level: "page",
    when: "in 10 of 15 minutes",
    means: "The reconciler starts, wakes or closes runs all the time, in place of what should do so.",
    first: "Lines `failed` of the workflow's functions; whether Step Functions takes starts.",
  },
  "callbacks-waiting": {
    level: "notice",
    when: "for an hour: 500 runs or more",
    means: "Many runs wait for their callback. Those that none comes for fail with `callback_timeout`.",
    first: "Which receivers owe one; whether `PUBLIC_API_URL` reaches the API from there.",
  },
  "break-glass-open": {
    level: "notice",
    when: "for 24 hours",
    means: "There was a run all the time that passed a pause or a freeze, and that nobody has closed.",
    first: "`runbooks break-glass`: another admin looks at each and closes it.",
  },
  "approvals-expired": {
    level: "notice",
    when: "for 24 hours",
    means: "There was a runbook all the time whose approval has expired. It cannot run.",
    first: "`runbooks list --approval-expiring`: renew each, or withdraw it.",
  },
} as const satisfies Record<string, AlarmText>;
export type AlarmName = keyof typeof ALARM_TEXTS;
