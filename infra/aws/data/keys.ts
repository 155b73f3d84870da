// The KMS key for secrets, its policy for decryption, and the service's keys for cursors and fingerprints.
import { RemovalPolicy, Validations } from "aws-cdk-lib";
import { AnyPrincipal, Effect, type IRole, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { OWN_KEYS, type OwnKey } from "../../../shared/contract/own-keys.ts";

/**
 * `multiRegion`: the key can be replicated to other Regions, where its ciphertext opens too. Nobody can change that of a
 * key that exists: CloudFormation refuses the update.
 */
export function buildEncryptionKey(scope: Construct, alias: string, multiRegion: boolean): Key {
  return new Key(scope, "EncryptionKey", {
    alias,
    description: "Encrypts webhook credentials, signing secrets and secret parameters of runbooks",
    enableKeyRotation: true,
    ...(multiRegion && { multiRegion }),
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
}

/**
 * Denies decryption to every other principal, whatever its own policies allow, including account administrators. They
 * would have to change this key policy first, and CloudTrail records such changes.
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
 * Secrets Manager generates the keys at deployment. Returns their ARNs. The functions' configuration contains only the
 * ARNs, so reading it reveals no key. They encrypt cursors and key fingerprints; they decrypt nothing that is stored.
 */
export function buildOwnKeys(scope: Construct): Record<OwnKey, string> {
  return {
    CURSOR_ENCRYPTION_KEY: buildOwnKey(scope, "CursorKey", OWN_KEYS.CURSOR_ENCRYPTION_KEY.means),
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
      "A rotation would invalidate every open cursor and every idempotency key of the last 24 hours, and the key decrypts nothing that is stored",
  });
  return secret.secretArn;
}
