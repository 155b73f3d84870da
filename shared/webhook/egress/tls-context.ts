// What a TLS connection trusts and shows: authorities beside the runtime's own, and the client's certificate.
import { createSecureContext, rootCertificates, type SecureContext } from "node:tls";
import type { ClientCertificate } from "../../domain/runbooks/client-certificate.ts";

export type TlsIdentity = {
  /** Certificate authorities (PEM) that are trusted beside the runtime's own. */
  authorities?: readonly string[] | undefined;
  /** Shown to a server that asks for one. */
  clientCertificate?: ClientCertificate | undefined;
};

/** A context with all roots takes 11 ms to build. One that shows no certificate serves every connection. */
const contexts = new WeakMap<readonly string[], SecureContext>();

/** Returns the context; undefined: the runtime's own is enough. */
export function tlsContextOf({
  authorities = [],
  clientCertificate,
}: TlsIdentity): SecureContext | undefined {
  if (clientCertificate) return buildContext(authorities, clientCertificate);
  if (authorities.length === 0) return undefined;
  const built = contexts.get(authorities) ?? buildContext(authorities);
  contexts.set(authorities, built);
  return built;
}

function buildContext(authorities: readonly string[], shown?: ClientCertificate): SecureContext {
  return createSecureContext({
    minVersion: "TLSv1.2",
    ...(authorities.length > 0 && { ca: [...rootCertificates, ...authorities] }),
    ...(shown && { cert: shown.certificate, key: shown.key, passphrase: shown.passphrase }),
  });
}
