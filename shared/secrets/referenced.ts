// Secrets in Secrets Manager. They are read at delivery, if their tags name the runbook's team and its host.
import { DescribeSecretCommand, GetSecretValueCommand, type Tag } from "@aws-sdk/client-secrets-manager";
import { ANY_SCOPE, HOST_TAG, TEAM_TAG } from "../contract/secrets.ts";
import type { SecretReference } from "../domain/runbooks/webhook-auth.ts";
import type { Scope } from "../domain/scopes.ts";
import { secretsManager } from "./client.ts";
import { listTexts, pickSecret, UnusableSecret } from "./secret-text.ts";

/** `scope`: the runbook's. `host`: the host that the secret is sent to. */
export type ReferenceUse = { scope: Scope; host: string };

/** `texts`: every text in the same secret, the value included. */
export type ReferencedSecret = { value: string; texts: string[] };

/** @throws UnusableSecret if a tag or the content rules the secret out; the error of AWS if it cannot be read. */
export async function readReferencedSecret(
  { secretArn, secretKey }: SecretReference,
  use: ReferenceUse,
): Promise<ReferencedSecret> {
  const text = await readSecretText(secretArn, use);
  return { value: pickSecret(text, secretKey), texts: listTexts(text) };
}

/** Returns the secret as a whole. @throws as `readReferencedSecret`. */
export async function readSecretText(secretArn: string, use: ReferenceUse): Promise<string> {
  const { Tags = [] } = await secretsManager().send(new DescribeSecretCommand({ SecretId: secretArn }));
  checkTags(Tags, use);
  const { SecretString } = await secretsManager().send(new GetSecretValueCommand({ SecretId: secretArn }));
  if (!SecretString) throw new UnusableSecret("is not text");
  return SecretString;
}

function checkTags(tags: readonly Tag[], { scope, host }: ReferenceUse): void {
  const tagValue = (key: string) => tags.find((tag) => tag.Key === key)?.Value;
  const owner = scope ?? ANY_SCOPE.global;
  const [team, onlyHost] = [tagValue(TEAM_TAG), tagValue(HOST_TAG)];
  // A team may be named "global". Its tag must not match the secrets of global runbooks.
  const fits = team === ANY_SCOPE.everybody || (team === owner && scope !== ANY_SCOPE.global);
  if (!fits) throw new UnusableSecret(`is not tagged ${TEAM_TAG} for the runbook's team`);
  if (onlyHost !== undefined && onlyHost.toLowerCase() !== host)
    throw new UnusableSecret(`is tagged ${HOST_TAG} for another host`);
}
