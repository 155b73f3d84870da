// Promises about IP addresses: which are public, in any embedded form.
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { checkAddress, isNeverCalled } from "../../../../shared/webhook/egress/addresses.ts";

const DENIED_V4: [cidr: string, before: string | null, after: string | null][] = [
  ["0.0.0.0/8", null, "1.0.0.0"],
  ["10.0.0.0/8", "9.255.255.255", "11.0.0.0"],
  ["100.64.0.0/10", "100.63.255.255", "100.128.0.0"],
  ["127.0.0.0/8", "126.255.255.255", "128.0.0.0"],
  ["169.254.0.0/16", "169.253.255.255", "169.255.0.0"],
  ["172.16.0.0/12", "172.15.255.255", "172.32.0.0"],
  ["192.0.0.0/24", "191.255.255.255", "192.0.1.0"],
  ["192.0.2.0/24", "192.0.1.255", "192.0.3.0"],
  ["192.88.99.0/24", "192.88.98.255", "192.88.100.0"],
  ["192.168.0.0/16", "192.167.255.255", "192.169.0.0"],
  ["198.18.0.0/15", "198.17.255.255", "198.20.0.0"],
  ["198.51.100.0/24", "198.51.99.255", "198.51.101.0"],
  ["203.0.113.0/24", "203.0.112.255", "203.0.114.0"],
  ["224.0.0.0/4", "223.255.255.255", null],
  ["240.0.0.0/4", null, null],
  ["255.255.255.255/32", null, null],
  ["168.63.129.16/32", "168.63.129.15", "168.63.129.17"],
];

const DENIED_V6 = [
  "::",
  "::1",
  "::7f00:1",
  "::ffff:127.0.0.1",
  "::ffff:a9fe:a9fe",
  "::ffff:0:127.0.0.1",
  "64:ff9b::7f00:1",
  "64:ff9b::808:808",
  "64:ff9b:1::a00:1",
  "100::1",
  "100:0:0:1::1",
  "2001::1",
  "2001:2::1",
  "2001:10::1",
  "2001:20::1",
  "2001:db8::1",
  "2002:7f00:1::",
  "2002:808:808::1",
  "3fff::1",
  "3fff:fff::1",
  "5f00::1",
  "fc00::1",
  "fd00:ec2::254",
  "fdff:ffff::1",
  "fe80::1",
  "febf::1",
  "fec0::1",
  "ff02::1",
  "4000::1",
  "8000::1",
];

describe("addresses of the machine's own link", () => {
  const EVERYTHING = ["0.0.0.0/0", "::/0", "169.254.0.0/16", "169.254.169.254/32", "fe80::/10", "fd00::/8"];
  const OWN = ["169.254.0.0", "169.254.169.254", "169.254.169.253", "169.254.170.2", "169.254.255.255"];
  const OWN_V6 = ["::ffff:169.254.169.254", "fe80::1", "febf::1", "fd00:ec2::254", "fd00:ec2::253"];
  it.each([...OWN, ...OWN_V6])("%s is never called, whatever the allow-list says", (address) => {
    expect(checkAddress(address, EVERYTHING)).toBe("denied");
    expect(isNeverCalled(address)).toBe(true);
  });

  it.each(["10.0.0.1", "127.0.0.1", "::1", "fd00::1", "169.253.255.255", "169.255.0.0", "8.8.8.8"])(
    "%s is none of them",
    (address) => {
      expect(checkAddress(address, EVERYTHING)).toBe("allow_listed");
      expect(isNeverCalled(address)).toBe(false);
    },
  );
});

/** First, middle and last address of an IPv4 range. */
function samples(cidr: string): string[] {
  const [base = "", bits = "32"] = cidr.split("/");
  const first = toNumber(base);
  const size = 2 ** (32 - Number(bits));
  return [first, first + Math.floor(size / 2), first + size - 1].map(toText);
}
const toNumber = (ip: string) => ip.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
const toText = (n: number) =>
  [n / 2 ** 24, n / 2 ** 16, n / 256, n].map((p) => Math.floor(p) % 256).join(".");

const deniedV4 = fc
  .constantFrom(...DENIED_V4.map(([cidr]) => cidr))
  .chain((cidr) => fc.constantFrom(...samples(cidr)));

describe("addresses", () => {
  it.each(DENIED_V4)(
    "[A5] %s is denied from end to end, and its neighbours are not",
    (cidr, before, after) => {
      for (const address of samples(cidr))
        expect([address, checkAddress(address, [])]).toEqual([address, "denied"]);
      for (const address of [before, after]) if (address) expect(checkAddress(address, [])).toBe("public");
    },
  );

  it.each(DENIED_V6)("[A4] %s is denied", (address) => {
    expect(checkAddress(address, [])).toBe("denied");
  });

  it.each([
    "1.1.1.1",
    "8.8.8.8",
    "52.94.236.248",
    "2606:4700:4700::1111",
    "2a00:1450:4001:829::200e",
    "2600:1f18::1",
  ])("%s is public", (address) => {
    expect(checkAddress(address, [])).toBe("public");
  });

  it("[A4] a denied IPv4 address is denied in every IPv6 form that can carry it", () => {
    const embed: ((hex: string, ip: string) => string)[] = [
      (_, ip) => `::${ip}`,
      (_, ip) => `::ffff:${ip}`,
      (_, ip) => `::ffff:0:${ip}`,
      (_, ip) => `64:ff9b::${ip}`,
      (_, ip) => `64:ff9b:1::${ip}`,
      (hex) => `2002:${hex}::`,
      (hex) => `2002:${hex}::1`,
      (hex) => `2001:0:${hex}::`,
    ];
    const property = fc.property(deniedV4, fc.constantFrom(...embed), (ip, form) => {
      const hex = toNumber(ip)
        .toString(16)
        .padStart(8, "0")
        .replace(/(.{4})$/, ":$1");
      expect(checkAddress(form(hex, ip), [])).toBe("denied");
    });
    fc.assert(property, { numRuns: 1000 });
  });

  it("an allow-listed range lets its addresses through, its mapped forms too, and no others", () => {
    const allow = ["10.1.0.0/16", "fd00:1::/32"];
    expect(checkAddress("10.1.2.3", allow)).toBe("allow_listed");
    expect(checkAddress("::ffff:10.1.2.3", allow)).toBe("allow_listed");
    expect(checkAddress("fd00:1::5", allow)).toBe("allow_listed");
    expect(checkAddress("10.2.0.0", allow)).toBe("denied");
    expect(checkAddress("64:ff9b::a01:203", allow)).toBe("denied");
    expect(checkAddress("169.254.169.254", allow)).toBe("denied");
  });

  it.each([
    "",
    "localhost",
    "127.1",
    "0x7f.0.0.1",
    "2130706433",
    "010.8.8.8",
    "fe80::1%eth0",
    "2606:4700::1%lo",
    "8.8.8.8.8",
    "::g",
  ])("%j is no address as sockets write them, and denied", (text) => {
    expect(checkAddress(text, ["0.0.0.0/0", "::/0"])).toBe("denied");
  });

  it("the verdict does not hang on how an IPv6 address is spelled", () => {
    const property = fc.property(fc.ipV6(), (text) => {
      const spelled = ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text).toNormalizedString() : text;
      expect(checkAddress(spelled.toUpperCase(), [])).toBe(checkAddress(text, []));
    });
    fc.assert(property, { numRuns: 500 });
  });
});
