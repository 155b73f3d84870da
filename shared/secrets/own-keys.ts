// The service's own keys. Each instance of a function reads them once from Secrets Manager.
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { readEnvironment } from "../contract/env.ts";
import type { OwnKey } from "../contract/own-keys.ts";
import { ServiceError } from "../domain/errors.ts";
import { secretsManager } from "./client.ts";

const cache = new Map<string, Promise<string>>();

/** @throws `unavailable` if the key cannot be read. The next call tries again. */
export async function requireOwnKey(name: OwnKey): Promise<string> {
  const variable = `${name}_ARN` as const;
  const arn = readEnvironment([variable], process.env)[variable];
  const key = cache.get(arn) ?? fetchKey(arn);
  cache.set(arn, key);
  try {
    return await key;
  } catch (cause) {
    cache.delete(arn);
    const message =
      "A key of the service could not be read: check Secrets Manager and the function's permissions.";
    throw new ServiceError("unavailable", message, { cause, retryAfterSeconds: 5 });
  }
}

async function fetchKey(arn: string): Promise<string> {
  const { SecretString } = await secretsManager().send(new GetSecretValueCommand({ SecretId: arn }));
  if (!SecretString) throw new Error("The secret holds no text");
  return SecretString;
}
