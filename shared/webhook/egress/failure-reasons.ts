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
  "has a certificate of an unknown authority: install one of a public authority, with its intermediate certificates.";
const OLD_PROTOCOL = "speaks only an old protocol: it needs TLS 1.2 or later.";
const NOT_TLS =
  "does not speak TLS on this port: the address may have to begin with http:, or name another port.";
const REFUSED_HANDSHAKE = "refused the TLS handshake: it shares no cipher, or needs a client certificate.";
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
  ECONNRESET: CLOSED,
  EPIPE: CLOSED,
};

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
