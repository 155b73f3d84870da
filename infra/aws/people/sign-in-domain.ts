// The pool's own domain: where people sign in, and where machines get their tokens.
import { Aws } from "aws-cdk-lib";
import { ManagedLoginVersion, type UserPool, type UserPoolDomain } from "aws-cdk-lib/aws-cognito";
import { needsDomain } from "../options/console-options.ts";
import type { Options } from "../options/options.ts";

/** Null: nobody needs it. */
export function buildDomain(pool: UserPool, options: Options): UserPoolDomain | null {
  if (!needsDomain(options)) return null;
  const domainPrefix = options.consoleDomainPrefix ?? `${options.stackName}-${Aws.ACCOUNT_ID}`;
  return pool.addDomain("SignIn", {
    cognitoDomain: { domainPrefix },
    managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
  });
}
