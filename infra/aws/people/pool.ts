// The stack's own user pool: who is in it, its groups, its trigger, and the client of tools.
import { Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import {
  AccountRecovery,
  CfnUserPoolGroup,
  ClientAttributes,
  FeaturePlan,
  LambdaVersion,
  Mfa,
  StringAttribute,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
  UserPoolOperation,
  VerificationEmailStyle,
} from "aws-cdk-lib/aws-cognito";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { POOL_TRIGGERS, PROVIDER_GROUPS } from "../../../shared/contract/identity.ts";
import type { Options } from "../options/options.ts";

/** The most that Cognito takes. A provider's groups that are longer together stop the sign-in. */
const ANY_TEXT = { mutable: true, maxLen: 2048 };

type PoolOptions = Pick<Options, "mfaRequired" | "deletionProtection">;

/** `mfaRequired`: of whoever has a password. What a provider asks for is the provider's. */
export function buildPool(scope: Construct, { mfaRequired, deletionProtection }: PoolOptions): UserPool {
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
    mfa: mfaRequired ? Mfa.REQUIRED : Mfa.OPTIONAL,
    mfaSecondFactor: { otp: true, sms: false },
    // Whether there is a provider or not: a pool never gives an attribute up again.
    customAttributes: { [PROVIDER_GROUPS.replace("custom:", "")]: new StringAttribute(ANY_TEXT) },
    deletionProtection,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  buildGroups(scope, pool);
  const optional = {
    id: "AwsSolutions-COG2",
    reason:
      "MFA is optional, because people also call through tools and scripts. The option mfaRequired requires it",
  };
  const unthreatened = {
    id: "AwsSolutions-COG8",
    reason:
      "Threat protection needs the Plus plan, whose cost is the deployment's choice. Self-service sign-up is disabled",
  };
  Validations.of(pool).acknowledge(...(mfaRequired ? [] : [optional]), unthreatened);
  return pool;
}

export function addTriggers(pool: UserPool, functionOf: (name: string) => IFunction): void {
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

/** For tools: with passwords, without a page. */
export function buildToolsClient(pool: UserPool): UserPoolClient {
  return pool.addClient("Tools", {
    authFlows: { userSrp: true, adminUserPassword: true },
    disableOAuth: true,
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
    accessTokenValidity: Duration.hours(1),
    idTokenValidity: Duration.hours(1),
    refreshTokenValidity: Duration.hours(12),
    writeAttributes: NOBODYS_NAME,
    // Whom a provider has signed in gets no token here: Cognito writes what comes from a provider as the client.
    supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
  });
}

/**
 * Everybody's token may change the attributes that are named here. An empty list would mean all of them: with it, whoever
 * is signed in could take somebody else's name. Nothing reads the locale.
 */
export const NOBODYS_NAME = new ClientAttributes().withStandardAttributes({ locale: true });

/**
 * A client that names no flow takes passwords: that is Cognito's default. The pool has no trigger for a flow of its own,
 * so this one never ends well.
 */
export const NO_PASSWORDS = { custom: true };
