// A run as it was at commit d2061c1, counted by the same meter: what docs/cost.md compares with.
import { DURATIONS, type Handler, REQUESTS_PER_MESSAGE } from "./assumptions.ts";
import { AUDIT_ENTRIES, type Counts, counted } from "./counts.ts";
import { idlePolls, type Month, type Step, sweepStep, WITH_RECEIVER } from "./month.ts";

/** Each task of the workflow, the choice behind each, and the end. */
const STATES = 7;

/** Each execution with its audit entries, in the table and its indexes. */
const STORED_KB = 8.5;

/** Every change of the table called the function that publishes, six times for a run. */
const STREAM_CALLS = 2 * AUDIT_ENTRIES;

/** The beginning was a function of its own; it is taken to have worked as long as the recording of an end. */
const BEGIN: Handler = "workflow/complete-execution";

/** As many runs that succeed at once. */
export const monthBefore = (runs: number): Month => ({
  steps: [
    step(START, runs, DURATIONS["api/start-execution"]),
    step(BEGINNING, runs, DURATIONS[BEGIN]),
    step(DELIVERY, runs, WITH_RECEIVER),
    step(END, runs, DURATIONS["workflow/complete-execution"]),
    step(counted({ requests: { GetItem: 1 }, readUnits: 1 }), runs, DURATIONS["events/on-execution-ended"]),
    { ...step(PUBLICATION, runs, DURATIONS["events/publish-events"]), calls: STREAM_CALLS },
    sweepStep(),
  ],
  apiRequests: runs,
  machines: runs,
  states: STATES * runs,
  queueRequests: idlePolls() + REQUESTS_PER_MESSAGE * runs,
  storedKb: STORED_KB * runs,
});

const step = (counts: Counts, times: number, ms: number): Step => ({ counts, times, calls: 1, ms });

const START = counted({
  requests: { Query: 1, GetItem: 2, StartExecution: 1 },
  ...{ transactions: [7], readUnits: 3, writeUnits: 14, indexWriteUnits: 3 },
});
const BEGINNING = counted({
  requests: { Query: 1, GetItem: 2 },
  ...{ transactions: [5], readUnits: 3, writeUnits: 10, indexWriteUnits: 2 },
});
const DELIVERY = counted({
  requests: { Query: 1, GetItem: 3, Decrypt: 1, PutItem: 1, UpdateItem: 1 },
  ...{ transactions: [2], readUnits: 4, writeUnits: 6, indexWriteUnits: 1 },
});
const END = counted({
  requests: { Query: 1 },
  ...{ transactions: [3], readUnits: 1, writeUnits: 6, indexWriteUnits: 3 },
});
const PUBLICATION = counted({ requests: { PutEvents: 2 }, events: 2 });
