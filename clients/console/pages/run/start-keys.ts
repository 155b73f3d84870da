// The idempotency keys of a form: the same request has the same key, so it starts once, however often it is sent.
import { createKey } from "../../../api-client/request.ts";

export type KeyOf = (request: unknown) => string;

export function createStartKeys(): KeyOf {
  const keys = new Map<string, string>();
  return (request) => {
    const text = JSON.stringify(request);
    const key = keys.get(text) ?? createKey();
    keys.set(text, key);
    return key;
  };
}
