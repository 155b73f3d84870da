// The key that encrypts secrets, who may open with it, and the keys that sign cursors and key fingerprints.
import { RemovalPolicy, Validations } from "aws-cdk-lib";
import { AnyPrincipal, Effect, type IRole, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { OWN_KEYS, type OwnKey } from "../../shared/contract/own-keys.ts";

export function buildEncryptionKey(scope: Construct, alias: string): Key {
  return new Key(scope, "EncryptionKey", {
    alias,
    description: "Encrypts webhook credentials, signing secrets and secret parameters of runbooks",
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

/**
 * Nobody else opens what the key encrypted, whatever their own policies allow, an administrator of the account included:
 * they would have to change this key's policy first, which CloudTrail records.
 */
export function restrictDecryption(key: Key, roles: readonly IRole[]): void {
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
 * Made by Secrets Manager at deployment. The functions' configuration names them by their ARNs alone, so whoever may
 * read it learns no key. They prove and compare; they open nothing. Answers the ARNs.
 */
export function buildOwnKeys(scope: Construct): Record<OwnKey, string> {
  return {
    CURSOR_SIGNING_KEY: buildOwnKey(scope, "CursorSigningKey", OWN_KEYS.CURSOR_SIGNING_KEY.means),
    FINGERPRINT_KEY: buildOwnKey(scope, "FingerprintKey", OWN_KEYS.FINGERPRINT_KEY.means),
  };
}

function buildOwnKey(scope: Construct, id: string, description: string): string {
  const secret = new Secret(scope, id, {
    description,
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
  });
  Validations.of(secret).acknowledge({
    id: "AwsSolutions-SMG4",
    reason:
      "A rotation would refuse every open cursor and every repeated start of the last 24 hours, and the key opens no data",
  });
  return secret.secretArn;
}
