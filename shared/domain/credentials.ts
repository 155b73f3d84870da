// The secrets of a webhookAuth: found by their pointer, masked, kept, and bound to the hosts they were given for.

import { type Issue, pointer } from "./errors.ts";
import { type GivenAuth, MASK, type ShownAuth, type StoredAuth, type StoredSecret } from "./webhook-auth.ts";

/** A webhookAuth whose secrets are of type S. */
export type AuthOf<S> =
  | { type: "none" }
  | { type: "bearer"; token: S }
  | { type: "basic"; username: string; password: S }
  | {
      type: "oauth2";
      tokenUrl: string;
      clientId: string;
      clientSecret: S;
      scope?: string | undefined;
      audience?: string | undefined;
    }
  | { type: "custom"; customHeaders: Record<string, S> };

/** The same auth with each secret replaced; `field` is the secret's JSON Pointer in the definition. */
export async function mapSecrets<A, B>(
  auth: AuthOf<A>,
  replace: (secret: A, field: string) => B | Promise<B>,
): Promise<AuthOf<B>> {
  const one = (secret: A, ...path: string[]) => replace(secret, pointer(["webhookAuth", ...path]));
  switch (auth.type) {
    case "none":
      return auth;
    case "bearer":
      return { ...auth, token: await one(auth.token, "token") };
    case "basic":
      return { ...auth, password: await one(auth.password, "password") };
    case "oauth2":
      return { ...auth, clientSecret: await one(auth.clientSecret, "clientSecret") };
    case "custom": {
      const opened = Object.entries(auth.customHeaders).map(
        async ([name, secret]) => [name, await one(secret, "customHeaders", name)] as const,
      );
      return { ...auth, customHeaders: Object.fromEntries(await Promise.all(opened)) };
    }
  }
}

/** Every secret of an auth by its JSON Pointer in the definition. */
export function secretsOf<S>(auth: AuthOf<S>): Map<string, S> {
  switch (auth.type) {
    case "none":
      return new Map();
    case "bearer":
      return new Map([[pointer(["webhookAuth", "token"]), auth.token]]);
    case "basic":
      return new Map([[pointer(["webhookAuth", "password"]), auth.password]]);
    case "oauth2":
      return new Map([[pointer(["webhookAuth", "clientSecret"]), auth.clientSecret]]);
    case "custom":
      return new Map(
        Object.entries(auth.customHeaders).map(([n, s]) => [pointer(["webhookAuth", "customHeaders", n]), s]),
      );
  }
}

/** Who a definition is shown to: names of secrets in AWS are for those who manage the runbook. */
export type Audience = { manages: boolean };

const shownTo =
  ({ manages }: Audience) =>
  (secret: StoredSecret) =>
    manages && "secretArn" in secret ? secret : MASK;

/** The auth as a caller may see it. */
export function maskAuth(auth: StoredAuth, audience: Audience): ShownAuth {
  const masked = shownTo(audience);
  switch (auth.type) {
    case "none":
      return auth;
    case "bearer":
      return { ...auth, token: masked(auth.token) };
    case "basic":
      return { ...auth, password: masked(auth.password) };
    case "oauth2":
      return { ...auth, clientSecret: masked(auth.clientSecret) };
    case "custom": {
      const shown = Object.entries(auth.customHeaders).map(([name, secret]) => [name, masked(secret)]);
      return { ...auth, customHeaders: Object.fromEntries(shown) };
    }
  }
}

/** Where the secrets of an auth go: they are given for these places, and for no other. */
export type Destination = { webhookUrl: string; webhookAuth: AuthOf<unknown> };

/** A secret that came with the request, or one to be kept as stored. */
export type ChosenSecret = string | StoredSecret;

/**
 * Chooses for each secret between the one given and, where `********` was sent, the one stored.
 * A stored secret may be kept only in the same place, sent to the same origins: else an issue says to give it anew.
 */
export async function chooseSecrets(
  next: { webhookUrl: string; webhookAuth: GivenAuth },
  current: { webhookUrl: string; webhookAuth: StoredAuth } | null,
): Promise<{ auth: AuthOf<ChosenSecret>; issues: Issue[] }> {
  const stored = current ? secretsOf(current.webhookAuth) : new Map<string, StoredSecret>();
  const moved = current !== null && !sameDestination(current, next);
  const issues: Issue[] = [];
  const auth = await mapSecrets<string | StoredSecret, ChosenSecret>(next.webhookAuth, (secret, field) => {
    if (secret !== MASK) return secret;
    const kept = stored.get(field);
    if (kept && !moved) return kept;
    issues.push({ pointer: field, message: kept ? GIVE_ANEW : NOTHING_TO_KEEP });
    return secret;
  });
  return { auth, issues };
}

export const GIVE_ANEW =
  "was given for another scheme, host or port: a credential stays bound to its host, so give it anew";
const NOTHING_TO_KEEP = `is ${MASK}, which keeps a stored secret, but none is stored here: give the secret`;

/** Whether secrets would go to the same scheme, host and port as before, the token endpoint's included. */
export function sameDestination(a: Destination, b: Destination): boolean {
  const origins = originsOf(a).split(" ");
  return origins.every((origin) => origin !== "") && originsOf(a) === originsOf(b);
}

/** Where each secret of a webhookAuth goes, as KMS is told: to the webhook, and to the token endpoint before it. */
export function originsOf({ webhookUrl, webhookAuth }: Destination): string {
  const origins = webhookAuth.type === "oauth2" ? [webhookAuth.tokenUrl, webhookUrl] : [webhookUrl];
  return origins.map((url) => originOf(url) ?? "").join(" ");
}

/** The host that receives the secrets of a webhookAuth themselves. */
export function hostOf({ webhookUrl, webhookAuth }: Destination): string {
  const origin = originOf(webhookAuth.type === "oauth2" ? webhookAuth.tokenUrl : webhookUrl);
  return origin === null ? "" : new URL(origin).hostname;
}

/**
 * The origin of a URL whose path may hold expressions. Null where an expression of any kind, a comment too, stands
 * before the path: what is rendered could then be another origin than what is read here.
 */
export function originOf(url: string): string | null {
  const literal = /^https?:\/\/[^/?#\\\s]+/i.exec(url)?.[0];
  return literal && !literal.includes("{{") && URL.canParse(literal) ? new URL(literal).origin : null;
}
