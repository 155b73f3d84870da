// How people sign in to the console: a public client with code and PKCE, at the stack's own pool or at an issuer of yours.
import { Duration, Stack } from "aws-cdk-lib";
import {
  CfnManagedLoginBranding,
  ClientAttributes,
  OAuthScope,
  ResourceServerScope,
  type UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
  type UserPoolDomain,
} from "aws-cdk-lib/aws-cognito";
import { PROVIDER_GROUPS } from "../../../shared/contract/identity.ts";
import { REDIRECT_PATHS, SIGNED_OUT_PATH } from "../../../shared/contract/pages.ts";
import { SignIn } from "../../../shared/contract/sign-in.ts";
import type { Options } from "../options/options.ts";
import { NO_PASSWORDS, NOBODYS_NAME } from "./pool.ts";

/** `scope`: only access tokens of this client have it. */
type PoolSignIn = { clientId: string; scope: string; signIn: SignIn };

/** `provider`: through which people sign in, beside their passwords or without any. */
type Page = { issuer: string; domain: UserPoolDomain; provider: string | undefined };

/** `apiUrls`: the addresses under which browsers reach the console. */
export function buildPoolSignIn(
  pool: UserPool,
  { issuer, domain, provider }: Page,
  { stackName, passwordSignIn }: Options,
  apiUrls: readonly string[],
): PoolSignIn {
  const call = new ResourceServerScope({ scopeName: "call", scopeDescription: "Call the API as oneself" });
  const api = pool.addResourceServer("ApiScopes", { identifier: stackName, scopes: [call] });
  const scopes = [
    OAuthScope.OPENID,
    OAuthScope.EMAIL,
    OAuthScope.PROFILE,
    OAuthScope.resourceServer(api, call),
  ];
  const client = pool.addClient("Console", {
    ...clientProps(scopes, apiUrls),
    writeAttributes: provider === undefined ? NOBODYS_NAME : MAPPED,
    supportedIdentityProviders: [
      ...(passwordSignIn ? [UserPoolClientIdentityProvider.COGNITO] : []),
      ...(provider === undefined ? [] : [UserPoolClientIdentityProvider.custom(provider)]),
    ],
  });
  addSignInPage(pool, client);
  const { userPoolClientId: clientId } = client;
  const scope = `${stackName}/${call.scopeName}`;
  return { clientId, scope, signIn: toSignIn(issuer, domain, clientId, scope) };
}

/**
 * Cognito writes what comes from the provider as this client, at each sign-in. People cannot: changing one's attributes
 * needs the scope `aws.cognito.signin.user.admin`, which no token of this client has, because it takes no password.
 */
const MAPPED = new ClientAttributes()
  .withStandardAttributes({ email: true, fullname: true, locale: true })
  .withCustomAttributes(PROVIDER_GROUPS);

const clientProps = (scopes: OAuthScope[], apiUrls: readonly string[]) => ({
  // Nothing but the sign-in page: this client takes no password.
  authFlows: NO_PASSWORDS,
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
});

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
