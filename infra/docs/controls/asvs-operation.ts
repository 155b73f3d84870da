// OWASP ASVS 5.0.0, levels 1 and 2, chapters V11 to V17: keys, connections, settings, data, code, logs.
import { byDeployment, type ControlRow, met, none, partly } from "./row.ts";

const SECRETS = "test/security/secrets.test.ts";
const GRANTS = "test/infra/aws/grants.test.ts";
const TABLE_GRANTS = "test/security/table-grants.test.ts";
const CANARIES = "test/security/canaries.test.ts";
const TLS = "test/shared/webhook/tls.test.ts";
const EGRESS = "test/shared/webhook/egress/egress-policy.test.ts";
const EVERY_ROUTE = "test/functions/api/every-route.test.ts";
const DOCUMENTS = "test/docs/documents.test.ts";

export const OPERATION: readonly ControlRow[] = [
  partly(
    "V11.1.1 V11.1.2",
    "Keys and their lives are listed",
    "docs/deploying.md and docs/security.md name each key and what it protects; the policy of your organization is yours.",
  ),
  met("V11.2.1", "Well-known implementations: KMS and Node's own crypto", "test/architecture.test.ts"),
  partly(
    "V11.2.2",
    "Keys and algorithms can be changed",
    "KMS rotates its key, signing secrets rotate. The keys of cursors and fingerprints can be replaced, which ends what they made.",
    "test/shared/secrets/own-keys.test.ts",
  ),
  met(
    "V11.2.3 V11.3.1 V11.3.2 V11.3.3",
    "AES-256-GCM, HMAC-SHA-256, nothing weaker",
    "test/security/cursors.test.ts",
    "test/infra/local/kms/kms.test.ts",
    "test/shared/webhook/sign.test.ts",
  ),
  met(
    "V11.4.1 V11.4.3",
    "SHA-256 for hashes and chains",
    "test/shared/domain/audit-chain.test.ts",
    "test/shared/webhook/sign.test.ts",
  ),
  byDeployment(
    "V11.4.2 V11.4.4",
    "Passwords are stored as slow hashes",
    "Passwords are the issuer's: the service has none.",
  ),
  partly(
    "V11.5.1",
    "Secrets have 128 bits of chance",
    "Tokens and signing secrets have 256. Ids have 74 and are no secrets: access is asked of each.",
    "test/workflow/callback.test.ts",
  ),
  byDeployment(
    "V11.6.1",
    "Approved public-key algorithms",
    "Tokens are signed by the issuer, RS256 in the stack's own pool.",
  ),
  byDeployment(
    "V12.1.1 V12.1.2 V12.2.1 V12.2.2",
    "TLS of the API",
    "API Gateway answers TLS 1.2 at least, with Amazon's certificates; for a stricter policy use a domain of your own.",
  ),
  none(
    "V12.1.3",
    "Client certificates of callers",
    "The API identifies callers by tokens. With `truststoreUri` API Gateway checks certificates before.",
  ),
  met("V12.3.1 V12.3.3", "Every connection is encrypted", EGRESS, "test/infra/aws/events.test.ts", TLS),
  met("V12.3.2 V12.3.4", "Certificates are checked", TLS),
  met("V13.1.1", "Who is talked to is documented, receivers included", DOCUMENTS),
  met(
    "V13.2.1 V13.2.2 V13.3.2",
    "Each function has a role of its own, with the least rights",
    GRANTS,
    TABLE_GRANTS,
  ),
  met("V13.2.3", "No default credentials", "test/infra/aws/controls.test.ts"),
  partly(
    "V13.2.4 V13.2.5",
    "A list of who may be called",
    "`hostAllow` is that list; without it every public host may be called. Addresses that are not public are always refused.",
    EGRESS,
  ),
  met(
    "V13.3.1",
    "Secrets are in KMS and Secrets Manager, none in code or configuration",
    SECRETS,
    "test/infra/aws/functions.test.ts",
  ),
  met("V13.4.1", "No metadata of source control is deployed", "test/infra/aws/bundle.test.ts"),
  met("V13.4.2", "No debug modes", "test/infra/aws/functions.test.ts"),
  met("V13.4.3", "No listings of folders", "test/functions/console/serve-console.test.ts"),
  byDeployment(
    "V13.4.4",
    "No TRACE",
    "API Gateway takes the methods of the routes.",
    "test/infra/aws/api.test.ts",
  ),
  met("V13.4.5", "Open routes are open on purpose, and named", "test/security/before-the-body.test.ts"),
  partly(
    "V14.1.1 V14.1.2",
    "Data is classified",
    "docs/security.md says what is protected and how. Which incident data is personal, the organization must say.",
  ),
  met(
    "V14.2.1",
    "No secrets in addresses: tokens travel in headers, the access log has no query",
    "test/security/over-http.test.ts",
    "test/infra/aws/api.test.ts",
  ),
  met("V14.2.2 V14.3.2", "Nothing is cached on the way: `no-store`", EVERY_ROUTE),
  met(
    "V14.2.3",
    "Nothing goes to strangers: pages load from their own origin, webhooks go where the approved runbook says",
    "test/browser/host-pages.test.ts",
    SECRETS,
  ),
  met(
    "V14.2.4",
    "What is secret stays so: stored, shown, logged",
    CANARIES,
    SECRETS,
    "test/shared/webhook/mask.test.ts",
  ),
  met(
    "V14.3.1 V14.3.3",
    "The browser keeps the session's tokens only, until it ends",
    "test/browser/session.test.ts",
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
    "test/security/linear-work.test.ts",
    "test/infra/local/overload.test.ts",
    "test/shared/webhook/template/bombs.test.ts",
  ),
  met("V15.2.3", "Only what runs is deployed", "test/infra/aws/reach.test.ts"),
  met("V15.3.1", "Only the fields that are asked for: answers are held against their schema", EVERY_ROUTE),
  met("V15.3.2", "Redirects are not followed", "test/shared/webhook/egress/client.test.ts"),
  met("V15.3.3", "No mass assignment", "test/security/mass-assignment.test.ts"),
  met("V15.3.4", "The caller's address is what API Gateway saw", "test/infra/aws/api.test.ts"),
  met("V15.3.5", "Types are checked, and compared strictly", "test/architecture.test.ts", EVERY_ROUTE),
  met(
    "V15.3.6",
    "No pollution of prototypes",
    "test/shared/http/storable-json.test.ts",
    "test/shared/webhook/template/attacks.test.ts",
  ),
  met("V15.3.7", "A parameter that is given twice is refused", "test/shared/http/ambiguous-names.test.ts"),
  met("V16.1.1", "What is logged, where and for how long, is documented", DOCUMENTS),
  met(
    "V16.2.1 V16.2.2 V16.2.4",
    "Log lines are JSON in UTC with who, what, where",
    "test/infra/aws/api.test.ts",
    "test/decisions/request-in.test.ts",
  ),
  met("V16.2.3", "Logs go to CloudWatch alone", "test/infra/aws/functions.test.ts"),
  met("V16.2.5", "No secrets in logs", CANARIES),
  partly(
    "V16.3.1",
    "Sign-ins are logged",
    "The access log has refused tokens. Sign-ins are in the issuer's log; Cognito's are in CloudTrail.",
    "test/infra/aws/api.test.ts",
  ),
  met(
    "V16.3.2",
    "Refused access is logged: the access log has caller, route and status of each request",
    "test/infra/aws/api.test.ts",
  ),
  met(
    "V16.3.3 V16.3.4",
    "Attempts to get around, and unexpected errors, are logged",
    DOCUMENTS,
    "test/faults/caught.test.ts",
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
  met("V16.5.1", "Errors tell nothing of the inside", EVERY_ROUTE),
  met(
    "V16.5.2 V16.5.3",
    "What fails, fails safe",
    "test/faults/every-call-fails.test.ts",
    "test/faults/throttling.test.ts",
    "test/faults/crashes.test.ts",
  ),
  none("V17.1.1 V17.2.1 V17.2.2 V17.2.3 V17.2.4 V17.3.1 V17.3.2", "WebRTC", "Not used."),
];
