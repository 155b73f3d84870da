// The operator `cidr`: reads IPv4 and IPv6 addresses and says whether one lies in a block.

export type Address = { bits: 32 | 128; value: bigint };
/** `network`: the bits of the address that the prefix covers. */
export type Block = Address & { prefix: number; network: bigint };

/** The longest text of an address: eight groups of IPv6, the last two written as IPv4. */
const LONGEST_ADDRESS = 45;
const GROUP = /^[0-9A-Fa-f]{1,4}$/;
const OCTET = /^(?:0|[1-9][0-9]{0,2})$/;

export function cidrProblem(text: string): string | undefined {
  const block = parseBlock(text);
  if (block === undefined) return "must be a block such as 10.0.0.0/8 or 2001:db8::/32";
  if (block.network << BigInt(block.bits - block.prefix) === block.value) return undefined;
  return "has address bits set beyond its prefix length";
}

export function matchesCidr(block: string, address: string): boolean {
  const parsed = parseBlock(block);
  const member = parseAddress(address);
  return parsed !== undefined && member !== undefined && contains(parsed, member);
}

export function contains(block: Block, { bits, value }: Address): boolean {
  return bits === block.bits && value >> BigInt(bits - block.prefix) === block.network;
}

export function parseBlock(text: string): Block | undefined {
  const slash = text.indexOf("/");
  const address = slash < 0 ? undefined : parseAddress(text.slice(0, slash));
  const prefix = text.slice(slash + 1);
  if (address === undefined || !OCTET.test(prefix) || Number(prefix) > address.bits) return undefined;
  const covered = Number(prefix);
  return { ...address, prefix: covered, network: address.value >> BigInt(address.bits - covered) };
}

export function parseAddress(text: string): Address | undefined {
  if (text.length > LONGEST_ADDRESS) return undefined;
  const bits = text.includes(":") ? 128 : 32;
  const value = bits === 128 ? ipv6(text) : ipv4(text);
  return value === undefined ? undefined : { bits, value };
}

function ipv4(text: string): bigint | undefined {
  const octets = text.split(".");
  if (octets.length !== 4 || !octets.every((octet) => OCTET.test(octet) && Number(octet) <= 255))
    return undefined;
  return octets.reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
}

function ipv6(text: string): bigint | undefined {
  const sides = text.split("::");
  const halves = sides.map((side, i) => groups(side, i === sides.length - 1));
  const [left, right] = halves;
  if (left === undefined || halves.length > 2) return undefined;
  const missing = 8 - left.length - (right?.length ?? 0);
  if (right === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...left, ...Array<string>(missing).fill("0"), ...(right ?? [])];
  if (!all.every((group) => GROUP.test(group))) return undefined;
  return all.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n);
}

/** Of one side of `::`. At the very end of an address, IPv4's form may stand for two groups. */
function groups(text: string, atTheEnd: boolean): string[] {
  if (text === "") return [];
  const parts = text.split(":");
  const tail = atTheEnd ? ipv4(parts.at(-1) ?? "") : undefined;
  if (tail === undefined) return parts;
  return [...parts.slice(0, -1), (tail >> 16n).toString(16), (tail & 0xffffn).toString(16)];
}
