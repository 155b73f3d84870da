// Defects that two actors at every border, and one failing call at a time, have found here.

const BUCKET = "test/shared/domain/executions/rate-limit.test.ts";
const EVERY_CALL = "test/faults/every-call-fails.test.ts";

export const PAIR_DEFECTS = [
  {
    defect: "A rotation whose answer cannot be made has rotated the secret all the same",
    known: "work after the write: a failure is answered, and the change is there",
    file: "functions/api/rotate-signing-secret.ts",
    find: "return { body: view };",
    replace: "return { body: await toSigningSecretView(fresh) };",
    test: EVERY_CALL,
    name: "rotate-signing-secret: a call that fails",
  },
  {
    defect: "The audit records a secret as read, and nobody was shown it",
    known: "work after the write: a failure is answered, and the change is there",
    file: "shared/application/runbooks/signing-secret.ts",
    find: "return view;",
    replace: "return await toSigningSecretView(secret);",
    test: EVERY_CALL,
    name: "get-signing-secret: a call that fails",
  },
  {
    defect: "A start within its rate is refused because one that came later was quicker",
    known: "clocks that are read when a request arrives, and compared with one that was read later",
    file: "shared/domain/executions/rate-limit.ts",
    find: "const atMs = Math.max(bucket?.takenAtMs ?? 0, nowMs);",
    replace: "const atMs = nowMs;",
    test: BUCKET,
    name: "in another order than they arrived",
  },
  {
    defect: "A run ends as frozen, with nothing sent, although its receiver was called",
    known:
      "tasks that are repeated: the first was refused, the second was let in, and the first answer counts",
    file: "shared/application/end/complete-execution.ts",
    find: "record.attempts.length === 0 && refusal !== null",
    replace: "record.attempts.length >= 0 && refusal !== null",
    test: "test/decisions/ends.test.ts",
    name: "where a repeated task was let in after the refusal",
  },
  {
    defect: "A vote stops a withdrawal, and what does harm stays in service",
    known: "optimistic locking of a whole record: a comment gets into the way of an emergency stop",
    file: "functions/api/withdraw-runbook.ts",
    find: "now.state.liveVersion !== null &&",
    replace: "now.state.liveVersion === null &&",
    test: "test/functions/api/review.test.ts",
    name: "of a withdrawal refuses nothing",
  },
  {
    defect: "A request for a review takes back a no that its author has not seen",
    known: "last write wins in most review tools",
    file: "functions/api/request-review.ts",
    find: "isSameJson(now.summary.changesRequested, runbook.summary.changesRequested)",
    replace: "isSameJson(now.summary.changesRequested, now.summary.changesRequested)",
    test: "test/functions/api/review.test.ts",
    name: "the write of a request for a review stands",
  },
  {
    defect: "Votes of one moment are shown, and counted, beside the version of another",
    known: "a query is not atomic: two items of one record, read at two times",
    file: "shared/store/runbooks.ts",
    find: " && found.reviewChanges === reviewChanges",
    replace: "",
    test: "test/shared/store/torn-reads.test.ts",
    name: "is read again",
  },
];
