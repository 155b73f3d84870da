// What a failed lookup, connection or TLS handshake says about its cause, by Node's error codes: data, and words for each.
import { isIP } from "node:net";
import { checkAddress } from "./addresses.ts";
import { isInternalName } from "./egress-policy.ts";

/** `name`, `connect` and `tls` are the steps of opening a connection, in their order. */
type ConnectionStep = "name" | "connect" | "tls";

const UNKNOWN_NAME =
  "could not be found: its host name does not resolve. Check its spelling and its DNS record.";
const NAME_SERVER =
  "could not be looked up: the name server of its host name did not answer. Check the DNS of its domain.";

const NAME_REASONS: Record<string, string> = {
  ENOTFOUND: UNKNOWN_NAME,
  ENODATA: UNKNOWN_NAME,
  EAI_AGAIN: NAME_SERVER,
  ETIMEDOUT: NAME_SERVER,
};

const NO_ROUTE = "could not be reached: no network route leads to its address.";
const CONNECT_REASONS: Record<string, string> = {
  ECONNREFUSED: "refused the connection: nothing listens on this port of its host.",
  ECONNRESET: "reset the connection before the request was sent: a firewall or proxy may be in between.",
  ETIMEDOUT: "did not accept a connection in time: a firewall may drop it.",
  EHOSTUNREACH: NO_ROUTE,
  ENETUNREACH: NO_ROUTE,
};

const UNKNOWN_AUTHORITY =
  "has a certificate of an unknown authority: install one of a public authority, with its intermediate certificates. An operator can trust an authority of your own (WEBHOOK_CA_BUNDLE).";
const OLD_PROTOCOL = "speaks only an old protocol: it needs TLS 1.2 or later.";
const NOT_TLS =
  "does not speak TLS on this port: the address may have to begin with http:, or name another port.";
const REFUSED_HANDSHAKE =
  "refused the TLS handshake: it shares no cipher, or needs a client certificate (clientCertificate).";
const NEEDS_CERTIFICATE = "asks for a client certificate: give one in clientCertificate.";
const REFUSED_CERTIFICATE =
  "refused the client certificate: check that it trusts the authority of clientCertificate, and knows its name.";
/** OpenSSL has renamed these alerts: a runtime has one of both spellings. */
const CERTIFICATE_ALERTS = [
  ...["BAD_CERTIFICATE", "UNSUPPORTED_CERTIFICATE", "CERTIFICATE_REVOKED"],
  ...["CERTIFICATE_EXPIRED", "CERTIFICATE_UNKNOWN"],
].flatMap((alert) => [`ERR_SSL_SSLV3_ALERT_${alert}`, `ERR_SSL_SSL/TLS_ALERT_${alert}`]);
const CLOSED = "closed the connection during the TLS handshake.";
const TLS_REASONS: Record<string, string> = {
  CERT_HAS_EXPIRED: "has a certificate that has expired: renew it.",
  CERT_NOT_YET_VALID: "has a certificate that is not valid yet: check its dates.",
  ERR_TLS_CERT_ALTNAME_INVALID: "has a certificate for another host name than the one in the address.",
  DEPTH_ZERO_SELF_SIGNED_CERT: "has a self-signed certificate: install one of a public authority.",
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  ERR_SSL_UNSUPPORTED_PROTOCOL: OLD_PROTOCOL,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: OLD_PROTOCOL,
  ERR_SSL_WRONG_VERSION_NUMBER: NOT_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NOT_TLS,
  ERR_SSL_HTTP_REQUEST: NOT_TLS,
  "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE": REFUSED_HANDSHAKE,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: REFUSED_HANDSHAKE,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: NEEDS_CERTIFICATE,
  ...Object.fromEntries(CERTIFICATE_ALERTS.map((code) => [code, REFUSED_CERTIFICATE])),
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: REFUSED_CERTIFICATE,
  ERR_SSL_TLSV1_ALERT_ACCESS_DENIED: REFUSED_CERTIFICATE,
  ECONNRESET: CLOSED,
  EPIPE: CLOSED,
};

/**
 * In TLS 1.3 a server judges the client's certificate after the client's side of the handshake is done. Its refusal
 * arrives as the answer to the request, of which it has read nothing.
 */
export function explainRefusedCertificate(protocol: string | null, code: string): string | undefined {
  const reason = protocol === "TLSv1.3" ? explainConnectionError("tls", code) : undefined;
  return reason === NEEDS_CERTIFICATE || reason === REFUSED_CERTIFICATE ? reason : undefined;
}

const REASONS = { name: NAME_REASONS, connect: CONNECT_REASONS, tls: TLS_REASONS } as const;

/** Words that go on after the party; undefined where the code says nothing. */
export function explainConnectionError(step: ConnectionStep, code: string): string | undefined {
  return Object.hasOwn(REASONS[step], code) ? REASONS[step][code] : undefined;
}

/** Whether the lookup of this host may be told: internal names, and literals, say nothing of the network behind them. */
export const isPublicName = (host: string) => isIP(host) === 0 && !isInternalName(host);

/** Whether connecting may be told step by step: of other addresses it would show which ports are open (threat A19). */
export const arePublic = (addresses: readonly string[]) =>
  addresses.every((address) => checkAddress(address, []) === "public");
