// On which addresses a port of this machine is open, by the system's table of sockets and by trying.
import { once } from "node:events";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { expect, onTestFinished, test } from "vitest";
import {
  listOpenAddresses,
  listReachable,
  parseListening,
} from "../../../../infra/local/platform/listeners.ts";

const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .filter(({ internal }) => !internal);

async function listening(host: string): Promise<number> {
  const server = createServer((socket) => socket.destroy()).listen(0, host);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

test.each(["127.0.0.1", "::1", "127.0.0.2"])("a port on %s alone is open to nobody else", async (host) => {
  const port = await listening(host);
  expect(await listOpenAddresses(port)).toEqual([]);
  expect(await listReachable(port)).toEqual([]);
});

test.runIf(outside.length > 0).each(["0.0.0.0", "::"])("a port on %s is open to others", async (host) => {
  const port = await listening(host);
  expect(await listOpenAddresses(port)).not.toEqual([]);
  expect(await listReachable(port)).not.toEqual([]);
});

test.each([
  ["0100007F", true],
  ["0000000000000000FFFF00000100007F", true],
  ["00000000000000000000000001000000", true],
  ["00000000", false],
  ["00000000000000000000000000000000", false],
  ["0200000A", false],
  ["0000000000000000FFFF00000200000A", false],
  ["000080FE00000000FF00FC00010000FE", false],
])("in a table of sockets, %s is a loopback address: %s", (address, loopback) => {
  const line = (port: string, state: string) => `   0: ${address}:${port} 00000000:0000 ${state} 0 0`;
  const table = [
    "  sl  local_address rem_address   st",
    line("0BB8", "0A"),
    line("0BB9", "0A"),
    line("0BB8", "01"),
  ];
  expect(parseListening(table.join("\n"), 3000)).toEqual(loopback ? [] : [address]);
});
