// Secrets that lie in Secrets Manager: read at delivery, where the secret's tags name the runbook's team and its host.
import { DescribeSecretCommand, GetSecretValueCommand, type Tag } from "@aws-sdk/client-secrets-manager";
import { ANY_SCOPE, HOST_TAG, TEAM_TAG } from "../contract/secrets.ts";
import type { SecretReference } from "../domain/runbooks/webhook-auth.ts";
import type { Scope } from "../domain/scopes.ts";
import { secretsManager } from "./client.ts";
import { listTexts, pickSecret, UnusableSecret } from "./secret-text.ts";

/** Whose runbook asks, and the host that the secret goes to. */
export type ReferenceUse = { scope: Scope; host: string };

/** `texts`: every text that lies in the same secret, the value among them. */
export type ReferencedSecret = { value: string; texts: string[] };

/** Throws UnusableSecret where a tag or the secret itself forbids it, and what AWS says where it cannot be read. */
export async function readReferencedSecret(
  { secretArn, secretKey }: SecretReference,
  use: ReferenceUse,
): Promise<ReferencedSecret> {
  const { Tags = [] } = await secretsManager().send(new DescribeSecretCommand({ SecretId: secretArn }));
  checkTags(Tags, use);
  const { SecretString } = await secretsManager().send(new GetSecretValueCommand({ SecretId: secretArn }));
  if (!SecretString) throw new UnusableSecret("is not text");
  return { value: pickSecret(SecretString, secretKey), texts: listTexts(SecretString) };
}

function checkTags(tags: readonly Tag[], { scope, host }: ReferenceUse): void {
  const tagValue = (key: string) => tags.find((tag) => tag.Key === key)?.Value;
  const owner = scope ?? ANY_SCOPE.global;
  const [team, onlyHost] = [tagValue(TEAM_TAG), tagValue(HOST_TAG)];
  // A team may be called "global"; its tag would open global runbooks' secrets to it.
  const fits = team === ANY_SCOPE.everybody || (team === owner && scope !== ANY_SCOPE.global);
  if (!fits) throw new UnusableSecret(`is not tagged ${TEAM_TAG} for the runbook's team`);
  if (onlyHost !== undefined && onlyHost.toLowerCase() !== host)
    throw new UnusableSecret(`is tagged ${HOST_TAG} for another host`);
}
