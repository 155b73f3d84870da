// Defects that two actors at every border, and one failing call at a time, have found here.

const EVERY_CALL = "test/faults/every-call-fails.test.ts";

export const PAIR_DEFECTS = [
  {
    defect: "A rotation whose answer cannot be made has rotated the secret all the same",
    known: "work after the write: a failure is answered, and the change is there",
    file: "functions/api/rotate-signing-secret.ts",
    find: "return { body: shown };",
    replace: "return { body: await shownSigningSecret(fresh) };",
    test: EVERY_CALL,
    name: "rotate-signing-secret: a call that fails",
  },
  {
    defect: "The audit tells of a secret that was read, and nobody was shown it",
    known: "work after the write: a failure is answered, and the change is there",
    file: "shared/operations/signing-secret.ts",
    find: "return shown;",
    replace: "return await shownSigningSecret(secret);",
    test: EVERY_CALL,
    name: "get-signing-secret: a call that fails",
  },
];
