// The service's own keys: their purpose and the routes that need them. Secrets Manager generates and stores them.
import type { Route } from "./route.ts";

type Key = { means: string; neededBy: (route: Route) => boolean };

const has = (schema: Route["query"], name: string) => Object.hasOwn(schema?.shape ?? {}, name);

/** A function's environment holds only the ARN of a key, in the variable `<name>_ARN`. */
export const OWN_KEYS = {
  CURSOR_ENCRYPTION_KEY: {
    means: "Encrypts list cursors",
    neededBy: ({ query }) => has(query, "cursor"),
  },
  FINGERPRINT_KEY: {
    means: "Key of the fingerprints of idempotent requests",
    neededBy: ({ headers }) => has(headers, "idempotency-key"),
  },
} as const satisfies Record<string, Key>;
export type OwnKey = keyof typeof OWN_KEYS;

export const OWN_KEY_NAMES = Object.keys(OWN_KEYS) as OwnKey[];

/** Returns the secret's name on the local stack. */
export const secretNameOf = (key: OwnKey): string => `runbooks/${key.toLowerCase().replaceAll("_", "-")}`;
