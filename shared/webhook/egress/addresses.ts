// Decides which IP addresses may be called: public ones, and those on the deployment's allow-list.
import ipaddr from "ipaddr.js";

type AddressVerdict = "public" | "allow_listed" | "denied";
type Address = ReturnType<typeof ipaddr.parse>;

/** All of IPv6 that is assigned as global unicast. `::/96` and other legacy ranges are outside. */
const GLOBAL_UNICAST = ipaddr.parseCIDR("2000::/3");

/**
 * Of the machine's own link: metadata, credentials, the resolver and other services of the host answer there. No
 * allow-list opens them.
 */
const NEVER = ["169.254.0.0/16", "fe80::/10", "fd00:ec2::/32"];

/** Public addresses that the cloud host itself answers. */
const PUBLIC_BUT_INTERNAL = ["168.63.129.16"];

/**
 * Returns whether the address may be called. `address` is a literal as sockets write it. A zone (`fe80::1%eth0`) or
 * unusual notation is denied.
 */
export function checkAddress(address: string, allowCidrs: readonly string[]): AddressVerdict {
  const parsed = parse(address);
  if (parsed === null || isOwnLink(parsed)) return "denied";
  if (allowCidrs.some((cidr) => contains(cidr, parsed))) return "allow_listed";
  return isPublic(parsed) ? "public" : "denied";
}

/** Whether no allow-list opens the address, however wide it is. */
export function isNeverCalled(address: string): boolean {
  const parsed = parse(address);
  return parsed !== null && isOwnLink(parsed);
}

const isOwnLink = (address: Address) => NEVER.some((cidr) => contains(cidr, address));

/** @throws Error if the text is not a CIDR, so that a bad setting is found at start. */
export function assertCidr(cidr: string): void {
  ipaddr.parseCIDR(cidr);
}

/** Returns the shortest form of an address, with IPv4-mapped addresses as IPv4. Equal addresses give equal texts. */
export function canonicalAddress(address: string): string {
  return parse(address)?.toString() ?? address;
}

function parse(address: string): Address | null {
  const literal = ipaddr.IPv4.isValidFourPartDecimal(address) || address.includes(":");
  if (!literal || address.includes("%") || !ipaddr.isValid(address)) return null;
  return ipaddr.process(address);
}

/** Ranges by their text. A deployment has a few. */
const ranges = new Map<string, [Address, number]>();

function contains(cidr: string, address: Address): boolean {
  const [range, bits] = ranges.get(cidr) ?? ipaddr.parseCIDR(cidr);
  ranges.set(cidr, [range, bits]);
  return range.kind() === address.kind() && address.match(range, bits);
}

function isPublic(address: Address): boolean {
  if (address.range() !== "unicast") return false;
  if (address.kind() === "ipv6") return address.match(...GLOBAL_UNICAST);
  return !PUBLIC_BUT_INTERNAL.includes(address.toString());
}
