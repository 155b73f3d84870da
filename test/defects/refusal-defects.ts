// Refusals, skips and ends that were decided from a read and written without it, each as the change that brings it back.

const CONTENTION = "test/shared/store/contention.test.ts";

export const REFUSAL_DEFECTS = [
  {
    defect: "A plain write that meets a transaction is given up at once",
    known: "the SDK does not retry TransactionConflictException, and DynamoDB Local never says it",
    file: "shared/store/client.ts",
    find: "return await whileContended(run, isContended);",
    replace: "return await whileContended(run, () => false && isContended(null));",
    test: CONTENTION,
    name: "a plain write that meets another transaction",
  },
  {
    defect: "Every failure of the table that has a type reads as throttling",
    known: '`"$retryable" in error` is true for every modelled error of the SDK',
    file: "shared/store/client.ts",
    find: "return error.$retryable !== undefined ||",
    replace: 'return "$retryable" in error ||',
    test: CONTENTION,
    name: "that is modelled, and of no known name",
  },
] as const;
