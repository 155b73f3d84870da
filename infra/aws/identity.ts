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
import { POOL_TRIGGERS } from "../../shared/contract/identity.ts";
import type { Options } from "./options.ts";

export type Identity = {
  issuer: string;
  audience: string[];
  /** The token needs at least one of these. Empty: no scope is required. */
  scopes: string[];
  pool: { userPoolId: string; clientId: string } | null;
};

/** Whether the stack has a user pool of its own: unless the deployment names an issuer. */
export const hasOwnPool = ({ oidcIssuer, oidcAudience }: Options) => !(oidcIssuer && oidcAudience);

export function buildIdentity(
  scope: Construct,
  { oidcIssuer, oidcAudience }: Options,
  functionOf: (name: string) => IFunction,
): Identity {
  if (oidcIssuer && oidcAudience)
    return { issuer: oidcIssuer, audience: oidcAudience, scopes: [], pool: null };
  const pool = buildPool(scope);
  addTriggers(pool, functionOf);
  const client = buildClient(pool);
  const { region, urlSuffix } = Stack.of(scope);
  return {
    issuer: `https://cognito-idp.${region}.${urlSuffix}/${pool.userPoolId}`,
    audience: [client.userPoolClientId],
    // Only access tokens have this scope. It rejects ID tokens, which have the same audience.
    scopes: ["aws.cognito.signin.user.admin"],
    pool: { userPoolId: pool.userPoolId, clientId: client.userPoolClientId },
  };
}

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
