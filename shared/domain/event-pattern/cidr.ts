// The operator `cidr`: parses IPv4 and IPv6 addresses and tests whether a block contains one.
import ipaddr from "ipaddr.js";

export type Address = ReturnType<typeof ipaddr.parse>;
export type Block = { address: Address; prefix: number };

/** The longest textual address: eight groups of IPv6, the last two written as IPv4. */
const LONGEST_ADDRESS = 45;
const PREFIX = /^(?:0|[1-9][0-9]{0,2})$/;

export function cidrProblem(text: string): string | undefined {
  return parseBlock(text) ? undefined : "must be a block such as 10.0.0.0/8 or 2001:db8::/32";
}

export function matchesCidr(block: string, address: string): boolean {
  const parsed = parseBlock(block);
  const member = parseAddress(address);
  return parsed !== undefined && member !== undefined && contains(parsed, member);
}

export function contains({ address: base, prefix }: Block, address: Address): boolean {
  return base.kind() === address.kind() && address.match(base, prefix);
}

/** Bits of the address beyond the prefix do not count: 10.1.2.3/8 is 10.0.0.0/8. */
export function parseBlock(text: string): Block | undefined {
  const slash = text.indexOf("/");
  const address = slash < 0 ? undefined : parseAddress(text.slice(0, slash));
  const prefix = text.slice(slash + 1);
  if (address === undefined || !PREFIX.test(prefix) || Number(prefix) > bitsOf(address)) return undefined;
  return { address, prefix: Number(prefix) };
}

/** Parses only the forms that sockets write: no zone, and four decimal parts for IPv4 or an embedded IPv4. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > LONGEST_ADDRESS || text.includes("%")) return undefined;
  const ipv4 = text.slice(text.lastIndexOf(":") + 1);
  if (ipv4.includes(".") || !text.includes(":")) {
    if (!ipaddr.IPv4.isValidFourPartDecimal(ipv4)) return undefined;
  }
  return ipaddr.isValid(text) ? ipaddr.parse(text) : undefined;
}

const bitsOf = (address: Address) => address.toByteArray().length * 8;
