// Secrets within the data of a template: what a helper makes of one is a secret as well, and masks stay masks.

import type { JsonValue } from "../../domain/json.ts";
import { MASK } from "../../domain/runbooks/webhook-auth.ts";

/** The data that a template sees: JSON, with secrets among its leaves. */
export type Data = JsonValue | Secret | Data[] | { [name: string]: Data };
export type DataObject = { [name: string]: Data };

/** A value that must be shown nowhere. A mask has none: it stands for the secret in what is shown. */
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

/** Every secret in the value, however deep. */
export function findSecrets(value: Data): Secret[] {
  if (value instanceof Secret) return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(findSecrets);
}

/** The value as JSON, with secrets (or their masks) in plain. */
export function revealSecrets(value: Data): JsonValue {
  if (value instanceof Secret) return value.reveal();
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(revealSecrets);
  const copy: { [name: string]: JsonValue } = Object.create(null);
  for (const [name, member] of Object.entries(value)) copy[name] = revealSecrets(member);
  return copy;
}
