// The certificate that the service shows to a receiver that asks for one: as a reference, and as read for a call.
import * as z from "zod";
import { MASK, SecretRecord, SecretReference } from "./webhook-auth.ts";

const ABOUT =
  "A client certificate, shown to a webhook that asks for one (mutual TLS): a JSON secret with `certificate`, `key` and, if the key has one, `passphrase`.";

const { secretArn } = SecretReference.shape;
const reference = z.strictObject({ secretArn });

/** A certificate is always referenced: no request carries its key. */
export const ClientCertificateInput = z
  .union([z.literal(MASK), reference], {
    error: `must be {"secretArn": …}, or ${MASK} to keep the stored one`,
  })
  .describe(`${ABOUT} \`${MASK}\` keeps the stored one.`);
export const ClientCertificateRecord = SecretRecord;
export const ClientCertificateView = z
  .union([z.literal(MASK), reference])
  .describe(`${ABOUT} Only who manages the runbook sees the reference.`);

/** The content of the secret. `certificate`: the client's own first, then intermediate ones. All are PEM. */
export type ClientCertificate = { certificate: string; key: string; passphrase?: string | undefined };
