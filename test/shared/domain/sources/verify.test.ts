// Messages over HTTP are verified as their systems sign them: held against the library of Standard Webhooks, and the
// documented forms of the others.
import { describe, expect, it } from "vitest";
import { SCHEME_NAMES, type SchemeName } from "../../../../shared/domain/sources/schemes.ts";
import { isSignedWith } from "../../../../shared/domain/sources/verify.ts";
import { signedBy } from "../../../support/signed-messages.ts";

const now = new Date("2026-03-01T09:30:00Z");
const seconds = String(now.getTime() / 1000);
const body = Buffer.from('{"text":"Ünïcode \\u00e9 and  two blanks"}');
const SECRETS: Record<SchemeName, string> = {
  standard_webhooks: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  pagerduty: "PNvFvbOPbrQQhJ7kIhuE",
  grafana: "a-secret-of-grafana",
  bearer: "a-token-of-24-characters",
  basic: "runbooks:a:password",
};

const SIGN = Object.fromEntries(
  SCHEME_NAMES.map((scheme) => [
    scheme,
    (secret: string, signed = body, at = now) => signedBy(scheme, secret, signed.toString("utf8"), at),
  ]),
) as Record<SchemeName, (secret: string, signed?: Buffer, at?: Date) => Record<string, string>>;
const SIGNS_BODY: readonly SchemeName[] = ["standard_webhooks", "pagerduty", "grafana"];
const SIGNS_TIME: readonly SchemeName[] = ["standard_webhooks", "grafana"];

describe.each(SCHEME_NAMES)("%s", (scheme) => {
  const secret = SECRETS[scheme];
  const other = scheme === "standard_webhooks" ? "whsec_AfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" : `${secret}x`;

  it("takes what its system signs", () => {
    expect(isSignedWith(scheme, secret, { headers: SIGN[scheme](secret), body, now })).toBe(true);
  });

  it("refuses another secret, no signature, and half of one", () => {
    const headers = SIGN[scheme](secret);
    const half = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.slice(0, -4)]),
    );
    const wrong = [SIGN[scheme](other), {}, half];
    const verdicts = wrong.map((sent) => isSignedWith(scheme, secret, { headers: sent, body, now }));
    expect(verdicts).toEqual([false, false, false]);
  });
});

it.each(SIGNS_BODY)("%s refuses another body, if only by a blank", (scheme) => {
  const secret = SECRETS[scheme];
  const changed = Buffer.concat([body, Buffer.from(" ")]);
  expect(isSignedWith(scheme, secret, { headers: SIGN[scheme](secret), body: changed, now })).toBe(false);
});

it.each(SIGNS_TIME)("%s refuses a time that is minutes away, and another than the signed one", (scheme) => {
  const secret = SECRETS[scheme];
  const shifts = [-301, 301].map((shift) => {
    const at = new Date(now.getTime() + shift * 1000);
    return isSignedWith(scheme, secret, { headers: SIGN[scheme](secret, body, at), body, now });
  });
  const old = SIGN[scheme](secret, body, new Date(now.getTime() - 600_000));
  const timestamp = Object.keys(old).find((name) => name.endsWith("timestamp")) ?? "";
  const forged = isSignedWith(scheme, secret, { headers: { ...old, [timestamp]: seconds }, body, now });
  expect([...shifts, forged]).toEqual([false, false, false]);
});

it("many signatures in one header cost no more than a few", () => {
  const headers = {
    "x-pagerduty-signature": `${"v1=00,".repeat(100)}${SIGN.pagerduty(SECRETS.pagerduty)["x-pagerduty-signature"]}`,
  };
  expect(isSignedWith("pagerduty", SECRETS.pagerduty, { headers, body, now })).toBe(false);
});
