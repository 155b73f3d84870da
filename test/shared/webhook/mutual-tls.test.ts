// Promises about client certificates: shown to the receiver that asks, to nobody else, and a refusal of one is told as such.
import { describe, expect, it } from "vitest";
import { type AttemptCall, performAttempt } from "../../../shared/webhook/attempt.ts";
import { exchange } from "../../../shared/webhook/egress/client.ts";
import {
  explainConnectionError,
  explainRefusedCertificate,
} from "../../../shared/webhook/egress/failure-reasons.ts";
import { OAuthTokens } from "../../../shared/webhook/oauth-tokens.ts";
import { type Certificate, createAuthority } from "../../support/certificates.ts";
import { type Answering, LOOPBACK_ALLOWED, shownName, startReceiver } from "../../support/receiver.ts";

const ours = createAuthority("Our authority");
const foreign = createAuthority("A foreign authority");
const server = ours.issue({ names: ["127.0.0.1"] });
const soon = new Date(Date.now() + 3_600_000);
const before = new Date(Date.now() - 3_600_000);
const asClient = ({ cert, key }: Certificate) => ({ certificate: cert, key });

/** A receiver that asks for a certificate, and tells whose it saw. */
async function startAsking(maxVersion: "TLSv1.2" | "TLSv1.3") {
  const seen: (string | null)[] = [];
  const tls = { ...server, ca: ours.cert, requestCert: true, maxVersion };
  const keep: Answering = (_request, response) => {
    seen.push(shownName(response));
    return {};
  };
  return { ...(await startReceiver(keep, { tls })), seen };
}

const call = (port: number, certificate?: Certificate) =>
  exchange(
    {
      ...{ method: "POST", url: `https://127.0.0.1:${port}/hook`, headers: {}, body: "{}" },
      clientCertificate: certificate && asClient(certificate),
    },
    { policy: LOOPBACK_ALLOWED, deadlineMs: 5000, authorities: [ours.cert] },
  );

describe.each(["TLSv1.2", "TLSv1.3"] as const)(
  "a receiver that asks for a certificate over %s",
  (version) => {
    it("is shown the one of the call, and each call shows its own", async () => {
      await using receiver = await startAsking(version);
      for (const name of ["payments", "shop", "payments"]) {
        const result = await call(receiver.port, ours.issue({ names: [name] }));
        expect(result).toMatchObject({ outcome: "answered", received: { statusCode: 200 } });
      }
      expect(receiver.seen).toEqual(["payments", "shop", "payments"]);
      expect(receiver.connections()).toBe(3);
    });

    it("and is shown none has read nothing of the request, and the failure says so", async () => {
      await using receiver = await startAsking(version);
      const result = await call(receiver.port);
      expect(result).toMatchObject({ outcome: "failed", code: "tls_error", sent: "nothing" });
      expect(Object(result).message).toMatch(/client certificate.*clientCertificate/);
      expect(receiver.requests).toEqual([]);
    });

    it.each([
      ["of a foreign authority", foreign.issue({ names: ["payments"] })],
      ["that has expired", ours.issue({ names: ["payments"], notBefore: new Date(0), notAfter: before })],
      ["that is not valid yet", ours.issue({ names: ["payments"], notBefore: soon })],
    ])("refuses one %s, and acts on nothing", async (_what, certificate) => {
      await using receiver = await startAsking(version);
      expect(await call(receiver.port, certificate)).toMatchObject({ outcome: "failed" });
      expect(receiver.requests).toEqual([]);
    });
  },
);

/** Node's own server hangs up without an alert. These are the codes of those that say what they refuse. */
describe("an alert about the certificate", () => {
  const REFUSED = [
    ...["ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED", "ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED"],
    ...["ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE", "ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_UNKNOWN"],
    ...["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", "ERR_SSL_TLSV1_ALERT_ACCESS_DENIED"],
  ];
  it.each(REFUSED)("%s after the handshake of TLS 1.3 means that nothing was read", (code) => {
    expect(explainRefusedCertificate("TLSv1.3", code)).toMatch(/^refused the client certificate/);
    expect(explainConnectionError("tls", code)).toMatch(/^refused the client certificate/);
    expect(explainRefusedCertificate("TLSv1.2", code)).toBeUndefined();
  });

  it.each(["ECONNRESET", "EPIPE", "CERT_HAS_EXPIRED", "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE", ""])(
    "is not %j: then the receiver may have read the request",
    (code) => {
      expect(explainRefusedCertificate("TLSv1.3", code)).toBeUndefined();
    },
  );
});

describe("a client certificate", () => {
  it("is not asked for by most receivers, and does not disturb them", async () => {
    await using receiver = await startReceiver(() => ({}), { tls: server });
    expect(await call(receiver.port, ours.issue({ names: ["payments"] }))).toMatchObject({
      outcome: "answered",
    });
  });

  it("is shown to the receiver, not to the token endpoint of its credentials", async () => {
    const seen: [string, string | null][] = [];
    const tls = { ...server, ca: ours.cert, requestCert: true, rejectUnauthorized: false };
    const keep: Answering = ({ path }, response) => {
      seen.push([path, shownName(response)]);
      return { body: '{"access_token":"abcdef","token_type":"bearer"}' };
    };
    await using tokens = await startReceiver(keep, { tls });
    await using receiver = await startReceiver(keep, { tls });
    const result = await performAttempt({
      ...callTo(receiver.url, asClient(ours.issue({ names: ["payments"] }))),
      decryptedAuth: {
        ...{ type: "oauth2", tokenUrl: `${tokens.url}/token`, clientId: "c", clientSecret: "a-secret" },
      },
      tokens: new OAuthTokens(() => new Date()),
    });
    expect(result).toMatchObject({ outcome: "delivered" });
    expect(seen).toEqual([
      ["/token", null],
      ["/", "payments"],
    ]);
  });

  it("does not make up for a receiver that cannot prove its own name", async () => {
    await using receiver = await startReceiver(() => ({}), { tls: foreign.issue({ names: ["127.0.0.1"] }) });
    const result = await call(receiver.port, ours.issue({ names: ["payments"] }));
    expect(result).toMatchObject({ code: "tls_error", sent: "nothing" });
    expect(receiver.requests).toEqual([]);
  });
});

const callTo = (url: string, clientCertificate: AttemptCall["clientCertificate"]): AttemptCall => ({
  rendered: { method: "POST", url, headers: {}, body: "{}" },
  rules: { retryPolicy: {} },
  decryptedAuth: { type: "none" },
  clientCertificate,
  runbookId: "runbook_x",
  signingSecrets: [`whsec_${Buffer.alloc(24).toString("base64")}`],
  secrets: [],
  executionId: "execution_x",
  attemptNumber: 1,
  deadlineMs: 5000,
  policy: LOOPBACK_ALLOWED,
  authorities: [ours.cert],
});
