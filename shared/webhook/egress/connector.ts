// Opens a guarded connection: resolves once, checks every address, connects to a checked one, verifies the peer.
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { canonicalAddress, checkAddress } from "./addresses.ts";
import { type EgressPolicy, hostOf, isInternalName } from "./egress-policy.ts";

/** Returns all addresses of a name from the system's resolver. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

export type ConnectOptions = {
  policy: EgressPolicy;
  signal: AbortSignal;
  resolve?: Resolve | undefined;
  /** Certificate authorities that replace the runtime's own. */
  ca?: string | undefined;
};

export type Connection =
  | { socket: Socket }
  | { failure: "egress_denied" | "unreachable" | "tls_error" | "timeout" };

/**
 * Returns an open connection or a failure. `url` must have passed `checkUrl`. Never throws, and leaves no socket open
 * after a failure.
 */
export async function openConnection(url: URL, options: ConnectOptions): Promise<Connection> {
  if (options.signal.aborted) return { failure: "timeout" };
  const host = hostOf(url);
  const addresses = await resolveAddresses(host, options);
  if (options.signal.aborted) return { failure: "timeout" };
  if (addresses.length === 0) return { failure: "unreachable" };
  if (!addresses.every((address) => mayCall(host, address, options.policy))) {
    return { failure: "egress_denied" };
  }
  return establishConnection(url, host, addresses, options);
}

/** The only resolver call: once for each connection. */
async function resolveAddresses(host: string, options: ConnectOptions): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const aborted = new Promise<readonly string[]>((done) => {
    options.signal.addEventListener("abort", () => done([]), { once: true });
  });
  const resolved = (options.resolve ?? systemResolve)(host).catch(() => []);
  return Promise.race([resolved, aborted]);
}

const systemResolve: Resolve = async (hostname) => {
  const answers = await lookup(hostname, { all: true });
  return answers.map((answer) => answer.address);
};

function mayCall(host: string, address: string, policy: EgressPolicy): boolean {
  const verdict = checkAddress(address, policy.allowCidrs);
  return isInternalName(host) ? verdict === "allow_listed" : verdict !== "denied";
}

async function establishConnection(
  url: URL,
  host: string,
  addresses: readonly string[],
  options: ConnectOptions,
): Promise<Connection> {
  const secure = url.protocol === "https:";
  const socket = openSocket(url, host, addresses, options);
  let failure: "egress_denied" | "unreachable" | "tls_error" = "unreachable";
  socket.once("connect", () => {
    failure = "tls_error";
    if (isCheckedPeer(socket.remoteAddress, addresses, host, options.policy)) return;
    failure = "egress_denied";
    socket.destroy(new Error("connected to another address than the one that was checked"));
  });
  // A later error must not end the process. The reader of the socket receives it too.
  socket.on("error", () => {});
  try {
    await once(socket, secure ? "secureConnect" : "connect", { signal: options.signal });
    if (!socket.destroyed) return { socket };
    return { failure };
  } catch {
    socket.destroy();
    return { failure: options.signal.aborted ? "timeout" : failure };
  }
}

function openSocket(url: URL, host: string, addresses: readonly string[], options: ConnectOptions): Socket {
  const target = {
    host,
    port: Number(url.port || (url.protocol === "https:" ? 443 : 80)),
    // Tries several addresses in turn (RFC 8305), all of them checked.
    autoSelectFamily: true,
    lookup: buildLookup(addresses),
  };
  if (url.protocol === "http:") return connectTcp(target);
  return connectTls({
    ...target,
    ALPNProtocols: ["http/1.1"],
    minVersion: "TLSv1.2",
    // Explicit, because NODE_TLS_REJECT_UNAUTHORIZED=0 would change the default.
    rejectUnauthorized: true,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
}

/** Returns a `lookup` limited to the checked addresses. Node skips it for literals, which were checked directly. */
function buildLookup(addresses: readonly string[]): LookupFunction {
  const answers = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, options, callback) => {
    const [first] = answers;
    if (options.all) callback(null, answers);
    else callback(null, first?.address ?? "", first?.family);
  };
}

/** Whether the peer of an open connection is one of the checked addresses, and allowed by itself. */
export function isCheckedPeer(
  peer: string | undefined,
  addresses: readonly string[],
  host: string,
  policy: EgressPolicy,
): boolean {
  if (peer === undefined || !mayCall(host, peer, policy)) return false;
  return addresses.some((address) => canonicalAddress(address) === canonicalAddress(peer));
}
