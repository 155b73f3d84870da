// OWASP ASVS 5.0.0, levels 1 and 2, chapters V8 to V10: access, tokens, OAuth and OIDC.
import { at, byDeployment, type ControlRow, met, none, partly } from "./row.ts";

const POOL = "With the stack's own pool by Amazon Cognito, with `oidcIssuer` by that issuer.";
const SESSION = "test/browser/session.test.ts";
const CONSOLE = "test/infra/aws/console.test.ts";
const OVER_HTTP = "test/security/over-http.test.ts";
const API = "test/infra/aws/api.test.ts";
const COGNITO = "Amazon Cognito does it in the stack's own pool; with `oidcIssuer` the issuer.";

export const TOKENS: readonly ControlRow[] = [
  met(
    "V8.1.1 V8.1.2",
    "The rules of access are documented: docs/api.md, made from the table",
    at(
      "test/security/authorization.test.ts",
      "[G14] every route says who may use it, and these alone need no token",
    ),
  ),
  met(
    "V8.2.1 V8.2.2",
    "Each function and each thing is for those who may",
    at(
      "test/security/authorization.test.ts",
      "[G1][G2][G3][G5][G8] refuses who may not, changes nothing, and hides what may not be seen",
    ),
    at(
      "test/security/run-teams.test.ts",
      "for team A does not exist for a caller without groups, nor for team B, on any route",
    ),
    at(
      "test/security/foreign-incidents.test.ts",
      "[G5] asks for the incident again: who lost its team cannot run for it",
    ),
    at(
      "test/shared/domain/permissions.test.ts",
      "a $role may $action a team's runbook exactly as the table says",
    ),
  ),
  met(
    "V8.2.3",
    "Each field is for those who may",
    at(
      "test/security/mass-assignment.test.ts",
      "[G7] cannot move a runbook or an automation to another team",
    ),
    at(
      "test/security/secrets.test.ts",
      "[F8] is named to those who manage the runbook, and to nobody else, wherever it shows",
    ),
  ),
  met(
    "V8.3.1",
    "The server decides",
    at(
      "test/security/authorization.test.ts",
      "[G1][G2][G3][G5][G8] refuses who may not, changes nothing, and hides what may not be seen",
    ),
    at("test/functions/api/every-route.test.ts", "[G8] answers nobody without a subject"),
  ),
  met(
    "V8.4.1",
    "Teams do not reach each other",
    at(
      "test/security/authorization.test.ts",
      "[G1][G2][G3][G5][G8] refuses who may not, changes nothing, and hides what may not be seen",
    ),
    at(
      "test/security/run-teams.test.ts",
      "for team A does not exist for a caller without groups, nor for team B, on any route",
    ),
  ),
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
  met(
    "V9.2.3 V10.3.1",
    "Tokens for this API only",
    at("test/infra/aws/api.test.ts", "accept the stack's own access tokens, and no ID tokens"),
    at("test/security/over-http.test.ts", "[G9] %s is a 401 problem"),
  ),
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
    at("test/clients/browser-login.test.ts", "refuses what does not carry its state, and goes on waiting"),
    at(
      "test/browser/session.test.ts",
      "leads to the page that was wanted, with its query, and keeps nothing of the answer in the address",
    ),
  ),
  partly(
    "V10.2.2 V10.5.3",
    "One issuer, whose name must fit",
    "The console knows one issuer. `oauth4webapi` compares its name, in its document and in its answers; no test sends another one.",
    "test/browser/session.test.ts",
  ),
  met(
    "V10.3.2 V10.3.3",
    "Access by the token's claims, people by `sub`",
    at(
      "test/shared/domain/caller.test.ts",
      "%j gives a role if, and only if, a caller of that group alone has one",
    ),
    at("test/functions/api/callers.test.ts", "[G9] %s names nobody, whatever the authorizer accepted"),
  ),
  partly("V10.3.4", "How strongly, and how long ago, somebody signed in", "The service does not ask."),
  met(
    "V10.4.1",
    "Addresses to come back to are named",
    at(
      "test/infra/aws/console.test.ts",
      "has a client for the console: code alone, no secret, no password, back to the API's own address",
    ),
  ),
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
  met(
    "V10.4.11",
    "Clients get the scopes that they need",
    at(
      "test/infra/aws/console.test.ts",
      "gives the console tokens that call the API, and cannot change who somebody is",
    ),
  ),
  partly(
    "V10.5.1 V10.5.2 V10.5.4",
    "ID tokens: nonce, subject, audience",
    "`oauth4webapi` checks nonce, subject and audience; no test sends a wrong one.",
    "test/browser/session.test.ts",
  ),
  none("V10.5.5", "Back-channel logout", "There is no server with sessions to end."),
  byDeployment("V10.6.1 V10.6.2", "Response types and logout at the issuer", POOL),
];
