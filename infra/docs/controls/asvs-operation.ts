// OWASP ASVS 5.0.0, levels 1 and 2, chapters V14 to V17: data, code, logs, WebRTC.
import { at, byDeployment, type ControlRow, met, none, partly } from "./row.ts";

export const OPERATION: readonly ControlRow[] = [
  partly(
    "V14.1.1 V14.1.2",
    "Data is classified",
    "docs/security.md says what is protected and how. Which incident data is personal, the organization must say.",
  ),
  met(
    "V14.2.1",
    "No secrets in addresses: tokens travel in headers, the access log has no query",
    at(
      "test/security/over-http.test.ts",
      "[G8] of the header is the only one that counts: no other header or query names a caller",
    ),
    at("test/infra/aws/api.test.ts", "writes access logs as JSON, without queries, headers or bodies"),
  ),
  met(
    "V14.2.2 V14.3.2",
    "Nothing is cached on the way: `no-store`",
    at(
      "test/functions/api/every-route.test.ts",
      "[F3] answers a valid request as its contract says, from current data, and leaves nothing under way",
    ),
  ),
  met(
    "V14.2.3",
    "Nothing goes to strangers: pages load from their own origin, webhooks go where the approved runbook says",
    at("test/browser/host-pages.test.ts", "the API reference has no violation, and the browser no complaint"),
    at(
      "test/security/secrets.test.ts",
      "[F9] goes to no other origin: a rerun asks for it, and nothing is stored",
    ),
  ),
  met(
    "V14.2.4",
    "What is secret stays so: stored, shown, logged",
    at(
      "test/security/canaries.test.ts",
      "[F1][F3][F4][F5][F6][F7][F10][F11][C7][L3] holds no secret in any spelling",
    ),
    at(
      "test/security/secrets.test.ts",
      "[F1][F14] is ciphertext of KMS, which opens for its runbook, its field and its origin only",
    ),
    at("test/shared/webhook/mask.test.ts", "[F7] masks all secrets, all times, the longer one first"),
  ),
  met(
    "V14.3.1 V14.3.3",
    "The browser keeps the session's tokens only, until it ends",
    at("test/browser/session.test.ts", "has no token in any storage, and outlives a reload all the same"),
  ),
  partly(
    "V15.1.1 V15.2.1",
    "Libraries are updated in time",
    "Versions are exact and locked. In what time you deploy an update is your organization's rule.",
  ),
  partly(
    "V15.1.2",
    "A list of all libraries (SBOM)",
    "package-lock.json is that list for the whole project.",
    "test/architecture.test.ts",
  ),
  met(
    "V15.1.3 V15.2.2",
    "What costs much is documented and bounded",
    at(
      "test/security/linear-work.test.ts",
      "reads or refuses the largest body of each shape at a linear cost, and answers briefly",
    ),
    at(
      "test/infra/local/overload.test.ts",
      "a start is refused with 503 and Retry-After before anything is done",
    ),
    at("test/shared/webhook/template/bombs.test.ts", "is stopped: %s"),
  ),
  met(
    "V15.2.3",
    "Only what runs is deployed",
    at("test/infra/aws/reach.test.ts", "may call exactly what its code can call"),
  ),
  met(
    "V15.3.1",
    "Only the fields that are asked for: answers are held against their schema",
    at(
      "test/functions/api/every-route.test.ts",
      "[F3] answers a valid request as its contract says, from current data, and leaves nothing under way",
    ),
  ),
  met(
    "V15.3.2",
    "Redirects are not followed",
    at("test/shared/webhook/guard.test.ts", "[A9] a %i is an answer and is not followed"),
  ),
  met(
    "V15.3.3",
    "No mass assignment",
    at(
      "test/security/mass-assignment.test.ts",
      "[G7] cannot move a runbook or an automation to another team",
    ),
  ),
  met(
    "V15.3.4",
    "The caller's address is what API Gateway saw",
    at("test/infra/aws/api.test.ts", "writes access logs as JSON, without queries, headers or bodies"),
  ),
  met(
    "V15.3.5",
    "Types are checked, and compared strictly",
    at("test/security/saved-definitions.test.ts", "[E8] are not bent into their type: %j is no boolean"),
    at(
      "test/functions/api/every-route.test.ts",
      "[E9][E10][E11][K4] refuses malformed requests, says where, and stores nothing",
    ),
  ),
  met(
    "V15.3.6",
    "No pollution of prototypes",
    at(
      "test/shared/domain/permissions.test.ts",
      "refuses a role in a team whose name is a property of every object",
    ),
    at(
      "test/shared/webhook/template/attacks.test.ts",
      "reads no getter, calls no function, and sees nothing that is inherited (D15)",
    ),
  ),
  met(
    "V15.3.7",
    "A parameter that is given twice is refused",
    at("test/shared/http/ambiguous-names.test.ts", "of %s that are given twice are %j"),
  ),
  met(
    "V16.1.1",
    "What is logged, where and for how long, is documented",
    at("test/docs/documents.test.ts", "describe every log line of the functions"),
  ),
  met(
    "V16.2.1 V16.2.2 V16.2.4",
    "Log lines are JSON in UTC with who, what, where",
    at("test/infra/aws/api.test.ts", "writes access logs as JSON, without queries, headers or bodies"),
  ),
  met(
    "V16.2.3",
    "Logs go to CloudWatch alone",
    at("test/infra/aws/functions.test.ts", "$name runs on Node.js 24 on arm64, its log kept for 90 days"),
  ),
  met(
    "V16.2.5",
    "No secrets in logs",
    at(
      "test/security/canaries.test.ts",
      "[F1][F3][F4][F5][F6][F7][F10][F11][C7][L3] holds no secret in any spelling",
    ),
  ),
  partly(
    "V16.3.1",
    "Sign-ins are logged",
    "The access log has refused tokens. Sign-ins are in the issuer's log; Cognito's are in CloudTrail.",
    "test/infra/aws/api.test.ts",
  ),
  met(
    "V16.3.2",
    "Refused access is logged: the access log has caller, route and status of each request",
    at("test/infra/aws/api.test.ts", "writes access logs as JSON, without queries, headers or bodies"),
  ),
  met(
    "V16.3.3 V16.3.4",
    "Attempts to get around, and unexpected errors, are logged",
    at("test/docs/documents.test.ts", "describe every log line of the functions"),
    at("test/decisions/request-in.test.ts", "whose groups are %j has no role, and the log says so"),
  ),
  partly(
    "V16.4.1",
    "No lines of log by input",
    "Lines are JSON, which escapes what would end them. No test writes hostile text into each of their fields.",
  ),
  byDeployment(
    "V16.4.2 V16.4.3",
    "Logs cannot be changed, and are elsewhere",
    "IAM decides who may delete a log group; subscribe an account of your own to them. The audit is a chain of hashes that `npm run verify-audit` checks.",
    "test/shared/domain/audit-chain.test.ts",
  ),
  met(
    "V16.5.1",
    "Errors tell nothing of the inside",
    at("test/faults/caught.test.ts", "a task with an invalid payload fails, and does not echo it"),
    at("test/functions/api/unknown-route.test.ts", "is answered without any of the request"),
  ),
  met(
    "V16.5.2 V16.5.3",
    "What fails, fails safe",
    at(
      "test/faults/throttling.test.ts",
      "changes nothing in how the run ends, whichever write it is, whether it took effect or not",
    ),
    at(
      "test/faults/every-call-fails.test.ts",
      "[K10] %s: a call that fails for good is a 500 or 503 that changed nothing, or changes nothing of the answer",
    ),
  ),
  none("V17.1.1 V17.2.1 V17.2.2 V17.2.3 V17.2.4 V17.3.1 V17.3.2", "WebRTC", "Not used."),
];
