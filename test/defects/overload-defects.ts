// Work that piles up, or is done again while it is still being done, each as the change that brings it back.

const CONTENTION = "test/shared/store/contention.test.ts";
const OVERLOAD = "test/infra/local/overload.test.ts";

export const OVERLOAD_DEFECTS = [
  {
    defect: "A call of the table that times out is sent three times while the first is still carried out",
    known: "found by a constant rate of starts: 300 calls a minute became 20",
    file: "shared/store/client.ts",
    find: "throw isUnanswered(error) ? new Unanswered(error.message) : error;",
    replace: "throw isUnanswered(error) && error.name === '' ? new Unanswered(error.message) : error;",
    test: CONTENTION,
    name: "that was not answered in time is not sent again",
  },
  {
    defect: "One process has any number of calls of the table under way",
    known: "the same",
    file: "shared/store/turns.ts",
    find: "const MAX_UNDER_WAY = 16;",
    replace: "const MAX_UNDER_WAY = 1_000;",
    test: CONTENTION,
    name: "waits for its turn while sixteen others are under way",
  },
  {
    defect: "A run whose receiver answered 200 is FAILED because the table failed after the answer",
    known: "the same: 81 of 1,560 runs",
    file: "shared/application/deliver/record-call.ts",
    find: "if (!isTransient || clock()",
    replace: "if (isTransient || clock()",
    test: "test/faults/late-record.test.ts",
    name: "is the outcome of its run",
  },
  {
    defect: "Every start is taken, whatever is under way",
    known: "the same: 304 of 1,560 runs succeeded",
    file: "infra/local/api-gateway/gateway.ts",
    find: "if (functions.isFull(deliveries))",
    replace: "if (functions.isFull(deliveries) && startsExecutions === undefined)",
    test: OVERLOAD,
    name: "a start is refused with 503 and Retry-After",
  },
  {
    defect: "A run over the limit of deliveries is FAILED after a few seconds",
    known: "Lambda's throttles retried like failures",
    file: "infra/execution.asl.json",
    find: '"Lambda.TooManyRequestsException"',
    replace: '"Lambda.Unknown"',
    test: "test/infra/aws/workflow.test.ts",
    name: "lets a delivery wait for its turn",
  },
] as const;
