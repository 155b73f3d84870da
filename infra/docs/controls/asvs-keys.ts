// OWASP ASVS 5.0.0, levels 1 and 2, chapters V11 to V13: keys, connections, settings.
import { at, byDeployment, type ControlRow, met, none, partly } from "./row.ts";

const EGRESS = "test/shared/webhook/egress/egress-policy.test.ts";

export const KEYS: readonly ControlRow[] = [
  partly(
    "V11.1.1 V11.1.2",
    "Keys and their lives are listed",
    "docs/deploying.md and docs/security.md name each key and what it protects; the policy of your organization is yours.",
  ),
  met(
    "V11.2.1",
    "Well-known implementations: KMS and Node's own crypto",
    at("test/architecture.test.ts", "layers import only the packages that are theirs"),
  ),
  partly(
    "V11.2.2",
    "Keys and algorithms can be changed",
    "KMS rotates its key, signing secrets rotate. The keys of cursors and fingerprints can be replaced, which ends what they made.",
    "test/shared/secrets/own-keys.test.ts",
  ),
  met(
    "V11.2.3 V11.3.1 V11.3.2 V11.3.3",
    "AES-256-GCM, HMAC-SHA-256, nothing weaker",
    at(
      "test/security/cursors.test.ts",
      "[K2] that was cut, lengthened, or made in the form of before is refused",
    ),
    at("test/infra/local/kms/kms.test.ts", "the same text is never encrypted to the same bytes"),
    at("test/shared/webhook/sign.test.ts", "[B8] of any body is verified by the reference library"),
  ),
  met(
    "V11.4.1 V11.4.3",
    "SHA-256 for hashes and chains",
    at("test/shared/domain/audit-chain.test.ts", "[L2] reports an entry with any field altered"),
    at("test/shared/webhook/sign.test.ts", "[B8] is the one of the specification's published example"),
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
  met(
    "V12.3.1 V12.3.3",
    "Every connection is encrypted",
    at(
      "test/shared/webhook/egress/egress-policy.test.ts",
      "[A10] http is called only if the deployment allows it",
    ),
    at(
      "test/infra/aws/events.test.ts",
      "%s refuses requests without TLS, and messages from anyone but a rule",
    ),
    at("test/shared/webhook/tls.test.ts", "[A18] %s is not spoken"),
  ),
  met(
    "V12.3.2 V12.3.4",
    "Certificates are checked",
    at("test/shared/webhook/tls.test.ts", "[A17] NODE_TLS_REJECT_UNAUTHORIZED=0 does not turn the check off"),
  ),
  partly(
    "V13.1.1",
    "Who is talked to is documented, receivers included",
    "docs/architecture.md and docs/security.md name what the service talks to. Which receivers it calls, the approved runbooks say.",
    "test/infra/aws/reach.test.ts",
  ),
  met(
    "V13.2.1 V13.2.2 V13.3.2",
    "Each function has a role of its own, with the least rights",
    at("test/infra/aws/grants.test.ts", "names its actions: no * and no whole service"),
    at("test/security/table-grants.test.ts", "may do nothing else to the table"),
  ),
  met(
    "V13.2.3",
    "No default credentials",
    at(
      "test/infra/aws/controls.test.ts",
      "says of the template what is so: no accounts, no codes by text message",
    ),
  ),
  partly(
    "V13.2.4 V13.2.5",
    "A list of who may be called",
    "`hostAllow` is that list; without it every public host may be called. Addresses that are not public are always refused.",
    EGRESS,
  ),
  met(
    "V13.3.1",
    "Secrets are in KMS and Secrets Manager, none in code or configuration",
    at(
      "test/security/secrets.test.ts",
      "[F1][F14] is ciphertext of KMS, which opens for its runbook, its field and its origin only",
    ),
    at(
      "test/infra/aws/functions.test.ts",
      "hold no value of a secret in their environment, only the names of the service's own keys",
    ),
  ),
  met(
    "V13.4.1",
    "No metadata of source control is deployed",
    at("test/infra/aws/bundle.test.ts", "$name is small, and its source maps tell of our own code only"),
  ),
  met(
    "V13.4.2",
    "No debug modes",
    at("test/infra/aws/functions.test.ts", "$name has the variables of its kind and no others"),
  ),
  met(
    "V13.4.3",
    "No listings of folders",
    at("test/functions/console/serve-console.test.ts", "has nothing at %s"),
  ),
  byDeployment(
    "V13.4.4",
    "No TRACE",
    "API Gateway takes the methods of the routes.",
    "test/infra/aws/api.test.ts",
  ),
  met(
    "V13.4.5",
    "Open routes are open on purpose, and named",
    at(
      "test/security/authorization.test.ts",
      "[G14] every route says who may use it, and these alone need no token",
    ),
  ),
];
