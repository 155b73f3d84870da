// The identity provider: the stack's own Cognito user pool, or the OIDC issuer of the deployment.
import { Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import {
  AccountRecovery,
  CfnUserPoolGroup,
  ClientAttributes,
  FeaturePlan,
  LambdaVersion,
  Mfa,
  UserPool,
  type UserPoolClient,
  UserPoolOperation,
  VerificationEmailStyle,
} from "aws-cdk-lib/aws-cognito";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { POOL_TRIGGERS } from "../../../shared/contract/identity.ts";
import type { SignIn } from "../../../shared/contract/sign-in.ts";
import type { Options } from "../options/options.ts";
import { buildPoolSignIn, type PoolSignIn, readSignIn } from "./console-sign-in.ts";

export type Identity = {
  issuer: string;
  audience: string[];
  /** The token needs at least one of these. Empty: no scope is required. */
  scopes: string[];
  pool: { userPoolId: string; clientId: string } | null;
  /** Null: nobody can sign in to the console. */
  signIn: SignIn | null;
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
  const { oidcIssuer, oidcAudience } = options;
  if (oidcIssuer && oidcAudience) {
    const signIn = readSignIn(options);
    return { issuer: oidcIssuer, audience: oidcAudience, scopes: [], pool: null, signIn };
  }
  const pool = buildPool(scope);
  addTriggers(pool, functionOf);
  const { userPoolId } = pool;
  const { userPoolClientId: clientId } = buildClient(pool);
  const { region, urlSuffix } = Stack.of(scope);
  const issuer = `https://cognito-idp.${region}.${urlSuffix}/${userPoolId}`;
  const page = options.consoleSignIn ? buildPoolSignIn(pool, issuer, options, consoleUrls) : null;
  return { issuer, ...acceptClients(clientId, page), pool: { userPoolId, clientId } };
}

/** Access tokens of tools have Cognito's own scope, those of the console the API's. ID tokens have neither. */
const acceptClients = (clientId: string, page: PoolSignIn | null) => ({
  audience: page ? [clientId, page.clientId] : [clientId],
  scopes: page ? [TOOLS_SCOPE, page.scope] : [TOOLS_SCOPE],
  signIn: page?.signIn ?? null,
});

const TOOLS_SCOPE = "aws.cognito.signin.user.admin";

function buildPool(scope: Construct): UserPool {
  const pool = new UserPool(scope, "Users", {
    // The least plan whose triggers may change access tokens.
    featurePlan: FeaturePlan.ESSENTIALS,
    selfSignUpEnabled: false,
    signInAliases: { email: true },
    accountRecovery: AccountRecovery.EMAIL_ONLY,
    userVerification: { emailStyle: VerificationEmailStyle.CODE },
    passwordPolicy: {
      minLength: 14,
      requireDigits: true,
      requireLowercase: true,
      requireUppercase: true,
      requireSymbols: true,
      tempPasswordValidity: Duration.days(3),
    },
    mfa: Mfa.OPTIONAL,
    mfaSecondFactor: { otp: true, sms: false },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  buildGroups(scope, pool);
  Validations.of(pool).acknowledge(
    {
      id: "AwsSolutions-COG2",
      reason:
        "MFA is optional, because people also call through tools and scripts. A deployment that requires MFA can configure its own issuer",
    },
    {
      id: "AwsSolutions-COG8",
      reason:
        "Threat protection needs the Plus plan, whose cost is the deployment's choice. Self-service sign-up is disabled",
    },
  );
  return pool;
}

function addTriggers(pool: UserPool, functionOf: (name: string) => IFunction): void {
  const { target, eventVersion } = POOL_TRIGGERS.PreTokenGeneration;
  const version = LambdaVersion[eventVersion];
  pool.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, functionOf(target), version);
}

/** The groups of the platform. The pool's administrator creates those of each team (`team:<teamId>:admin` and so on). */
function buildGroups(scope: Construct, { userPoolId }: UserPool): void {
  new CfnUserPoolGroup(scope, "PlatformAdmins", {
    userPoolId,
    groupName: "platform-admin",
    description: "Approves runbooks and has all other permissions",
  });
  new CfnUserPoolGroup(scope, "PlatformAuditors", {
    userPoolId,
    groupName: "platform-auditor",
    description: "Reads everything that is not secret, of every team, and changes nothing",
  });
}

function buildClient(pool: UserPool): UserPoolClient {
  return pool.addClient("Tools", {
    authFlows: { userSrp: true, adminUserPassword: true },
    disableOAuth: true,
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
    accessTokenValidity: Duration.hours(1),
    idTokenValidity: Duration.hours(1),
    refreshTokenValidity: Duration.hours(12),
    // Everybody's token may change the attributes that are named here. An empty list would mean all of them: with it,
    // whoever is signed in could take somebody else's name. Nothing reads the locale.
    writeAttributes: new ClientAttributes().withStandardAttributes({ locale: true }),
  });
}
