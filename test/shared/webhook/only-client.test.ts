// The promise that no code opens connections past the guard.
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { describe, expect, it } from "vitest";

const ROOT = new URL("../../../", import.meta.url).pathname;
const GUARDED = [
  // The keys of the deployment's own issuer, in a function of its own: no author names this address.
  "shared/tokens/verify-token.ts",
  "shared/webhook/egress/client.ts",
  "shared/webhook/egress/connector.ts",
];
const NETWORK =
  /from\s*"(?:undici|node:(?:http2?|https|net|tls|dns|dgram)(?:\/promises)?|(?:http2?|https|net|tls|dns|dgram))"/;
const DYNAMIC = /\b(?:import|require)\s*\(\s*["'`](?:node:)?(?:undici|https?|http2|net|tls|dns|dgram)/;
const GLOBALS = /(?<![.\w])(?:fetch|XMLHttpRequest|WebSocket|EventSource)\s*\(/;
/** `node:net` and `node:tls` for what opens nothing. */
const HARMLESS =
  /import\s*\{\s*isIP(?:v[46])?(?:,\s*isIP(?:v[46])?)*\s*\}\s*from\s*"node:net"|import\s*\{(?:\s*(?:createSecureContext|rootCertificates|type SecureContext),?)+\s*\}\s*from\s*"node:tls"/;

function opensConnections(source: string): boolean {
  const rest = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "").replace(HARMLESS, "");
  return NETWORK.test(rest) || DYNAMIC.test(rest) || GLOBALS.test(rest);
}

describe("connections", () => {
  it("[A21] are opened by the guarded client alone", async () => {
    const found: string[] = [];
    let read = 0;
    for await (const file of glob("{shared,functions}/**/*.ts", { cwd: ROOT })) {
      read++;
      if (opensConnections(readFileSync(ROOT + file, "utf8"))) found.push(file.replaceAll("\\", "/"));
    }
    expect(read).toBeGreaterThan(20);
    expect(found.sort()).toEqual(GUARDED);
  });

  it.each([
    'import { request } from "undici";',
    'import http from "node:http";',
    'import { connect } from "node:net";',
    'import { isIP, connect } from "node:net";',
    'import { createSecureContext, connect } from "node:tls";',
    'const tls = await import("node:tls");',
    'const { get } = require("https");',
    "await fetch(url);",
    "new WebSocket(url);",
  ])("[A21] the search finds %s", (source) => {
    expect(opensConnections(source)).toBe(true);
  });
});
