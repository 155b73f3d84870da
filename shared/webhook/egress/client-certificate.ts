// Reads the secret of a client certificate: PEM in JSON, checked as far as it can be before a connection.
import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import * as z from "zod";
import type { ClientCertificate } from "../../domain/runbooks/client-certificate.ts";

/** Other members are left alone: whoever keeps certificates may note more about them. */
const Content = z.object({
  certificate: z.string().min(1),
  key: z.string().min(1),
  passphrase: z.string().optional(),
});

type Read = { certificate: ClientCertificate } | { problem: string };

const FORM =
  'must be a JSON object with "certificate" and "key", both PEM texts, and "passphrase" if the key has one';
const KEY = "has a key that cannot be read: it must be PEM, and an encrypted one needs its passphrase";

/** What OpenSSL says of a certificate and a key, by Node's error codes. None of its own words are passed on. */
const PROBLEMS: Record<string, string> = {
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: "has a key that does not belong to its certificate",
  ERR_SSL_EE_KEY_TOO_SMALL: "has a key that is too short for TLS: use RSA of 2048 bits or more, or P-256",
  ERR_SSL_CA_MD_TOO_WEAK: "has a certificate that is signed with an algorithm too weak for TLS",
};

/** Returns the certificate, or words that go on after the name of the field and quote nothing of the secret. */
export function readClientCertificate(text: string, now: Date): Read {
  const content = Content.safeParse(parseJson(text));
  if (!content.success) return { problem: FORM };
  const { certificate, key, passphrase } = content.data;
  const problem = findDateProblem(certificate, now) ?? findKeyProblem(content.data);
  return problem === undefined ? { certificate: { certificate, key, passphrase } } : { problem };
}

function findDateProblem(pem: string, now: Date): string | undefined {
  try {
    const { validFromDate, validToDate } = new X509Certificate(pem);
    if (now > validToDate) return "has a certificate that has expired: store a renewed one";
    return now < validFromDate ? "has a certificate that is not valid yet" : undefined;
  } catch {
    return "has a certificate that cannot be read: it must be PEM, from BEGIN CERTIFICATE to END CERTIFICATE";
  }
}

function findKeyProblem({ certificate, key, passphrase }: ClientCertificate): string | undefined {
  try {
    createSecureContext({ cert: certificate, key, passphrase });
    return undefined;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return Object.hasOwn(PROBLEMS, code) ? PROBLEMS[code] : KEY;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
