// Secrets in template data. A value that a helper derives from a secret is a secret too, and a mask stays a mask.

import type { JsonValue } from "../../domain/json.ts";
import { MASK } from "../../domain/runbooks/webhook-auth.ts";

/** Template data: JSON with secrets among its leaves. */
export type Data = JsonValue | Secret | Data[] | { [name: string]: Data };
export type DataObject = { [name: string]: Data };

/** A value that must never be shown. A mask stands for the secret in output that is shown. */
export class Secret {
  readonly #value: JsonValue;
  readonly isMask: boolean;

  constructor(value: JsonValue, isMask = false) {
    this.#value = value;
    this.isMask = isMask;
  }

  static mask(): Secret {
    return new Secret(MASK, true);
  }

  reveal(): JsonValue {
    return this.#value;
  }
}

/** Returns all secrets in the value, at any depth. */
export function findSecrets(value: Data): Secret[] {
  if (value instanceof Secret) return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(findSecrets);
}

/** Returns the value as JSON, with secrets (or their masks) in plaintext. */
export function revealSecrets(value: Data): JsonValue {
  if (value instanceof Secret) return value.reveal();
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(revealSecrets);
  const copy: { [name: string]: JsonValue } = Object.create(null);
  for (const [name, member] of Object.entries(value)) copy[name] = revealSecrets(member);
  return copy;
}
