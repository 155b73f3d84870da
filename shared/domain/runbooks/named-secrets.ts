// Named secrets of a definition: templates write them as {{secrets.name}}.
import * as z from "zod";
import { SecretInput, SecretRecord, SecretView } from "./webhook-auth.ts";

const MOST = 10;

/** As for parameters: what stands between braces and dots in a template. */
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, {
  error: "must be a letter, then up to 63 letters, digits, _ or -",
});

function namedSecrets<S extends z.ZodType>(secret: S) {
  return z
    .record(name, secret)
    .refine((secrets) => Object.keys(secrets).length <= MOST, `must have at most ${MOST} secrets`)
    .describe(
      "Name → secret, at most 10. Path and query of the URL, headers and body write one as `{{secrets.name}}`. Encrypted, never shown, and bound to the origin of `webhookUrl`.",
    );
}

export const SecretsInput = namedSecrets(SecretInput);
export const SecretsRecord = namedSecrets(SecretRecord);
export const SecretsView = namedSecrets(SecretView);
