// What each operation asks of AWS, counted: test/functions/cost.test.ts counts again, and fails on any difference.

export type Counts = {
  /** Requests by the name that AWS gives them, transactions aside. */
  requests: Readonly<Record<string, number>>;
  /** The items of each TransactWriteItems, conditions included, largest first. */
  transactions: readonly number[];
  /** Events that PutEvents carries. */
  events: number;
  readUnits: number;
  /** Write units of the table: 1 for each KB of an item, twice in a transaction. */
  writeUnits: number;
  /** Write units of the indexes: 1 for each KB of an entry that appears, changes or goes. */
  indexWriteUnits: number;
};

const NOTHING: Counts = {
  ...{ requests: {}, transactions: [], events: 0 },
  ...{ readUnits: 0, writeUnits: 0, indexWriteUnits: 0 },
};
/** Counts of which those that are not given are none. */
export const counted = (counts: Partial<Counts>): Counts => ({ ...NOTHING, ...counts });

export const COUNTS = {
  "create a runbook": counted({
    requests: { Encrypt: 1 },
    transactions: [5],
    writeUnits: 12,
    indexWriteUnits: 5,
  }),
  "update a runbook": counted({
    requests: { Query: 3, GetItem: 1 },
    transactions: [4],
    readUnits: 3.5,
    writeUnits: 10,
    indexWriteUnits: 7,
  }),
  "approve a runbook": counted({
    requests: { Query: 2, GetItem: 1 },
    transactions: [5],
    readUnits: 2.5,
    writeUnits: 12,
    indexWriteUnits: 7,
  }),
  "get a runbook": counted({ requests: { Query: 3, GetItem: 1 }, readUnits: 3.5 }),
  "list runbooks": counted({ requests: { Query: 1, BatchGetItem: 1 }, readUnits: 1 }),
  "list executions": counted({ requests: { GetItem: 1, Query: 1, BatchGetItem: 1 }, readUnits: 2 }),
  "get an execution": counted({ requests: { Query: 1, GetItem: 1 }, readUnits: 2 }),
  "hold a request for an execution, 20 seconds without a change": counted({
    requests: { Query: 1, GetItem: 22 },
    readUnits: 23,
  }),
  "ask who one is": NOTHING,
  "start an execution": counted({
    requests: { Query: 1, GetItem: 2, StartExecution: 1 },
    transactions: [6],
    readUnits: 3,
    writeUnits: 12,
    indexWriteUnits: 7,
  }),
  "cancel an execution": counted({
    requests: { Query: 2, GetItem: 1, StopExecution: 1 },
    transactions: [3],
    readUnits: 3,
    writeUnits: 6,
    indexWriteUnits: 5,
  }),
  "cancel 10 executions in one request": counted({
    requests: { Query: 20, StopExecution: 10 },
    transactions: Array(10).fill(3),
    readUnits: 20,
    writeUnits: 60,
    indexWriteUnits: 50,
  }),
  "rerun an execution": counted({
    requests: { Query: 2, GetItem: 2, StartExecution: 1 },
    transactions: [6],
    readUnits: 4,
    writeUnits: 12,
    indexWriteUnits: 7,
  }),
  "deliver the first attempt": counted({
    requests: { Query: 1, GetItem: 3, Decrypt: 1, UpdateItem: 1 },
    transactions: [6],
    readUnits: 4,
    writeUnits: 13,
    indexWriteUnits: 3,
  }),
  "deliver a further attempt": counted({
    requests: { Query: 1, GetItem: 3, Decrypt: 1, UpdateItem: 1 },
    transactions: [2],
    readUnits: 4,
    writeUnits: 5,
  }),
  "record a success": counted({
    requests: { Query: 1 },
    transactions: [3],
    readUnits: 1,
    writeUnits: 6,
    indexWriteUnits: 4,
  }),
  "record a failure": counted({
    requests: { Query: 1 },
    transactions: [3],
    readUnits: 1,
    writeUnits: 6,
    indexWriteUnits: 5,
  }),
  "hear that a state machine failed": counted({ requests: { GetItem: 1 }, readUnits: 1 }),
  "take an incident that starts a run": counted({
    requests: { PutItem: 2, GetItem: 6, Query: 3, StartExecution: 1 },
    transactions: [11],
    readUnits: 8,
    writeUnits: 24,
    indexWriteUnits: 16,
  }),
  "take a further report of that incident": counted({
    requests: { PutItem: 2, GetItem: 4, Query: 2 },
    transactions: [4],
    readUnits: 5,
    writeUnits: 10,
    indexWriteUnits: 10,
  }),
  "sweep, nothing being active": counted({
    requests: { GetItem: 1, Query: 14, ListSchedules: 1 },
    readUnits: 8,
  }),
  "publish a batch of 10": counted({ requests: { PutEvents: 1 }, events: 10 }),
  "publish one entry": counted({ requests: { PutEvents: 1 }, events: 1 }),
  "publish the entries of a run": counted({
    requests: { PutEvents: 2, GetItem: 1 },
    events: 2,
    readUnits: 1,
  }),
  "publish the entries of a failed run": counted({
    requests: { PutEvents: 2, UpdateItem: 1 },
    events: 2,
    writeUnits: 1,
  }),
} as const satisfies Record<string, Counts>;

export type Operation = keyof typeof COUNTS;

/** The operations of a run that succeeds at once. */
export const RUN = [
  "start an execution",
  "deliver the first attempt",
  "record a success",
  "publish the entries of a run",
] as const satisfies readonly Operation[];

/** States entered, from infra/execution.asl.json; an attempt that is not the first adds its wait. */
export const STATES = { success: 3, failure: 5, furtherAttempt: 3 } as const;

/** Audit entries of a run, each at a time of its own: its start, its beginning, its end. */
export const AUDIT_ENTRIES = 3;

/** KB that a run of one attempt leaves in the table and its indexes, AWS's 100 bytes for each item included. */
export const STORED_KB = 7.5;
