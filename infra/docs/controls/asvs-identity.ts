// OWASP ASVS 5.0.0, levels 1 and 2, chapters V6 to V10: who somebody is, sessions, access, tokens, OAuth and OIDC.
import { byDeployment, type ControlRow, met, none, partly } from "./row.ts";

const POOL = "With the stack's own pool by Amazon Cognito, with `oidcIssuer` by that issuer.";
const SESSION = "test/browser/session.test.ts";
const CONSOLE = "test/infra/aws/console.test.ts";
const OVER_HTTP = "test/security/over-http.test.ts";
const AUTHORIZATION = "test/security/authorization.test.ts";
const CONTROLS = "test/infra/aws/controls.test.ts";
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
    "test/security/before-the-body.test.ts",
    API,
  ),
  met("V6.2.1", "At least 8 characters: 14 in the stack's own pool", API),
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
  met("V6.3.2", "No accounts by default", CONTROLS),
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
  met("V6.6.1", "No codes by text message", CONTROLS),
  byDeployment("V6.6.2 V6.6.3", "Codes by mail are bound to their request, and few", COGNITO),
  met("V6.8.1", "One issuer: nobody is somebody else by another one", API),
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
  met("V7.2.1", "Tokens are checked by the server", API, OVER_HTTP),
  met(
    "V7.2.2 V7.2.4",
    "Tokens are made for each sign-in, no fixed keys",
    SESSION,
    "test/infra/local/oidc/sign-in.test.ts",
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
  met("V7.4.4", "Signing out is on every page", "test/browser/pages.test.ts"),
  byDeployment(
    "V7.6.1",
    "Sessions of the issuer and of the console",
    "The console's ends with its refresh token; the issuer's as the issuer decides.",
  ),
  met("V7.6.2", "No session without an action", SESSION),
  met(
    "V8.1.1 V8.1.2",
    "The rules of access are documented: docs/api.md, made from the table",
    "test/docs/documents.test.ts",
  ),
  met(
    "V8.2.1 V8.2.2",
    "Each function and each thing is for those who may",
    AUTHORIZATION,
    "test/security/run-teams.test.ts",
    "test/security/foreign-incidents.test.ts",
    "test/shared/domain/permissions.test.ts",
  ),
  met(
    "V8.2.3",
    "Each field is for those who may",
    "test/security/mass-assignment.test.ts",
    "test/security/secrets.test.ts",
  ),
  met("V8.3.1", "The server decides", AUTHORIZATION, "test/functions/api/every-route.test.ts"),
  met("V8.4.1", "Teams do not reach each other", AUTHORIZATION, "test/security/run-teams.test.ts"),
  byDeployment(
    "V9.1.1 V9.1.2 V9.1.3 V9.2.1",
    "Signature, algorithm, key and time of tokens",
    "API Gateway's JWT authorizer checks them against the issuer's published keys. The local stack does the same with `jose`.",
    API,
    OVER_HTTP,
  ),
  partly(
    "V9.2.2",
    "Access tokens only",
    "With the stack's own pool a scope is asked, which ID tokens have not. With `oidcIssuer` a token that shows that it is an ID token is refused; `oidcScopes` and `oidcTokenType` make that certain.",
    API,
  ),
  met("V9.2.3 V10.3.1", "Tokens for this API only", API, OVER_HTTP),
  byDeployment("V9.2.4", "Audiences tell apart what one key signs for", POOL),
  partly(
    "V10.1.1",
    "Tokens only where they are needed",
    "The console has its tokens in the page, where its policy lets no other code run; there is no server that keeps them.",
    SESSION,
  ),
  met(
    "V10.1.2 V10.2.1",
    "PKCE, `state` and `nonce`, bound to the browser",
    SESSION,
    "test/clients/browser-login.test.ts",
  ),
  met("V10.2.2 V10.5.3", "One issuer, whose name must fit", SESSION),
  met(
    "V10.3.2 V10.3.3",
    "Access by the token's claims, people by `sub`",
    "test/shared/domain/caller.test.ts",
    "test/functions/api/callers.test.ts",
  ),
  partly("V10.3.4", "How strongly, and how long ago, somebody signed in", "The service does not ask."),
  met("V10.4.1", "Addresses to come back to are named", CONSOLE),
  partly(
    "V10.4.4",
    "Only the grants that a client needs",
    "The console has the code grant alone. The pool's client for tools takes a password through `AdminInitiateAuth`, which needs AWS credentials and is no OAuth grant.",
    CONSOLE,
  ),
  byDeployment(
    "V10.4.2 V10.4.3 V10.4.8 V10.4.10",
    "Codes work once and for minutes, refresh tokens end",
    COGNITO,
  ),
  partly(
    "V10.4.5",
    "A stolen refresh token is noticed",
    "The local issuer rotates refresh tokens. In the stack's own pool they can be revoked and last 12 hours.",
    "test/infra/local/oidc/sign-in.test.ts",
  ),
  partly(
    "V10.4.6",
    "PKCE is required",
    "The console and the command line always use it. Cognito does not oblige a client to.",
    SESSION,
  ),
  none(
    "V10.4.7",
    "Clients that register themselves",
    "Cognito takes none; an issuer of yours decides itself.",
  ),
  byDeployment(
    "V10.4.9 V10.7.1 V10.7.2 V10.7.3",
    "People see, consent to and revoke what clients may do",
    POOL,
  ),
  met("V10.4.11", "Clients get the scopes that they need", CONSOLE),
  met(
    "V10.5.1 V10.5.2 V10.5.4",
    "ID tokens: nonce, subject, audience",
    SESSION,
    "test/clients/browser-login.test.ts",
  ),
  none("V10.5.5", "Back-channel logout", "There is no server with sessions to end."),
  byDeployment("V10.6.1 V10.6.2", "Response types and logout at the issuer", POOL),
];
