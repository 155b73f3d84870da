// Where a definition sends to, and which secrets of AWS Secrets Manager it uses: runbooks are found by both.
import * as z from "zod";
import { secretsOf } from "./credentials.ts";
import type { DefinitionRecord } from "./definition.ts";
import { originOf } from "./origin.ts";
import type { SecretRecord } from "./webhook-auth.ts";

/** `hosts`: of the webhook and of the token endpoint, in lower case, without port. */
export const Targets = z.strictObject({ hosts: z.array(z.string()), secretArns: z.array(z.string()) });
export type Targets = z.infer<typeof Targets>;

/** Returns the targets of these definitions, each once. */
export function targetsOf(definitions: readonly DefinitionRecord[]): Targets {
  const all = definitions.map(findTargets);
  const hosts = new Set(all.flatMap((targets) => targets.hosts));
  const secretArns = new Set(all.flatMap((targets) => targets.secretArns));
  return { hosts: [...hosts], secretArns: [...secretArns] };
}

function findTargets(definition: DefinitionRecord): Targets {
  const { webhookUrl, webhookAuth: auth } = definition;
  const urls = auth.type === "oauth2" ? [webhookUrl, auth.tokenUrl] : [webhookUrl];
  const usernames = auth.type === "basic" && typeof auth.username !== "string" ? [auth.username] : [];
  const secrets = [...secretsOf<SecretRecord>(definition).values(), ...usernames];
  const secretArns = secrets.flatMap((secret) => ("secretArn" in secret ? [secret.secretArn] : []));
  return { hosts: urls.flatMap(hostsOf), secretArns };
}

function hostsOf(url: string): string[] {
  const origin = originOf(url);
  return origin === null ? [] : [new URL(origin).hostname];
}

/**
 * Returns a host as targets hold it, or null if the text is more or less than a host: with a scheme, port or path, or no
 * name of a host.
 */
export function toHost(text: string): string | null {
  const url = `https://${text}`;
  const isBare = /^[^/?#\\@\s]+$/.test(text) && !/:\d*$/.test(text);
  return isBare && URL.canParse(url) ? new URL(url).hostname : null;
}
