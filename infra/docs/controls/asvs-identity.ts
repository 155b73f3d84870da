// OWASP ASVS 5.0.0, levels 1 and 2, chapters V6 to V7: who somebody is, sessions.
import { at, byDeployment, type ControlRow, met, none, partly } from "./row.ts";

const POOL = "With the stack's own pool by Amazon Cognito, with `oidcIssuer` by that issuer.";
const SESSION = "test/browser/session.test.ts";
const CONSOLE = "test/infra/aws/console.test.ts";
const API = "test/infra/aws/api.test.ts";
const COGNITO = "Amazon Cognito does it in the stack's own pool; with `oidcIssuer` the issuer.";

export const IDENTITY: readonly ControlRow[] = [
  byDeployment(
    "V6.1.1 V6.3.1",
    "Brute force and credential stuffing",
    `${POOL} Cognito locks out for a while; its threat protection needs the plan Plus.`,
  ),
  byDeployment(
    "V6.1.2 V6.2.11 V6.2.12",
    "Words and leaked passwords that are refused",
    `${POOL} Cognito checks leaked passwords on the plan Plus only.`,
  ),
  met(
    "V6.1.3 V6.3.4",
    "Every way in is documented, and as strong as the others: tokens of one issuer, callback tokens, signed messages",
    at(
      "test/security/before-the-body.test.ts",
      "is read only with a token of this execution; all others get the same answer",
    ),
    at("test/infra/aws/api.test.ts", "need a token, except exactly the public ones"),
  ),
  met(
    "V6.2.1",
    "At least 8 characters: 14 in the stack's own pool",
    at(
      "test/infra/aws/api.test.ts",
      "lets nobody sign up, asks for strong passwords, and outlives the stack",
    ),
  ),
  byDeployment(
    "V6.2.2 V6.2.3 V6.2.4 V6.2.6 V6.2.7 V6.2.8 V6.2.9",
    "Passwords: changing, checking, typing, pasting, 64 characters",
    COGNITO,
  ),
  partly(
    "V6.2.5",
    "No rules on kinds of characters",
    "The stack's own pool asks for four kinds, which cdk-nag's rule COG1 wants.",
  ),
  byDeployment("V6.2.10", "Passwords do not expire", COGNITO),
  met(
    "V6.3.2",
    "No accounts by default",
    at(
      "test/infra/aws/controls.test.ts",
      "says of the template what is so: no accounts, no codes by text message",
    ),
  ),
  partly(
    "V6.3.3",
    "A second factor",
    "It is optional in the stack's own pool (TOTP) unless `mfaRequired` is on. Make your issuer ask for it.",
  ),
  byDeployment(
    "V6.4.1 V6.4.3 V6.4.4",
    "First passwords, forgotten passwords, lost factors",
    `${COGNITO} A first password ends after 3 days.`,
  ),
  byDeployment("V6.4.2", "No hints and no secret questions", COGNITO),
  byDeployment("V6.5.1 V6.5.2 V6.5.3 V6.5.4 V6.5.5", "One-time codes", COGNITO),
  met(
    "V6.6.1",
    "No codes by text message",
    at(
      "test/infra/aws/controls.test.ts",
      "says of the template what is so: no accounts, no codes by text message",
    ),
  ),
  byDeployment("V6.6.2 V6.6.3", "Codes by mail are bound to their request, and few", COGNITO),
  met(
    "V6.8.1",
    "One issuer: nobody is somebody else by another one",
    at(
      "test/infra/aws/api.test.ts",
      "accept the tokens of the issuer that the deployment names, without a user pool",
    ),
  ),
  byDeployment(
    "V6.8.2",
    "Signatures of tokens are always checked",
    "By API Gateway's authorizer, which stands before every route that is not public.",
    API,
  ),
  none("V6.8.3", "SAML assertions used once", "The API takes none. An issuer that does is the deployment's."),
  partly(
    "V6.8.4",
    "How strongly somebody signed in",
    "The service asks for no strength; the issuer decides who gets a token.",
  ),
  partly(
    "V7.1.1 V7.1.2 V7.1.3",
    "Lifetimes of sessions are documented",
    "docs/console.md says what lasts how long; how many at once, the issuer decides.",
  ),
  met(
    "V7.2.1",
    "Tokens are checked by the server",
    at("test/infra/aws/api.test.ts", "need a token, except exactly the public ones"),
    at("test/security/over-http.test.ts", "[G9] %s is a 401 problem"),
  ),
  met(
    "V7.2.2 V7.2.4",
    "Tokens are made for each sign-in, no fixed keys",
    at("test/browser/session.test.ts", "ends here and at the issuer when somebody signs out"),
    at("test/infra/local/oidc/sign-in.test.ts", "is good once: each answer has the next one"),
  ),
  none(
    "V7.2.3",
    "Reference tokens",
    "Access tokens are signed. Callback tokens, which are no sessions, have 256 bits of chance.",
  ),
  byDeployment(
    "V7.3.1 V7.3.2",
    "Sessions end",
    "Access tokens of the stack's own pool last an hour, refresh tokens 12; an issuer of yours decides itself.",
    CONSOLE,
  ),
  partly(
    "V7.4.1",
    "Signing out ends it all",
    "Refresh tokens are revoked; an access token lasts until it expires, an hour at most in the stack's own pool.",
    SESSION,
  ),
  partly(
    "V7.4.2 V7.4.5",
    "Sessions of an account that is switched off end",
    "Cognito and most issuers revoke refresh tokens; access tokens last until they expire.",
  ),
  byDeployment("V7.4.3 V7.5.1 V7.5.2", "Other sessions, and changes of an account", COGNITO),
  partly(
    "V7.4.4",
    "Signing out is on every page",
    "The frame around all pages has it. A test signs out from one of them.",
    "test/browser/session.test.ts",
  ),
  byDeployment(
    "V7.6.1",
    "Sessions of the issuer and of the console",
    "The console's ends with its refresh token; the issuer's as the issuer decides.",
  ),
  met(
    "V7.6.2",
    "No session without an action",
    at(
      "test/browser/session.test.ts",
      "leads to the page that was wanted, with its query, and keeps nothing of the answer in the address",
    ),
  ),
];
