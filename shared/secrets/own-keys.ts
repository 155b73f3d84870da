// The service's own keys, read from Secrets Manager once by each instance of a function.
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { readEnvironment } from "../contract/env.ts";
import type { OwnKey } from "../contract/own-keys.ts";
import { RunbookError } from "../domain/errors.ts";
import { secretsManager } from "./client.ts";

const known = new Map<string, Promise<string>>();

/** Throws `unavailable` where the key cannot be read; the next call asks again. */
export async function ownKey(name: OwnKey): Promise<string> {
  const variable = `${name}_ARN` as const;
  const arn = readEnvironment([variable], process.env)[variable];
  const key = known.get(arn) ?? fetched(arn);
  known.set(arn, key);
  try {
    return await key;
  } catch (cause) {
    known.delete(arn);
    const message =
      "A key of the service could not be read: look at Secrets Manager and the function's grants.";
    throw new RunbookError("unavailable", message, { cause, retryAfterSeconds: 5 });
  }
}

async function fetched(arn: string): Promise<string> {
  const { SecretString } = await secretsManager().send(new GetSecretValueCommand({ SecretId: arn }));
  if (!SecretString) throw new Error("The secret holds no text");
  return SecretString;
}
