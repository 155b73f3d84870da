// The identity provider: the stack's own Cognito user pool, or the OIDC issuer of the deployment.
import { Stack } from "aws-cdk-lib";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { SignIn } from "../../../shared/contract/sign-in.ts";
import type { Options } from "../options/options.ts";
import { buildPoolSignIn, readSignIn } from "./console-sign-in.ts";
import { buildProvider } from "./federation.ts";
import { buildMachineClients } from "./machine-clients.ts";
import { addTriggers, buildPool, buildToolsClient } from "./pool.ts";
import { buildDomain } from "./sign-in-domain.ts";

export type Identity = {
  issuer: string;
  audience: string[];
  /** The token needs at least one of these. Empty: no scope is required. */
  scopes: string[];
  /** Of the stack's own pool; null: the deployment names an issuer. */
  userPoolId: string | null;
  /** Null: nobody can sign in to the console. */
  signIn: SignIn | null;
  /** The clients that are programs, as the functions read them. */
  machines: string;
  /** What somebody who sets a client or a provider up needs to know. */
  outputs: Record<string, string>;
};

/** Whether the stack has a user pool of its own: unless the deployment names an issuer. */
export const hasOwnPool = ({ oidcIssuer, oidcAudience }: Options) => !(oidcIssuer && oidcAudience);

/** `consoleUrls`: the addresses under which browsers reach the console. */
export function buildIdentity(
  scope: Construct,
  options: Options,
  functionOf: (name: string) => IFunction,
  consoleUrls: readonly string[],
): Identity {
  const { oidcIssuer, oidcAudience, oidcScopes, oidcMachineClients } = options;
  if (!oidcIssuer || !oidcAudience) return buildOwnIdentity(scope, options, functionOf, consoleUrls);
  return {
    issuer: oidcIssuer,
    audience: oidcAudience,
    scopes: oidcScopes,
    userPoolId: null,
    signIn: readSignIn(options),
    machines: oidcMachineClients,
    outputs: {},
  };
}

/** Cognito's own scope, which access tokens of tools have. */
const TOOLS_SCOPE = "aws.cognito.signin.user.admin";

/** ID tokens have none of the scopes that a token needs. */
function buildOwnIdentity(
  scope: Construct,
  options: Options,
  functionOf: (name: string) => IFunction,
  consoleUrls: readonly string[],
): Identity {
  const pool = buildPool(scope, options);
  addTriggers(pool, functionOf);
  const { region, urlSuffix } = Stack.of(scope);
  const issuer = `https://cognito-idp.${region}.${urlSuffix}/${pool.userPoolId}`;
  const domain = buildDomain(pool, options);
  const provider = domain && buildProvider(pool, domain, options);
  const page =
    domain && options.consoleSignIn
      ? buildPoolSignIn(pool, { issuer, domain, provider: provider?.name }, options, consoleUrls)
      : null;
  const tools = options.passwordSignIn ? buildToolsClient(pool).userPoolClientId : undefined;
  const machines = buildMachineClients(pool, options);
  const clients = [tools, page?.clientId].filter((id) => id !== undefined);
  return {
    issuer,
    audience: [...clients, ...machines.map(({ clientId }) => clientId)],
    scopes: [...(tools ? [TOOLS_SCOPE] : []), ...(page ? [page.scope] : []), ...scopesOf(machines)],
    userPoolId: pool.userPoolId,
    signIn: page?.signIn ?? null,
    machines: machines.map(({ name, clientId }) => `${name}=${clientId}`).join(","),
    outputs: {
      UserPoolId: pool.userPoolId,
      ...(tools && { UserPoolClientId: tools }),
      ...provider?.outputs,
      ...(domain && machines.length > 0 && { TokenUrl: `${domain.baseUrl()}/oauth2/token` }),
      ...Object.fromEntries(machines.map(({ output, clientId }) => [output, clientId])),
    },
  };
}

const scopesOf = (machines: readonly { scope: string }[]) => [...new Set(machines.map(({ scope }) => scope))];
