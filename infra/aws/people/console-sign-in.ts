// How people sign in to the console: a public client with code and PKCE, at the stack's own pool or at an issuer of yours.
import { Aws, Duration, Stack } from "aws-cdk-lib";
import {
  CfnManagedLoginBranding,
  ClientAttributes,
  ManagedLoginVersion,
  OAuthScope,
  ResourceServerScope,
  type UserPool,
  type UserPoolClient,
  type UserPoolDomain,
} from "aws-cdk-lib/aws-cognito";
import { REDIRECT_PATHS, SIGNED_OUT_PATH } from "../../../shared/contract/pages.ts";
import { SignIn } from "../../../shared/contract/sign-in.ts";
import type { Options } from "../options/options.ts";

/** `scope`: only access tokens of this client have it. */
export type PoolSignIn = { clientId: string; scope: string; signIn: SignIn };

/** `issuer`: of the pool. `apiUrls`: the addresses under which browsers reach the console. */
export function buildPoolSignIn(
  pool: UserPool,
  issuer: string,
  { stackName, consoleDomainPrefix }: Options,
  apiUrls: readonly string[],
): PoolSignIn {
  const call = new ResourceServerScope({ scopeName: "call", scopeDescription: "Call the API as oneself" });
  const api = pool.addResourceServer("ApiScopes", { identifier: stackName, scopes: [call] });
  const domainPrefix = consoleDomainPrefix ?? `${stackName}-${Aws.ACCOUNT_ID}`;
  const domain = pool.addDomain("SignIn", {
    cognitoDomain: { domainPrefix },
    managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
  });
  const scopes = [
    OAuthScope.OPENID,
    OAuthScope.EMAIL,
    OAuthScope.PROFILE,
    OAuthScope.resourceServer(api, call),
  ];
  const client = buildClient(pool, scopes, apiUrls);
  addSignInPage(pool, client);
  const { userPoolClientId: clientId } = client;
  const scope = `${stackName}/${call.scopeName}`;
  return { clientId, scope, signIn: toSignIn(issuer, domain, clientId, scope) };
}

function buildClient(pool: UserPool, scopes: OAuthScope[], apiUrls: readonly string[]): UserPoolClient {
  return pool.addClient("Console", {
    // Nothing but the sign-in page: this client takes no password.
    authFlows: {},
    generateSecret: false,
    oAuth: {
      flows: { authorizationCodeGrant: true },
      scopes,
      callbackUrls: apiUrls.flatMap((url) => REDIRECT_PATHS.map((path) => `${url}${path}`)),
      logoutUrls: apiUrls.map((url) => `${url}${SIGNED_OUT_PATH}`),
    },
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
    accessTokenValidity: Duration.hours(1),
    idTokenValidity: Duration.hours(1),
    refreshTokenValidity: Duration.hours(12),
    // A refresh token is good once, and for this long again if its answer was lost.
    refreshTokenRotationGracePeriod: Duration.seconds(30),
    // As for tools: nobody may choose the name that a token says.
    writeAttributes: new ClientAttributes().withStandardAttributes({ locale: true }),
  });
}

/** Managed login shows no page to a client without a style. Cognito's own adapts to light and dark. */
function addSignInPage(
  { stack, userPoolId }: UserPool,
  { userPoolClientId: clientId }: UserPoolClient,
): void {
  new CfnManagedLoginBranding(stack, "SignInStyle", { userPoolId, clientId, useCognitoProvidedValues: true });
}

/** The page finds the endpoints at the issuer, and calls those of the domain. */
function toSignIn(issuer: string, domain: UserPoolDomain, clientId: string, scope: string): SignIn {
  const { region, urlSuffix } = Stack.of(domain);
  return {
    issuer,
    clientId,
    scope: `openid email profile ${scope}`,
    token: "access",
    signOutUrl: `${domain.baseUrl()}/logout`,
    origins: [`https://cognito-idp.${region}.${urlSuffix}`, domain.baseUrl()],
  };
}

/** The client that the deployment has made at its issuer; null: it has made none, and nobody can sign in. */
export function readSignIn(options: Options): SignIn | null {
  const { oidcIssuer, consoleSignIn, consoleClientId, consoleAudience, consoleSignOutUrl } = options;
  if (!oidcIssuer || !consoleClientId || !consoleSignIn) return null;
  return SignIn.parse({
    issuer: oidcIssuer,
    clientId: consoleClientId,
    scope: options.consoleScope,
    token: options.consoleToken,
    audience: consoleAudience,
    signOutUrl: consoleSignOutUrl,
    origins: [...new Set([new URL(oidcIssuer).origin, ...options.consoleOrigins])],
  });
}
