// The issuer of the tokens: its own document, and what every request to it needs.
import * as oauth from "oauth4webapi";
import { type Configuration, loadConfiguration } from "./configuration.ts";

export type Issuer = {
  configuration: Configuration;
  server: oauth.AuthorizationServer;
  client: oauth.Client;
  options: { [oauth.allowInsecureRequests]: boolean };
};

let loading: Promise<Issuer> | null = null;

/** Loads the issuer's document, once. @throws Error if the issuer does not answer as one */
export function loadIssuer(): Promise<Issuer> {
  loading ??= discoverIssuer().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function discoverIssuer(): Promise<Issuer> {
  const configuration = await loadConfiguration();
  const address = new URL(configuration.issuer);
  // The local stack has no TLS. Elsewhere, tokens go over TLS alone.
  const options = { [oauth.allowInsecureRequests]: isLoopback(address) };
  const response = await oauth.discoveryRequest(address, { ...options, algorithm: "oidc" });
  const server = await oauth.processDiscoveryResponse(address, response);
  return { configuration, server, client: { client_id: configuration.clientId }, options };
}

const isLoopback = ({ hostname }: URL) => ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
