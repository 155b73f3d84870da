// What each format accepts and refuses.
import { describe, expect, test } from "vitest";
import { FORMATS } from "../../../shared/parameters/formats.ts";

const CASES: Record<string, { valid: string[]; invalid: string[] }> = {
  date: {
    valid: ["2026-01-31", "2024-02-29", "2000-02-29", "0000-01-01"],
    invalid: [
      "2026-02-29",
      "1900-02-29",
      "2026-13-01",
      "2026-00-10",
      "2026-04-31",
      "2026-1-1",
      "2026-01-00",
      " 2026-01-01",
      "2026-01-01\n",
      "",
    ],
  },
  "date-time": {
    valid: [
      "2026-01-31T09:30:00Z",
      "2026-01-31t09:30:00.123456z",
      "2026-01-31T09:30:00+05:30",
      "1998-12-31T23:59:60Z",
      "1998-12-31T15:59:60-08:00",
    ],
    invalid: [
      "2026-01-31 09:30:00Z",
      "2026-01-31T09:30:00",
      "2026-02-31T09:30:00Z",
      "2026-01-31T09:30Z",
      "1998-12-31T22:59:60Z",
      "2026-01-31T24:00:00Z",
      "2026-01-31",
    ],
  },
  time: {
    valid: ["00:00:00Z", "23:59:59.999Z", "08:30:06-08:00", "23:59:60Z", "01:29:60+01:30"],
    invalid: [
      "24:00:00Z",
      "12:60:00Z",
      "12:00:61Z",
      "12:00:00",
      "12:00:00+24:00",
      "12:00:00+01:60",
      "12:00:60Z",
      "1:00:00Z",
      "12:00:00.Z",
    ],
  },
  duration: {
    valid: ["P1Y2M3DT4H5M6S", "PT15M", "P2W", "P1D", "PT0S", "P1Y", "PT36H", "P1DT12H"],
    invalid: ["P", "PT", "P1", "1D", "P1DT", "P1S", "PT1D", "P2W1D", "PT0.5S", "P-1D", "p1d", "P1H", ""],
  },
  email: {
    valid: ["ada@example.com", "a.b+c@x-y.example", "o'neil@localhost"],
    invalid: [
      "ada",
      "@example.com",
      "ada@",
      "a..b@example.com",
      ".a@example.com",
      "a.@example.com",
      "a@b@c",
      "a b@c.d",
      "ada@-x.com",
      `${"a".repeat(65)}@x.com`,
    ],
  },
  hostname: {
    valid: ["a", "db-1.example.com", "1.2.3", "x".repeat(63), Array(4).fill("x".repeat(62)).join(".")],
    invalid: [
      "",
      "-a",
      "a-",
      "a..b",
      "a.",
      ".a",
      "a_b",
      "x".repeat(64),
      Array(5).fill("x".repeat(62)).join("."),
      "é.com",
      "a b",
    ],
  },
  cidr: {
    valid: ["192.0.2.0/24", "0.0.0.0/0", "10.1.2.3/8", "2001:db8::/32", "::/0", "::1/128"],
    invalid: [
      "192.0.2.0",
      "192.0.2.0/33",
      "192.0.2/24",
      "::/129",
      "::1",
      "10.0.0.0/08",
      "10.0.0.0/-1",
      "/8",
      "",
    ],
  },
  ipv4: {
    valid: ["0.0.0.0", "192.0.2.1", "255.255.255.255"],
    invalid: ["256.0.0.1", "1.2.3", "01.2.3.4", "1.2.3.4.5", "1.2.3.4 ", "0x7f.0.0.1", "2130706433", "::1"],
  },
  ipv6: {
    valid: ["::", "::1", "2001:db8::1", "::ffff:192.0.2.1", "1:2:3:4:5:6:7:8"],
    invalid: ["1:2:3:4:5:6:7", ":::", "1::2::3", "12345::", "fe80::1%eth0", "::1/64", "192.0.2.1", ""],
  },
  regex: {
    valid: ["", "^a+$", "(?<year>\\d{4})", "\\p{L}", "a|b", "(?=a)"],
    invalid: ["(", "[", "a{2,1}", "*", "\\p{Nope}", "(?<a>x)(?<a>y)", "\\_"],
  },
  uri: {
    valid: [
      "https://example.com/path?q=1#f",
      "mailto:ada@example.com",
      "urn:isbn:0451450523",
      "http://[2001:db8::1]:8080/",
      "https://x.example/%20",
    ],
    invalid: [
      "example.com",
      "/path",
      "//example.com",
      "https://exa mple.com",
      "https://x.example/%zz",
      "https://x.example/\\",
      "1http://x",
      "http://",
      "https://x.example/é",
      "",
    ],
  },
  "uri-reference": {
    valid: ["/path?q=1#f", "../x", "?q", "#f", "", "//example.com/x", "https://example.com", "a/b:c", "%20"],
    invalid: ["a b", "/%zz", "\\x", "1:2", ":x", "/é", "//[", "https://exa mple.com"],
  },
  uuid: {
    valid: ["3f2b8c1e-0d4a-4b7e-9a51-6c8d2e7f1a90", "3F2B8C1E-0D4A-4B7E-9A51-6C8D2E7F1A90"],
    invalid: [
      "3f2b8c1e0d4a4b7e9a516c8d2e7f1a90",
      "{3f2b8c1e-0d4a-4b7e-9a51-6c8d2e7f1a90}",
      "3f2b8c1e-0d4a-4b7e-9a51-6c8d2e7f1a9",
      "3f2b8c1e-0d4a-4b7e-9a51-6c8d2e7f1a9g",
    ],
  },
};

test("every format has its cases, and accepts its own example", () => {
  expect(Object.keys(CASES)).toEqual([...FORMATS.keys()]);
  for (const format of FORMATS.values()) expect(format.accepts(format.example)).toBe(true);
});

describe.each(Object.entries(CASES))("%s", (name, { valid, invalid }) => {
  test.each(valid)("accepts %j", (text) => expect(FORMATS.get(name)?.accepts(text)).toBe(true));
  test.each(invalid)("refuses %j", (text) => expect(FORMATS.get(name)?.accepts(text)).toBe(false));
});
