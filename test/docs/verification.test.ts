// The receivers that docs/webhooks.md shows accept what the service signs, and nothing else.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ROOT, readDocument } from "../../infra/docs/documents.ts";
import { findFreePort } from "../../infra/local/platform/ports.ts";
import { generateSigningSecret, signatureHeaders } from "../../shared/webhook/sign.ts";

const secret = generateSigningSecret(randomBytes);
const body = '{"service":"checkout"}';
let receiver: ChildProcess | undefined;

afterEach(() => {
  receiver?.kill();
});

describe.each(["verify-with-package", "verify-by-hand"])("the receiver %s", (name) => {
  it("accepts a signed request", async () => {
    const port = await start(name);
    expect(await send(port, signed(secret))).toBe(200);
  });

  it("refuses another body, another secret and an old request", async () => {
    const port = await start(name);
    expect(await send(port, signed(secret), '{"service":"billing"}')).toBe(401);
    expect(await send(port, signed(generateSigningSecret(randomBytes)))).toBe(401);
    expect(await send(port, signed(secret, new Date(Date.now() - 3_600_000)))).toBe(401);
  });

  it("accepts either secret during a rotation", async () => {
    const port = await start(name);
    expect(await send(port, signed(generateSigningSecret(randomBytes), new Date(), secret))).toBe(200);
  });
});

function signed(first: string, timestamp = new Date(), ...more: string[]) {
  return signatureHeaders({ id: "execution_1", timestamp, body }, [first, ...more]);
}

/** Runs the document's code unchanged. Somebody else may take the port first: then the code ends, and gets another. */
async function start(name: string): Promise<number> {
  const code = new RegExp(`<!-- ${name} -->\\n\`\`\`js\\n([\\s\\S]*?)\`\`\``).exec(
    readDocument("docs/webhooks.md"),
  )?.[1];
  if (code === undefined) throw new Error(`docs/webhooks.md has no ${name}`);
  const port = await findFreePort();
  const child = spawn(process.execPath, ["--input-type=module", "--eval", code], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(port), SIGNING_SECRET: secret },
    stdio: "ignore",
  });
  receiver = child;
  const refuses = async () => (await send(port, {}).catch(() => 0)) === 401;
  await vi.waitUntil(async () => child.exitCode !== null || (await refuses()), { timeout: 10_000 });
  return child.exitCode === null ? port : start(name);
}

async function send(port: number, headers: Record<string, string>, text = body): Promise<number> {
  const { status } = await fetch(`http://127.0.0.1:${port}`, { method: "POST", headers, body: text });
  return status;
}
