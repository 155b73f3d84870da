// Who the callers are: a Cognito user pool of the stack's own, or any OIDC issuer that the deployment names.
import { Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import {
  AccountRecovery,
  CfnUserPoolGroup,
  Mfa,
  UserPool,
  type UserPoolClient,
  VerificationEmailStyle,
} from "aws-cdk-lib/aws-cognito";
import type { Construct } from "constructs";
import type { Options } from "./options.ts";

export type Identity = {
  issuer: string;
  audience: string[];
  /** At least one of these must be in the token; empty: not asked. */
  scopes: string[];
  pool: { userPoolId: string; clientId: string } | null;
};

export function buildIdentity(scope: Construct, { oidcIssuer, oidcAudience }: Options): Identity {
  if (oidcIssuer && oidcAudience)
    return { issuer: oidcIssuer, audience: oidcAudience, scopes: [], pool: null };
  const pool = buildPool(scope);
  const client = buildClient(pool);
  const { region, urlSuffix } = Stack.of(scope);
  return {
    issuer: `https://cognito-idp.${region}.${urlSuffix}/${pool.userPoolId}`,
    audience: [client.userPoolClientId],
    // Only access tokens carry it: an ID token, whose audience is the same client, is refused.
    scopes: ["aws.cognito.signin.user.admin"],
    pool: { userPoolId: pool.userPoolId, clientId: client.userPoolClientId },
  };
}

function buildPool(scope: Construct): UserPool {
  const pool = new UserPool(scope, "Users", {
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
  // Teams' groups (`team:<teamId>:admin` and so on) are made with the teams, by who administers the pool.
  new CfnUserPoolGroup(scope, "PlatformAdmins", {
    userPoolId: pool.userPoolId,
    groupName: "platform-admin",
    description: "Approves runbooks; may do everything",
  });
  Validations.of(pool).acknowledge(
    {
      id: "AwsSolutions-COG2",
      reason:
        "MFA is offered to every user and not forced: callers are people through tools and scripts too. A deployment that forces it names its own issuer",
    },
    {
      id: "AwsSolutions-COG8",
      reason:
        "The Plus plan, for threat protection, is a cost that the deployment chooses; nobody can sign up by themselves",
    },
  );
  return pool;
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
  });
}
