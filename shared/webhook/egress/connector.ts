// Opens a guarded connection: resolves once, checks every address, connects to a checked one, verifies the peer.
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { canonicalAddress, checkAddress } from "./addresses.ts";
import { type EgressPolicy, hostOf, isInternalName } from "./egress-policy.ts";
import { arePublic, explainConnectionError, isPublicName } from "./failure-reasons.ts";
import { type TlsIdentity, tlsContextOf } from "./tls-context.ts";

/** Returns all addresses of a name from the system's resolver. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

type ConnectOptions = TlsIdentity & {
  policy: EgressPolicy;
  signal: AbortSignal;
  resolve?: Resolve | undefined;
};

/** `reason`: what the failure says about its cause, where that may be told. */
type ConnectionFailure = {
  failure: "egress_denied" | "unreachable" | "tls_error" | "timeout";
  reason?: string | undefined;
};
type Connection = { socket: Socket } | ConnectionFailure;

/**
 * Returns an open connection or a failure. `url` must have passed `checkUrl`. Never throws, and leaves no socket open
 * after a failure.
 */
export async function openConnection(url: URL, options: ConnectOptions): Promise<Connection> {
  if (options.signal.aborted) return { failure: "timeout" };
  const host = hostOf(url);
  const { addresses, error } = await resolveAddresses(host, options);
  if (options.signal.aborted) return { failure: "timeout" };
  if (addresses.length === 0) return { failure: "unreachable", reason: explainLookup(host, error) };
  if (!addresses.every((address) => mayCall(host, address, options.policy))) {
    return { failure: "egress_denied" };
  }
  return establishConnection(url, host, addresses, options);
}

type Lookup = { addresses: readonly string[]; error?: unknown };

/** The resolver is asked here, and nowhere else: once for each connection. */
async function resolveAddresses(host: string, options: ConnectOptions): Promise<Lookup> {
  if (isIP(host) !== 0) return { addresses: [host] };
  const aborted = new Promise<Lookup>((done) => {
    options.signal.addEventListener("abort", () => done({ addresses: [] }), { once: true });
  });
  const resolved = (options.resolve ?? systemResolve)(host).then(
    (addresses) => ({ addresses }),
    (error: unknown) => ({ addresses: [], error }),
  );
  return Promise.race([resolved, aborted]);
}

const codeOf = (error: unknown) =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

/** An answer without addresses says that there is no such name. */
function explainLookup(host: string, error: unknown): string | undefined {
  if (!isPublicName(host)) return undefined;
  return explainConnectionError("name", error === undefined ? "ENODATA" : codeOf(error));
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
    failure = failureByPeer(socket.remoteAddress);
    socket.destroy(new Error("connected to another address than the one that was checked"));
  });
  // A later error must not end the process. The reader of the socket receives it too.
  socket.on("error", () => {});
  try {
    await once(socket, secure ? "secureConnect" : "connect", { signal: options.signal });
    if (!socket.destroyed) return { socket };
    return { failure };
  } catch (error) {
    socket.destroy();
    return options.signal.aborted
      ? { failure: "timeout" }
      : { failure, reason: explainConnecting(failure, codeOf(error), addresses) };
  }
}

/** The state of TLS is told of any host, since the failure's own code shows that a connection stood. */
export function explainConnecting(
  failure: ConnectionFailure["failure"],
  code: string,
  addresses: readonly string[],
): string | undefined {
  if (failure === "tls_error") return explainConnectionError("tls", code);
  return failure === "unreachable" && arePublic(addresses)
    ? explainConnectionError("connect", code)
    : undefined;
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
  const secureContext = tlsContextOf(options);
  return connectTls({
    ...target,
    ALPNProtocols: ["http/1.1"],
    minVersion: "TLSv1.2",
    // Explicit, because NODE_TLS_REJECT_UNAUTHORIZED=0 would change the default.
    rejectUnauthorized: true,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(secureContext && { secureContext }),
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

/** A connection that is gone already has no peer: that is the receiver's doing, and may pass. */
export const failureByPeer = (peer: string | undefined) =>
  peer === undefined ? "unreachable" : "egress_denied";

/** What a standing connection must show: one of the checked addresses at its other end, and allowed as such. */
export function isCheckedPeer(
  peer: string | undefined,
  addresses: readonly string[],
  host: string,
  policy: EgressPolicy,
): boolean {
  if (peer === undefined || !mayCall(host, peer, policy)) return false;
  return addresses.some((address) => canonicalAddress(address) === canonicalAddress(peer));
}
