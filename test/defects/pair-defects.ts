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
];
