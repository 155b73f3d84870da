// A URL that may not be called: the words name the rule, the setting that could allow it, and nothing else.
import { describe, expect, it } from "vitest";
import {
  checkUrl,
  type EgressPolicy,
  hostOf,
  isInternalName,
} from "../../../shared/webhook/egress/egress-policy.ts";

const strict: EgressPolicy = { allowCidrs: [], allowHosts: [], allowHttp: false, ports: [] };
const host = (length: number) =>
  `${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(length - 192)}`;

describe("a URL that may not be called", () => {
  it.each([
    ["https://a b", {}, "malformed_request", "A URL must not contain white space or a backslash."],
    ["nonsense", {}, "malformed_request", "This is not a URL such as https://host/path."],
    ["http://example.com", {}, "egress_denied", "Only https URLs may be called."],
    ["ftp://example.com", { allowHttp: true }, "egress_denied", "Only https and http URLs may be called."],
    [
      "https://example.com:8443",
      {},
      "egress_denied",
      "Port 8443 may not be called; this deployment allows 443 (WEBHOOK_PORTS).",
    ],
    [
      "http://example.com:8080",
      { allowHttp: true, ports: ["9000"] },
      "egress_denied",
      "Port 8080 may not be called; this deployment allows 443, 80, 9000 (WEBHOOK_PORTS).",
    ],
    [
      "https://10.0.0.1",
      {},
      "egress_denied",
      "The address 10.0.0.1 is not public; an operator can allow its range (WEBHOOK_EGRESS_ALLOW).",
    ],
    [
      "https://169.254.169.254",
      { allowCidrs: ["0.0.0.0/0"] },
      "egress_denied",
      "The address 169.254.169.254 is of the machine's own link, which is never called.",
    ],
    [
      "https://other.example.com",
      { allowHosts: ["example.com"] },
      "egress_denied",
      "other.example.com is not among the hosts that this deployment may call (WEBHOOK_HOST_ALLOW).",
    ],
    [`https://${"a".repeat(64)}.com`, {}, "egress_denied", "The host is not a valid name."],
    [`https://${host(254)}`, {}, "egress_denied", "The host is not a valid name."],
  ] as const)("%s is refused with its own reason", (url, changes, code, message) => {
    const policy: EgressPolicy = { ...strict, ...changes };
    expect(() => checkUrl(url, policy)).toThrow(expect.objectContaining({ code, message }));
  });

  it.each([
    `https://${host(253)}`,
    `https://${"a".repeat(63)}.com`,
    "https://8.8.8.8",
    "https://example.com:443",
  ])("%s may", (url) => {
    expect(checkUrl(url, strict).href).toContain("https://");
  });

  it("port 80 comes with http, and only with it", () => {
    expect(() => checkUrl("http://example.com", { ...strict, allowHttp: true })).not.toThrow();
    expect(() => checkUrl("https://example.com:80", strict)).toThrow(/Port 80/);
  });
});

describe("a host", () => {
  it("that is an address is no internal name; one without a dot is", () => {
    expect(["::1", "10.0.0.1", "example.com"].filter(isInternalName)).toEqual([]);
    expect(["intranet", "db.internal", "printer.local"].filter((name) => !isInternalName(name))).toEqual([]);
  });

  it("is known without the brackets of a URL", () => {
    expect(hostOf(new URL("https://[2001:db8::1]/"))).toBe("2001:db8::1");
    expect(hostOf(new URL("https://example.com/"))).toBe("example.com");
  });
});
