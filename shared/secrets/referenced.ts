// Secrets that lie in Secrets Manager: read at delivery, and only where the secret's tag names the runbook's team.
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { TEAM_TAG } from "../contract/secrets.ts";
import type { Scope } from "../domain/permissions.ts";

let client: SecretsManagerClient | undefined;
function secretsManager(): SecretsManagerClient {
  client ??= new SecretsManagerClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 5000 },
  });
  return client;
}

/** The secret's text. Throws where it is missing, not tagged for this scope, or not text. */
export async function readReferenced(secretArn: string, scope: Scope): Promise<string> {
  const { Tags } = await secretsManager().send(new DescribeSecretCommand({ SecretId: secretArn }));
  const team = Tags?.find((tag) => tag.Key === TEAM_TAG)?.Value;
  if (team !== "global" && (scope === null || team !== scope)) {
    throw new Error(`The secret is not tagged ${TEAM_TAG} for this runbook's team`);
  }
  const { SecretString } = await secretsManager().send(new GetSecretValueCommand({ SecretId: secretArn }));
  if (!SecretString) throw new Error("The secret is not text");
  return SecretString;
}
