// Promises about authorities of the deployment's own: trusted beside the public ones, by the calls that are given them.
import { rootCertificates } from "node:tls";
import { describe, expect, it } from "vitest";
import { exchange } from "../../../shared/webhook/egress/client.ts";
import { tlsContextOf } from "../../../shared/webhook/egress/tls-context.ts";
import { createAuthority } from "../../support/certificates.ts";
import { LOOPBACK_ALLOWED, startReceiver } from "../../support/receiver.ts";

const ours = createAuthority("Our authority");
const [publicRoot = ""] = rootCertificates;
const call = (port: number, authorities?: readonly string[]) =>
  exchange(
    { method: "POST", url: `https://127.0.0.1:${port}/hook`, headers: {}, body: "{}" },
    { policy: LOOPBACK_ALLOWED, deadlineMs: 5000, authorities },
  );

describe("an authority of the deployment's own", () => {
  it("vouches for a receiver that nobody else vouches for", async () => {
    await using receiver = await startReceiver(() => ({}), { tls: ours.issue({ names: ["127.0.0.1"] }) });
    const message = expect.stringContaining("WEBHOOK_CA_BUNDLE");
    expect(await call(receiver.port)).toMatchObject({ code: "tls_error", message });
    expect(await call(receiver.port, [])).toMatchObject({ code: "tls_error", message });
    expect(await call(receiver.port, [publicRoot])).toMatchObject({ code: "tls_error", message });
    expect(await call(receiver.port, [publicRoot, ours.cert])).toMatchObject({ outcome: "answered" });
    expect(await call(receiver.port)).toMatchObject({ code: "tls_error", message });
  });

  it("does not vouch for another name, or for a certificate that has expired", async () => {
    const past = { notBefore: new Date(0), notAfter: new Date(Date.now() - 3_600_000) };
    for (const facts of [{ names: ["127.0.0.2"] }, { names: ["127.0.0.1"], ...past }]) {
      await using receiver = await startReceiver(() => ({}), { tls: ours.issue(facts) });
      expect(await call(receiver.port, [ours.cert])).toMatchObject({ code: "tls_error", sent: "nothing" });
    }
  });

  it("stands in one context for all calls, since the public roots are a part of it", () => {
    const authorities = [ours.cert];
    expect(tlsContextOf({ authorities })).toBe(tlsContextOf({ authorities }));
    expect(tlsContextOf({ authorities: [] })).toBeUndefined();
    const { cert: certificate, key } = ours.issue({ names: ["payments"] });
    const clientCertificate = { certificate, key };
    expect(tlsContextOf({ authorities, clientCertificate })).not.toBe(
      tlsContextOf({ authorities, clientCertificate }),
    );
  });
});
