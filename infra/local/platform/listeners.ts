// Finds the addresses of this machine on which a port is open, to verify that a server listens on loopback only.
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";

/** Linux's tables of sockets. */
const TABLES = ["/proc/net/tcp", "/proc/net/tcp6"];
const LISTENING = "0A";
/** Milliseconds. The machine accepts or refuses connections to its own addresses immediately. */
const CONNECT_LIMIT_MS = 1_000;

/** Returns the non-loopback addresses on which the port is open, in the system's notation. */
export async function listOpenAddresses(port: number): Promise<string[]> {
  const tables = await Promise.all(TABLES.map((file) => readFile(file, "utf8").catch(() => null)));
  const read = tables.filter((table) => table !== null);
  return read.length > 0 ? read.flatMap((table) => parseListening(table, port)) : listReachable(port);
}

/** `0100007F:0BB8` is 127.0.0.1:3000: words of four bytes, little-endian. */
export function parseListening(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === LISTENING && local?.endsWith(suffix))
    .map(([, local = ""]) => local.slice(0, -suffix.length))
    .filter((address) => !isLoopback(address));
}

const isLoopback = (hex: string) =>
  /^(0{16}FFFF0000)?[0-9A-F]{6}7F$/.test(hex) || hex === "00000000000000000000000001000000";

/** Fallback for systems without these tables: tries a connection to each address. */
export async function listReachable(port: number): Promise<string[]> {
  const own = Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.filter(({ internal }) => !internal).map((given) => withScope(name, given)),
  );
  const others = [...new Set(own)];
  const accepting = await Promise.all(others.map((address) => canConnect(address, port)));
  return others.filter((_, index) => accepting[index]);
}

/** A link-local address needs its interface as the zone. */
const withScope = (name: string, { address, scopeid }: { address: string; scopeid?: number }) =>
  scopeid ? `${address}%${name}` : address;

function canConnect(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host, port, timeout: CONNECT_LIMIT_MS });
  socket.once("connect", () => resolve(true));
  socket.once("error", () => resolve(false));
  socket.once("timeout", () => resolve(false));
  return promise.finally(() => socket.destroy());
}
