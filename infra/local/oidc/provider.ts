// The local issuer: oidc-provider with the console and the programs as clients, and tokens of the form that `npm run token` makes.
import { randomUUID } from "node:crypto";
import Provider, { type Configuration, type KoaContextWithOIDC } from "oidc-provider";
import { REDIRECT_PATHS, SIGNED_OUT_PATH } from "../../../shared/contract/pages.ts";
import { openGrantsStore } from "./grants-store.ts";
import { ALGORITHM, AUDIENCE, claimsOf, GROUPS_CLAIM, type Identity } from "./identity.ts";
import { ALL_MACHINE_SCOPES, MACHINES, type Machine, scopeOf, secretOf } from "./machines.ts";
import { renderFailure, renderSignedOut, renderSignOut } from "./pages.ts";
import type { Person } from "./people.ts";
import { CONSOLE_CLIENT, SCOPE } from "./sign-in-client.ts";

export const SIGN_IN_PATH = "/sign-in/";

/** The API, as a resource of OAuth. Its tokens name it by `AUDIENCE`. */
const API_RESOURCE = "urn:runbooks:api";
const HOUR = 3_600;

/** `people`: who has signed in, by `sub`. `consoleUrls`: the origins of the console. */
export function buildProvider(
  { issuer, key }: Identity,
  people: ReadonlyMap<string, Person>,
  consoleUrls: readonly string[],
): Provider {
  return new Provider(issuer, {
    adapter: openGrantsStore(),
    jwks: { keys: [key] },
    scopes: [...SCOPE.split(" "), "offline_access", ...ALL_MACHINE_SCOPES],
    clients: [buildClient(consoleUrls), ...MACHINES.map((machine) => buildMachine(machine, key))],
    claims: { openid: ["sub", GROUPS_CLAIM], email: ["email"], profile: ["name"] },
    findAccount: (_context, sub) => findAccount(people, sub),
    extraTokenClaims: (_context, token) => {
      const person = token.kind === "AccessToken" ? people.get(token.accountId) : undefined;
      return person && claimsOf(person);
    },
    pkce: { required: () => true },
    conformIdTokenClaims: false,
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    loadExistingGrant: grantEverything,
    interactions: { url: (_context, { uid }) => `${SIGN_IN_PATH}${uid}` },
    clientBasedCORS: (_context, origin) => consoleUrls.includes(origin),
    cookies: COOKIES,
    ttl: TTL,
    features: FEATURES,
    renderError: (context, { error, error_description: what }) => {
      context.type = "html";
      context.body = renderFailure(what ?? error);
    },
  });
}

const buildClient = (consoleUrls: readonly string[]) => ({
  client_id: CONSOLE_CLIENT,
  client_name: "Runbooks console",
  token_endpoint_auth_method: "none" as const,
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code" as const],
  redirect_uris: consoleUrls.flatMap((url) => REDIRECT_PATHS.map((path) => `${url}${path}`)),
  post_logout_redirect_uris: consoleUrls.map((url) => `${url}${SIGNED_OUT_PATH}`),
});

/** Gets tokens for itself, by its secret, and nobody signs in through it. */
const buildMachine = (machine: Machine, key: Identity["key"]) => ({
  client_id: machine.name,
  client_secret: secretOf({ key }, machine),
  grant_types: ["client_credentials"],
  response_types: [],
  redirect_uris: [],
  scope: scopeOf(machine),
});

function findAccount(people: ReadonlyMap<string, Person>, sub: string) {
  const person = people.get(sub);
  return person && { accountId: sub, claims: () => ({ sub, ...claimsOf(person) }) };
}

/** The console is the service's own: nobody is asked what it may do. */
async function grantEverything({ oidc }: KoaContextWithOIDC) {
  const { client, session, provider } = oidc;
  if (!client || !session?.accountId) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(SCOPE);
  grant.addResourceScope(API_RESOURCE, SCOPE);
  await grant.save();
  return grant;
}

/** Names of their own: cookies of one host name are shared by all of its ports. */
const COOKIES: NonNullable<Configuration["cookies"]> = {
  keys: [randomUUID()],
  names: {
    session: "runbooks-session",
    interaction: "runbooks-sign-in",
    resume: "runbooks-resume",
  },
};

/** Seconds. As of the stack's own pool on AWS: a token is good for an hour, a session for twelve. */
const TTL: NonNullable<Configuration["ttl"]> = {
  AccessToken: HOUR,
  IdToken: HOUR,
  AuthorizationCode: 60,
  Interaction: HOUR,
  RefreshToken: 12 * HOUR,
  Grant: 12 * HOUR,
  Session: 12 * HOUR,
};

const FEATURES: NonNullable<Configuration["features"]> = {
  devInteractions: { enabled: false },
  userinfo: { enabled: false },
  revocation: { enabled: true },
  clientCredentials: { enabled: true },
  rpInitiatedLogout: {
    enabled: true,
    logoutSource: (context, form) => {
      context.body = renderSignOut(form);
    },
    postLogoutSuccessSource: (context) => {
      context.body = renderSignedOut();
    },
  },
  resourceIndicators: {
    enabled: true,
    defaultResource: () => API_RESOURCE,
    useGrantedResource: () => true,
    getResourceServerInfo: () => ({
      scope: [SCOPE, ...ALL_MACHINE_SCOPES].join(" "),
      audience: AUDIENCE,
      accessTokenFormat: "jwt",
      accessTokenTTL: HOUR,
      jwt: { sign: { alg: ALGORITHM } },
    }),
  },
};
