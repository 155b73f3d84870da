// Decides which URLs webhooks and token endpoints may use. The same check runs at save, preview and send.
import { isIP } from "node:net";
import type { Environment } from "../../contract/env.ts";
import { ServiceError } from "../../domain/errors.ts";
import { assertCidr, checkAddress, isNeverCalled } from "./addresses.ts";

export type EgressPolicy = {
  /** Non-public address ranges that may be called. */ allowCidrs: readonly string[];
  /** If not empty, the only allowed hosts. `*.example.com` matches every subdomain, not example.com itself. */
  allowHosts: readonly string[];
  allowHttp: boolean;
  /** Ports besides 443, and 80 if http is allowed. `*`: any. */ ports: readonly string[];
};

type EgressVariables = Environment<
  "WEBHOOK_EGRESS_ALLOW" | "WEBHOOK_HOST_ALLOW" | "WEBHOOK_ALLOW_HTTP" | "WEBHOOK_PORTS"
>;

/**
 * Returns the policy. @throws Error if a range is not a CIDR, so that a bad setting fails at start instead of during an
 * execution.
 */
export function readEgressPolicy(env: EgressVariables): EgressPolicy {
  for (const cidr of env.WEBHOOK_EGRESS_ALLOW) {
    try {
      assertCidr(cidr);
    } catch {
      throw new Error(`Bad environment: WEBHOOK_EGRESS_ALLOW: ${cidr} is not a CIDR like 10.0.0.0/8`);
    }
  }
  return {
    allowCidrs: env.WEBHOOK_EGRESS_ALLOW,
    allowHosts: env.WEBHOOK_HOST_ALLOW.map((host) => host.toLowerCase()),
    allowHttp: env.WEBHOOK_ALLOW_HTTP,
    ports: env.WEBHOOK_PORTS,
  };
}

/** Suffixes of names that only internal resolvers answer, among them names of metadata services. */
const INTERNAL_NAMES = ["localhost", "localdomain", "local", "internal", "lan", "home.arpa"];

/**
 * Whether the name has an internal suffix or no dot. Such a host is called only if all its addresses are allow-listed.
 */
export function isInternalName(host: string): boolean {
  if (isIP(host) !== 0) return false;
  return !host.includes(".") || INTERNAL_NAMES.some((name) => host.endsWith(`.${name}`));
}

/** Returns the host as sockets and certificates use it: an IPv6 literal without brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

/**
 * Returns the URL to call. The connector checks resolved addresses later, when it connects. @throws `malformed_request`
 * if the text is not a URL, `egress_denied` with the violated rule.
 */
export function checkUrl(text: string, policy: EgressPolicy): URL {
  if (/[\s\\\p{Cc}]/u.test(text)) {
    throw new ServiceError("malformed_request", "A URL must not contain white space or a backslash.");
  }
  const url = URL.parse(text);
  if (url === null)
    throw new ServiceError("malformed_request", "This is not a URL such as https://host/path.");
  if (url.hostname.endsWith(".")) url.hostname = url.hostname.slice(0, -1);
  for (const rule of RULES) {
    const violation = rule(url, policy);
    if (violation !== undefined) throw new ServiceError("egress_denied", violation);
  }
  return url;
}

type Rule = (url: URL, policy: EgressPolicy) => string | undefined;

const RULES: readonly Rule[] = [
  checkScheme,
  checkCredentials,
  checkHostName,
  checkPort,
  checkLiteralAddress,
  checkInternalName,
  checkAllowedHosts,
];

function checkScheme(url: URL, policy: EgressPolicy): string | undefined {
  if (url.protocol === "https:" || (url.protocol === "http:" && policy.allowHttp)) return undefined;
  return policy.allowHttp ? "Only https and http URLs may be called." : "Only https URLs may be called.";
}

function checkCredentials(url: URL): string | undefined {
  if (url.username === "" && url.password === "") return undefined;
  return "A URL must not contain a user name or password. Use webhookAuth.";
}

function checkHostName(url: URL): string | undefined {
  const host = hostOf(url);
  const labels = host.split(".");
  if (isIP(host) !== 0 || (host.length <= 253 && labels.every((l) => l.length >= 1 && l.length <= 63)))
    return;
  return "The host is not a valid name.";
}

function checkPort(url: URL, policy: EgressPolicy): string | undefined {
  const number = url.port || (url.protocol === "https:" ? "443" : "80");
  const allowed = ["443", ...(policy.allowHttp ? ["80"] : []), ...policy.ports];
  if (allowed.includes("*") || allowed.some((p) => Number(p) === Number(number))) return undefined;
  return `Port ${number} may not be called; this deployment allows ${allowed.join(", ")} (WEBHOOK_PORTS).`;
}

function checkLiteralAddress(url: URL, policy: EgressPolicy): string | undefined {
  const host = hostOf(url);
  if (isIP(host) === 0 || checkAddress(host, policy.allowCidrs) !== "denied") return undefined;
  if (isNeverCalled(host)) return `The address ${host} is of the machine's own link, which is never called.`;
  return `The address ${host} is not public; an operator can allow its range (WEBHOOK_EGRESS_ALLOW).`;
}

function checkInternalName(url: URL, policy: EgressPolicy): string | undefined {
  const host = hostOf(url);
  if (!isInternalName(host) || canBeAllowListed(host, policy)) return undefined;
  return `${host} is an internal name; an operator can allow its address range (WEBHOOK_EGRESS_ALLOW).`;
}

/**
 * Decides without resolving: localhost is loopback by definition, other internal names may resolve to any allowed
 * range.
 */
function canBeAllowListed(host: string, policy: EgressPolicy): boolean {
  if (host !== "localhost" && !host.endsWith(".localhost")) return policy.allowCidrs.length > 0;
  return ["127.0.0.1", "::1"].some((a) => checkAddress(a, policy.allowCidrs) === "allow_listed");
}

function checkAllowedHosts(url: URL, policy: EgressPolicy): string | undefined {
  const host = hostOf(url);
  const isListed = policy.allowHosts.some((entry) =>
    entry.startsWith("*.") ? host.endsWith(entry.slice(1)) : host === entry,
  );
  if (isListed || policy.allowHosts.length === 0) return undefined;
  return `${host} is not among the hosts that this deployment may call (WEBHOOK_HOST_ALLOW).`;
}
