// Rights that reach too far, and records that nobody compared, each as the change that brings it back.

const CHANGED = "test/functions/workflow/changed-definition.test.ts";
const VERIFY = "test/infra/tools/verify-audit.test.ts";

export const BLAST_DEFECTS = [
  {
    defect: "A definition that was changed in the table after its approval is executed",
    known: "stored versions that are immutable by convention only",
    file: "shared/domain/executions/approved-definition.ts",
    find: "hashes.every((hash) => hash === actual)",
    replace: "hashes.some((hash) => hash === actual)",
    test: CHANGED,
    name: "is not begun",
  },
  {
    defect: "The definition is compared when a run begins, and not before each attempt",
    known: "time of check, time of use",
    file: "shared/application/deliver/deliver-webhook.ts",
    find: "? { failure: buildFailure(definitionError) }",
    replace: '&& execution.id === "" ? { failure: buildFailure(definitionError) }',
    test: CHANGED,
    name: "is not tried again",
  },
  {
    defect: "A version and its hash are rewritten together, and the audit verifies",
    known: "chains that cover only themselves",
    file: "shared/domain/runbooks/version-audit.ts",
    find: "return hash === auditedHash ? null",
    replace: "return hash.length === auditedHash.length ? null",
    test: VERIFY,
    name: "[L2] finds a definition that was changed after its approval",
  },
  {
    defect: "A function that starts executions may write versions",
    known: "22 of 44 roles could write any item",
    file: "infra/aws/grants/table-grants.ts",
    find: 'update: ["runbook", "concurrency", "rate-limit"],',
    replace: 'update: ["runbook", "concurrency", "rate-limit", "version"],',
    test: "test/infra/aws/grants.test.ts",
    name: "has versions, approvals, signing secrets",
  },
  {
    defect: "StopExecution is granted on the state machine, where it stops nothing",
    known: "executions have ARNs of their own",
    file: "infra/aws/grants/statements.ts",
    find: 'Stop: { action: "states:StopExecution", on: "executionsArn" }',
    replace: 'Stop: { action: "states:StopExecution", on: "stateMachineArn" }',
    test: "test/infra/aws/grants.test.ts",
    name: "are reached by states:StopExecution",
  },
  {
    defect: "Somebody reads a signing secret, and nothing records it",
    known: "rotations are audited, readings are not",
    file: "shared/application/runbooks/signing-secret.ts",
    find: "await saveSecretRead(current, secret, act());",
    replace: "",
    test: "test/security/signing-secret-reads.test.ts",
    name: "leaves an entry",
  },
  {
    defect: "A batch of which every message failed is an error of the function, and pages",
    known: "batch processors that throw where nothing of a batch succeeded",
    file: "shared/handlers/sqs-handler.ts",
    find: "throwOnFullBatchFailure: false",
    replace: "throwOnFullBatchFailure: true",
    test: "test/shared/handlers/sqs-handler.test.ts",
    name: "in which every message failed is answered",
  },
  {
    defect: "A template in a syntax that Handlebars does not have is taken, and read as something else",
    known: "a parser that is newer than the language that is documented",
    file: "shared/webhook/template/resolve.ts",
    find: 'if (parts.some((part) => part.startsWith("#")))',
    replace: 'if (parts.some((part) => part === "#"))',
    test: "test/shared/webhook/template/grammar.test.ts",
    name: "which is newer than Handlebars 4, is refused by name",
  },
] as const;
