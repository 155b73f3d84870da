// A bundle of authorities is refused with what is wrong, each certificate by its subject.
import { describe, expect, it } from "vitest";
import { findCaBundleProblems, splitCaBundle } from "../../../shared/contract/ca-bundle.ts";
import { createAuthority } from "../../support/certificates.ts";

const now = new Date();
const hours = (count: number) => new Date(now.getTime() + count * 3_600_000);
const root = createAuthority("Acme root");
const second = createAuthority("Acme second root");
const expired = createAuthority("Old root", { notBefore: hours(-9), notAfter: hours(-1) });
const early = createAuthority("New root", { notBefore: hours(1) });
const leaf = root.issue({ names: ["hooks.acme.example"] });
const broken = root.cert.replace(/\n[^-]{40}/, "\nAAAA");

describe("a bundle of authorities", () => {
  it("is its certificates; text between them, and the line ends, are its own business", () => {
    const windows = `# Acme\r\n${root.cert.replaceAll("\n", "\r\n")}subject=second\n${second.cert}`;
    expect(findCaBundleProblems(windows, now)).toEqual([]);
    expect(splitCaBundle(windows)).toHaveLength(2);
  });

  it.each([
    ["nothing", "", ["holds no certificate"]],
    ["DER", "0\u0082\u0001", ["holds no certificate"]],
    ["a private key", root.cert + root.key, ["holds a private key"]],
    ["half a certificate", root.cert + second.cert.slice(0, 300), ["no whole certificate"]],
    ["a certificate that is none", broken + root.cert, ["number 1, that cannot be read"]],
    ["a server's certificate", leaf.cert, ["not of an authority (CN=hooks.acme.example)"]],
    ["an expired authority", root.cert + expired.cert, ["has expired (CN=Old root)"]],
    ["one of tomorrow", early.cert, ["not valid yet (CN=New root)"]],
    ["several wrong ones", expired.cert + leaf.cert, ["(CN=Old root)", "(CN=hooks.acme.example)"]],
    ["a whole internet of them", root.cert.repeat(101), ["at most 100"]],
  ])("with %s is refused, all of it at once", (_what, pem, words) => {
    const problems = findCaBundleProblems(pem, now);
    expect(problems).toEqual(words.map((each) => expect.stringContaining(each)));
    for (const problem of problems) expect(problem).toMatch(/^holds [^\n]+$/);
  });
});
