// Which IP addresses may be called: public ones, and those that the deployment's allow-list names.
import ipaddr from "ipaddr.js";

export type AddressVerdict = "public" | "allow_listed" | "denied";
type Address = ReturnType<typeof ipaddr.parse>;

/** All of IPv6 that is handed out as global unicast; `::/96` and other leftovers lie outside. */
const GLOBAL_UNICAST = ipaddr.parseCIDR("2000::/3");

/** Public by number, but answered by the cloud host itself. */
const PUBLIC_BUT_INTERNAL = ["168.63.129.16"];

/** `address` is a literal as sockets write it; a zone (`fe80::1%eth0`) or any odd spelling is denied. */
export function checkAddress(address: string, allowCidrs: readonly string[]): AddressVerdict {
  const parsed = parse(address);
  if (parsed === null) return "denied";
  if (allowCidrs.some((cidr) => contains(cidr, parsed))) return "allow_listed";
  return isPublic(parsed) ? "public" : "denied";
}

/** Throws on a text that is no CIDR, so that a bad setting is seen at start. */
export function assertCidr(cidr: string): void {
  ipaddr.parseCIDR(cidr);
}

/** The address behind an IPv4-mapped one, in its shortest form: equal addresses give equal texts. */
export function canonicalAddress(address: string): string {
  return parse(address)?.toString() ?? address;
}

function parse(address: string): Address | null {
  const literal = ipaddr.IPv4.isValidFourPartDecimal(address) || address.includes(":");
  if (!literal || address.includes("%") || !ipaddr.isValid(address)) return null;
  return ipaddr.process(address);
}

function contains(cidr: string, address: Address): boolean {
  const [range, bits] = ipaddr.parseCIDR(cidr);
  return range.kind() === address.kind() && address.match(range, bits);
}

function isPublic(address: Address): boolean {
  if (address.range() !== "unicast") return false;
  if (address.kind() === "ipv6") return address.match(...GLOBAL_UNICAST);
  return !PUBLIC_BUT_INTERNAL.includes(address.toString());
}
