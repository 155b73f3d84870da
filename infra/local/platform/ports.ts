// Finds free ports, and listens on the loopback address. Errors say what to do.
import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";
import { HostError } from "./errors.ts";

export const LOOPBACK = "127.0.0.1";

/**
 * Starts `server` on the loopback address and returns the port. `port` 0 picks a free one. `variable`: the environment
 * variable that sets the port. `instead`: advice if the port cannot be freed.
 */
export async function listen(
  server: Server,
  port: number,
  variable: string,
  instead = `set ${variable} to another port (0 picks a free one)`,
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(explainListenError(error, port, variable, instead)),
    );
    server.listen(port, LOOPBACK, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port");
  return address.port;
}

/** Returns a free port, for a program that cannot pick one. Another program may take it meanwhile. */
export async function findFreePort(port = 0, variable = "port"): Promise<number> {
  const probe = createServer();
  const found = await listen(probe, port, variable);
  await new Promise((resolve) => probe.close(resolve));
  return found;
}

/** Picks a port below the ephemeral range, so that it is likely to stay free. */
export async function findStablePort(): Promise<number> {
  for (;;) {
    try {
      return await findFreePort(randomInt(20_000, 30_000));
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
    }
  }
}

function explainListenError(
  error: NodeJS.ErrnoException,
  port: number,
  variable: string,
  instead: string,
): Error {
  if (error.code === "EADDRINUSE") {
    return new HostError(`Port ${port} is in use: end the program that listens there, or ${instead}.`);
  }
  if (error.code === "EACCES") {
    return new HostError(
      `Port ${port} may not be opened by this user: set ${variable} to a port above 1023.`,
    );
  }
  return error;
}
