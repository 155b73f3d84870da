// The key that seals secrets, who may open with it, and the key that list cursors are signed with.
import { RemovalPolicy, Validations } from "aws-cdk-lib";
import { AnyPrincipal, Effect, type IRole, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";

export function buildSealingKey(scope: Construct, alias: string): Key {
  return new Key(scope, "SealingKey", {
    alias,
    description: "Seals webhook credentials, signing secrets and secret parameters of runbooks",
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

/**
 * Nobody else opens what the key sealed, whatever their own policies allow, an administrator of the account included:
 * they would have to change this key's policy first, which CloudTrail records.
 */
export function openOnlyFor(key: Key, roles: readonly IRole[]): void {
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: "OpenedOnlyByTheseRoles",
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ["kms:Decrypt", "kms:ReEncryptFrom"],
      resources: ["*"],
      conditions: { ArnNotEquals: { "aws:PrincipalArn": roles.map((role) => role.roleArn) } },
    }),
  );
}

/**
 * Made by Secrets Manager at deployment and put into the functions' environment by CloudFormation, so that the value
 * is in no template and no call is needed on a cold start. It proves that a cursor is the service's own, and keys the
 * fingerprints of repeatable requests; it opens nothing. Answers a dynamic reference.
 */
export function buildCursorKey(scope: Construct): string {
  const secret = new Secret(scope, "CursorKey", {
    description: "Signs list cursors and the fingerprints of repeatable requests",
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
  });
  Validations.of(secret).acknowledge({
    id: "AwsSolutions-SMG4",
    reason:
      "A rotation would refuse every open cursor and every repeated start of the last 24 hours, and the key opens no data",
  });
  return secret.secretValue.unsafeUnwrap();
}
