// Promises about TLS: only a valid certificate for the name, only 1.2 and later, whatever the environment says.
import { describe, expect, it } from "vitest";
import { exchange } from "../../../shared/webhook/egress/client.ts";
import { type Certificate, createAuthority } from "../../support/certificates.ts";
import { LOOPBACK_ALLOWED, startReceiver, startTcp } from "../../support/receiver.ts";
import { resolverOf } from "../../support/resolver.ts";

const NAME = "receiver.example";
const trusted = createAuthority();
const other = createAuthority("Some other authority");
const yesterday = new Date(Date.now() - 3_600_000);
const sound = trusted.issue({ names: [NAME] });

const call = (port: number, host = NAME) =>
  exchange(
    { method: "POST", url: `https://${host}:${port}/hook`, headers: {}, body: "{}" },
    {
      policy: LOOPBACK_ALLOWED,
      deadlineMs: 5000,
      resolve: resolverOf(["127.0.0.1"]),
      authorities: [trusted.cert],
    },
  );

describe("TLS", () => {
  it("a receiver with a valid certificate is called by its name", async () => {
    await using receiver = await startReceiver(() => ({ body: "ok" }), { tls: sound });
    expect(await call(receiver.port)).toMatchObject({ outcome: "answered", received: { statusCode: 200 } });
    expect(receiver.requests[0]?.headers["host"]).toBe(`${NAME}:${receiver.port}`);
  });

  it("a certificate can name an address", async () => {
    await using receiver = await startReceiver(() => ({}), { tls: trusted.issue({ names: ["127.0.0.1"] }) });
    expect(await call(receiver.port, "127.0.0.1")).toMatchObject({ outcome: "answered" });
    expect(await call(receiver.port, NAME)).toMatchObject({ code: "tls_error" });
  });

  const tomorrow = new Date(Date.now() + 3_600_000);
  const unsound: [string, Certificate, string][] = [
    ["self-signed", { cert: other.cert, key: other.key }, "self-signed certificate"],
    ["of an unknown authority", other.issue({ names: [NAME] }), "an unknown authority"],
    ["for another host", trusted.issue({ names: ["other.example"] }), "for another host name"],
    ["expired", trusted.issue({ names: [NAME], notBefore: new Date(0), notAfter: yesterday }), "has expired"],
    ["not yet valid", trusted.issue({ names: [NAME], notBefore: tomorrow }), "is not valid yet"],
  ];
  it.each(unsound)(
    "[A18] a certificate that is %s ends the attempt before the request, and is named",
    async (_, tls, words) => {
      await using receiver = await startReceiver(() => ({}), { tls });
      const message = expect.stringMatching(`^The receiver has a .*${words}`);
      expect(await call(receiver.port)).toMatchObject({ code: "tls_error", sent: "nothing", message });
      expect(receiver.requests).toEqual([]);
      await expect.poll(() => receiver.open()).toBe(0);
    },
  );

  it.each(["TLSv1", "TLSv1.1"] as const)("[A18] %s is not spoken", async (maxVersion) => {
    const tls = { ...sound, minVersion: "TLSv1", maxVersion, ciphers: "ALL:@SECLEVEL=0" } as const;
    await using receiver = await startReceiver(() => ({}), { tls });
    const message = "The receiver speaks only an old protocol: it needs TLS 1.2 or later.";
    expect(await call(receiver.port)).toMatchObject({ code: "tls_error", sent: "nothing", message });
  });

  it("that shares no cipher says so", async () => {
    const tls = { ...sound, maxVersion: "TLSv1.2", ciphers: "AES128-SHA" } as const;
    await using receiver = await startReceiver(() => ({}), { tls });
    const message = expect.stringContaining("it shares no cipher");
    expect(await call(receiver.port)).toMatchObject({ code: "tls_error", sent: "nothing", message });
  });

  it("TLS 1.2 is spoken", async () => {
    await using receiver = await startReceiver(() => ({}), { tls: { ...sound, maxVersion: "TLSv1.2" } });
    expect(await call(receiver.port)).toMatchObject({ outcome: "answered" });
  });

  it("[A17] NODE_TLS_REJECT_UNAUTHORIZED=0 does not turn the check off", async () => {
    await using receiver = await startReceiver(() => ({}), { tls: other.issue({ names: [NAME] }) });
    const before = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    try {
      expect(await call(receiver.port)).toMatchObject({ code: "tls_error" });
    } finally {
      if (before === undefined) delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
      else process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = before;
    }
  });

  it("a receiver that does not speak TLS is a tls_error", async () => {
    await using receiver = await startTcp((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\n"));
    const message = expect.stringContaining("does not speak TLS on this port");
    expect(await call(receiver.port)).toMatchObject({ code: "tls_error", sent: "nothing", message });
  });

  it("a receiver that hangs up during the handshake is a tls_error that says so", async () => {
    await using receiver = await startTcp((socket) => socket.once("data", () => socket.destroy()));
    const message = "The receiver closed the connection during the TLS handshake.";
    expect(await call(receiver.port)).toMatchObject({ code: "tls_error", sent: "nothing", message });
  });
});
