// The service's own keys: what each is for, and which routes need it. Secrets Manager makes and holds them.
import type { Route } from "./route.ts";

type Key = { means: string; neededBy: (route: Route) => boolean };

const has = (schema: Route["query"], name: string) => Object.hasOwn(schema?.shape ?? {}, name);

/** A function is told only where its key lies, in the variable `<name>_ARN`. */
export const OWN_KEYS = {
  CURSOR_SIGNING_KEY: {
    means: "Signs list cursors",
    neededBy: ({ query }) => has(query, "cursor"),
  },
  FINGERPRINT_KEY: {
    means: "Keys the fingerprints of repeatable requests",
    neededBy: ({ headers }) => has(headers, "idempotency-key"),
  },
} as const satisfies Record<string, Key>;
export type OwnKey = keyof typeof OWN_KEYS;

export const OWN_KEY_NAMES = Object.keys(OWN_KEYS) as OwnKey[];

/** The secret's name on the local host. */
export const secretNameOf = (key: OwnKey): string => `runbooks/${key.toLowerCase().replaceAll("_", "-")}`;
