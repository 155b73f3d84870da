// A month as steps: which operation, by which function, how often; and what is paid for beside them.
import { SCHEDULES } from "../../../shared/contract/events.ts";
import {
  DURATIONS,
  type Handler,
  MONTH,
  POLLS_PER_MINUTE,
  RECEIVER_MS,
  REQUESTS_PER_MESSAGE,
} from "./assumptions.ts";
import { AUDIT_ENTRIES, COUNTS, type Counts, type Operation, STATES, STORED_KB } from "./counts.ts";
import { RESOURCES } from "./resources.ts";

/** Of a month. `failed`: the share of runs that fail. `attempts`: of a run, on average. */
export type Workload = { runs: number; reads: number; failed: number; incidents: number; attempts: number };

/** `counts` are of one time; it takes `calls` of a function, each of `ms` milliseconds. */
export type Step = { counts: Counts; times: number; calls: number; ms: number };
export type Month = {
  steps: readonly Step[];
  apiRequests: number;
  machines: number;
  states: number;
  queueRequests: number;
  storedKb: number;
};

const READS: readonly (readonly [Operation, Handler])[] = [
  ["get a runbook", "api/get-runbook"],
  ["list runbooks", "api/list-runbooks"],
  ["get an execution", "api/get-execution"],
  ["list executions", "api/list-executions"],
];

/** Incidents start runs beside those that callers start. A read is one of four, each as often as the others. */
export function monthOf({ runs, reads, failed, incidents, attempts }: Workload): Month {
  const started = runs + incidents;
  const failures = started * failed;
  const further = started * (attempts - 1);
  return {
    steps: [
      step("start an execution", "api/start-execution", runs),
      step("take an incident that starts a run", "events/on-incident", incidents),
      { ...step("deliver the first attempt", "workflow/deliver-webhook", started), ms: WITH_RECEIVER },
      { ...step("deliver a further attempt", "workflow/deliver-webhook", further), ms: WITH_RECEIVER },
      step("record a success", "workflow/complete-execution", started - failures),
      step("record a failure", "workflow/complete-execution", failures),
      step("hear that a state machine failed", "events/on-execution-ended", failures),
      publications("publish the entries of a run", started - failures),
      publications("publish the entries of a failed run", failures),
      step("publish one entry", "events/publish-events", incidents),
      ...READS.map(([operation, handler]) => step(operation, handler, reads / READS.length)),
      sweepStep(),
    ],
    apiRequests: runs + reads,
    machines: started,
    states:
      STATES.success * (started - failures) + STATES.failure * failures + STATES.furtherAttempt * further,
    queueRequests: idlePolls() + REQUESTS_PER_MESSAGE * (incidents + failures),
    storedKb: STORED_KB * started,
  };
}

const publications = (operation: Operation, times: number): Step => ({
  ...step(operation, "events/publish-events", times),
  calls: AUDIT_ENTRIES,
});

function step(operation: Operation, handler: Handler, times: number): Step {
  return { counts: COUNTS[operation], times, calls: 1, ms: DURATIONS[handler] };
}

export const sweepStep = () =>
  step("sweep, nothing being active", "events/sweep", MONTH.minutes / SCHEDULES.sweep.everyMinutes);

/** The receiver of the local stack answers at once. */
export const WITH_RECEIVER = DURATIONS["workflow/deliver-webhook"] + RECEIVER_MS;

export const idlePolls = () => RESOURCES.readQueues * POLLS_PER_MINUTE * MONTH.minutes;
