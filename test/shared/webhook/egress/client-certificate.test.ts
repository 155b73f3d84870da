// The secret of a client certificate is checked before a connection is opened, and what is wrong quotes nothing of it.
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readClientCertificate } from "../../../../shared/webhook/egress/client-certificate.ts";
import { createAuthority } from "../../../support/certificates.ts";

const authority = createAuthority();
const now = new Date();
const hours = (count: number) => new Date(now.getTime() + count * 3_600_000);
const { cert: certificate, key } = authority.issue({ names: ["payments"] });
const other = authority.issue({ names: ["shop"] });
const passphrase = "open sesame";
const locked = createPrivateKey(key)
  .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase })
  .toString();
const publicKey = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }).toString();
const read = (content: unknown) => readClientCertificate(JSON.stringify(content), now);

describe("the secret of a client certificate", () => {
  it.each([
    ["a certificate and its key", { certificate, key }],
    ["intermediate certificates after its own", { certificate: certificate + authority.cert, key }],
    ["an encrypted key and its passphrase", { certificate, key: locked, passphrase }],
    ["other members too", { certificate, key, note: "of the payments team", renewed: 3 }],
  ])("may hold %s", (_what, content) => {
    const { note: _note, renewed: _renewed, ...used } = { note: "", renewed: 0, ...content };
    expect(read(content)).toEqual({ certificate: used });
  });

  const old = authority.issue({ names: ["x"], notBefore: hours(-3), notAfter: hours(-1) });
  const early = authority.issue({ names: ["x"], notBefore: hours(1) });
  it.each([
    ["no JSON", certificate, "must be a JSON object"],
    ["a list", [certificate, key], "must be a JSON object"],
    ["no key", { certificate }, "must be a JSON object"],
    ["an empty key", { certificate, key: "" }, "must be a JSON object"],
    ["no certificate", { key }, "must be a JSON object"],
    ["a passphrase that is no text", { certificate, key, passphrase: 1234 }, "must be a JSON object"],
    ["a key for a certificate", { certificate: key, key }, "certificate that cannot be read"],
    [
      "half a certificate",
      { certificate: certificate.slice(0, 200), key },
      "certificate that cannot be read",
    ],
    ["a certificate that has expired", { certificate: old.cert, key: old.key }, "has expired"],
    ["a certificate of tomorrow", { certificate: early.cert, key: early.key }, "not valid yet"],
    ["the key of another", { certificate, key: other.key }, "does not belong to its certificate"],
    ["a public key", { certificate, key: publicKey }, "key that cannot be read"],
    ["half a key", { certificate, key: key.slice(0, 80) }, "key that cannot be read"],
    ["a locked key alone", { certificate, key: locked }, "needs its passphrase"],
    ["a wrong passphrase", { certificate, key: locked, passphrase: "open barley" }, "needs its passphrase"],
  ])("is refused with %s", (_what, content, words) => {
    const result = read(content) as { problem: string };
    expect(result.problem).toContain(words);
    expect(result.problem).not.toMatch(/BEGIN PRIV|sesame|barley|[A-Za-z0-9+/]{40}/);
  });
});
