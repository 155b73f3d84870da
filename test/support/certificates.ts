// Makes certificates in memory: an authority, and certificates that it signs, valid or not.
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";

export type Certificate = { cert: string; key: string };
type Authority = Certificate & { issue(options: CertificateOptions): Certificate };
type Dates = { notBefore?: Date; notAfter?: Date };
type CertificateOptions = Dates & { names: readonly string[] };

const DAY = 86_400_000;

/** An authority that clients trust when it is given to them as `ca`. */
export function createAuthority(commonName = "Test authority", dates: Dates = {}): Authority {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issue = (options: CertificateOptions): Certificate => {
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const subject = options.names[0] ?? "nobody";
    const extension = alternativeNames(options.names);
    const cert = certificate(
      { ...options, issuer: commonName, subject, extension },
      pair.publicKey,
      privateKey,
    );
    return { cert, key: pem(pair.privateKey) };
  };
  const own = { ...dates, names: [], issuer: commonName, subject: commonName, extension: basicConstraints() };
  return { cert: certificate(own, publicKey, privateKey), key: pem(privateKey), issue };
}

type Facts = CertificateOptions & { issuer: string; subject: string; extension: Buffer };

function certificate(facts: Facts, publicKey: KeyObject, signer: KeyObject): string {
  const now = Date.now();
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    commonName(facts.issuer),
    sequence(time(facts.notBefore ?? new Date(now - DAY)), time(facts.notAfter ?? new Date(now + DAY))),
    commonName(facts.subject),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(facts.extension)),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign("sha256", body, signer)]);
  const base64 = sequence(body, ECDSA_WITH_SHA256, der(0x03, signature)).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${base64.match(/.{1,64}/g)?.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]) => der(0x30, Buffer.concat(parts));
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const ECDSA_WITH_SHA256 = sequence(oid("2a8648ce3d040302"));

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(oid("550403"), der(0x0c, Buffer.from(name)))));
}

/** GeneralizedTime without fractions. */
function time(date: Date): Buffer {
  return der(0x18, Buffer.from(date.toISOString().replace(/[-:T]|\.\d+/g, "")));
}

function alternativeNames(names: readonly string[]): Buffer {
  const entries = names.map((name) =>
    isIP(name) === 4 ? der(0x87, Buffer.from(name.split(".").map(Number))) : der(0x82, Buffer.from(name)),
  );
  return sequence(oid("551d11"), der(0x04, sequence(...entries)));
}

function basicConstraints(): Buffer {
  return sequence(
    oid("551d13"),
    der(0x01, Buffer.from([0xff])),
    der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
  );
}

function pem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}
