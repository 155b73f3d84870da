// A bundle of certificate authorities: PEM text, its certificates, and what is wrong with it.
import { X509Certificate } from "node:crypto";

/** Each call's TLS context holds all of them. */
const MOST = 100;

/** Returns the certificates of the bundle, each in PEM. Text around them is a comment. */
export function splitCaBundle(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
}

/** Returns everything that is wrong, in words that go on after the name of the bundle; nothing: it can be trusted. */
export function findCaBundleProblems(pem: string, now: Date): string[] {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem))
    return ["holds a private key: take it out, and renew it if others could read the file"];
  const begun = pem.split("-----BEGIN ").length - 1;
  const certificates = splitCaBundle(pem);
  if (certificates.length === 0) return ["holds no certificate: it must be PEM, with BEGIN CERTIFICATE"];
  if (certificates.length < begun)
    return ["holds a block that is no whole certificate: check its BEGIN and END"];
  if (certificates.length > MOST)
    return [`holds ${certificates.length} certificates: at most ${MOST} are taken`];
  return certificates.flatMap((certificate, index) => findProblem(certificate, index + 1, now) ?? []);
}

function findProblem(pem: string, position: number, now: Date): string | undefined {
  const certificate = parse(pem);
  if (certificate === null) return `holds a certificate, number ${position}, that cannot be read`;
  const { subject, ca, validFromDate, validToDate } = certificate;
  const named = `(${subject?.split("\n").join(", ") || `number ${position}`})`;
  if (!ca)
    return `holds a certificate that is not of an authority ${named}: give that of the authority that signed it`;
  if (now > validToDate)
    return `holds a certificate that has expired ${named}: take it out, or give the renewed one`;
  return now < validFromDate ? `holds a certificate that is not valid yet ${named}` : undefined;
}

function parse(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}
