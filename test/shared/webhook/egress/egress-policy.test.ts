// Promises about URLs: which may be called, and what is said about those that may not.
import { describe, expect, it } from "vitest";
import { readEnvironment } from "../../../../shared/contract/env.ts";
import { ServiceError } from "../../../../shared/domain/errors.ts";
import {
  checkUrl,
  type EgressPolicy,
  readEgressPolicy,
} from "../../../../shared/webhook/egress/egress-policy.ts";

const EGRESS = ["WEBHOOK_EGRESS_ALLOW", "WEBHOOK_HOST_ALLOW", "WEBHOOK_ALLOW_HTTP", "WEBHOOK_PORTS"] as const;
const STRICT: EgressPolicy = { allowCidrs: [], allowHosts: [], allowHttp: false, ports: [] };

function refusal(text: string, policy: EgressPolicy = STRICT): { code: string; message: string } {
  try {
    const url = checkUrl(text, policy);
    return { code: "allowed", message: url.href };
  } catch (error) {
    if (error instanceof ServiceError) return { code: error.code, message: error.message };
    throw error;
  }
}

describe("URLs", () => {
  it.each([
    "file:///etc/passwd",
    "gopher://x.example/",
    "ftp://x.example/",
    "data:text/plain,x",
    "unix:/tmp/s",
    "ws://x.example/",
    "wss://x.example/",
    "javascript:alert(1)",
    "http://x.example/",
    "blob:https://x.example/1",
  ])("[A10] %s has a scheme that is not called", (text) => {
    expect(refusal(text)).toMatchObject({ code: "egress_denied", message: expect.stringContaining("https") });
  });

  it("[A10] http is called only if the deployment allows it", () => {
    expect(refusal("http://x.example/", { ...STRICT, allowHttp: true }).code).toBe("allowed");
    expect(refusal("ftp://x.example/", { ...STRICT, allowHttp: true }).code).toBe("egress_denied");
  });

  it.each([
    "https://api.good.example@127.0.0.1/",
    "https://user:pass@x.example/",
    "https://user@x.example/",
    "https://:pass@x.example/",
    "https://a%40b:c@x.example/",
    "https://x.example%40evil.example@y.example/",
  ])("[A11] %s carries credentials and is refused", (text) => {
    const { code, message } = refusal(text);
    expect(code).toBe("egress_denied");
    expect(message).toContain("webhookAuth");
    expect(message).not.toContain("pass@");
  });

  it.each([22, 25, 80, 8080, 8443, 6379, 9001, 11211, 65535])(
    "[A12] port %i is refused unless it is listed",
    (port) => {
      const url = `https://x.example:${port}/`;
      expect(refusal(url)).toMatchObject({
        code: "egress_denied",
        message: expect.stringContaining(`Port ${port}`),
      });
      expect(refusal(url, { ...STRICT, ports: [String(port)] }).code).toBe("allowed");
      expect(refusal(url, { ...STRICT, ports: ["*"] }).code).toBe("allowed");
    },
  );

  it("[A12] 443 is always allowed, 80 comes with http", () => {
    expect(refusal("https://x.example:443/").code).toBe("allowed");
    expect(refusal("http://x.example:80/", { ...STRICT, allowHttp: true }).code).toBe("allowed");
    expect(refusal("http://x.example:81/", { ...STRICT, allowHttp: true }).code).toBe("egress_denied");
  });

  it.each([
    "localhost",
    "LOCALHOST",
    "localhost.",
    "a.localhost",
    "db.internal",
    "printer.local",
    "metadata.google.internal",
    "instance-data.ec2.internal",
    "router.lan",
    "nas.home.arpa",
    "localhost.localdomain",
    "intranet",
    "metadata",
  ])("[A13] %s is a name of the inside and refused", (host) => {
    expect(refusal(`https://${host}/`)).toMatchObject({
      code: "egress_denied",
      message: expect.stringContaining("WEBHOOK_EGRESS_ALLOW"),
    });
  });

  it("[A13] internal names pass this check only if an allow-listed range could hold them", () => {
    const loopback = { ...STRICT, allowCidrs: ["127.0.0.0/8"] };
    const inside = { ...STRICT, allowCidrs: ["10.0.0.0/8"] };
    expect(refusal("https://localhost/", loopback).code).toBe("allowed");
    expect(refusal("https://localhost/", inside).code).toBe("egress_denied");
    expect(refusal("https://db.internal/", inside).code).toBe("allowed");
  });

  it.each([
    ["https://X.Example./a", "https://x.example/a"],
    ["https://bücher.example/", "https://xn--bcher-kva.example/"],
    ["https://x.example", "https://x.example/"],
  ])("[A13] %s is called as %s", (text, href) => {
    expect(checkUrl(text, STRICT).href).toBe(href);
  });

  it.each([
    "https://x..example/",
    "https://.x.example/",
    "https://x.example../",
    `https://${"a".repeat(64)}.example/`,
  ])("[A13] %s has no valid host", (text) => {
    expect(refusal(text).code).not.toBe("allowed");
  });

  it.each([
    "",
    "x",
    "//x.example/",
    "https://",
    "https://x.example:99999/",
    "https://x.exa mple/",
    "https://x.example/\n",
    "https://x.example\\@127.0.0.1/",
    "\thttps://x.example/",
    "https://[::1/",
  ])("%j is no URL", (text) => {
    expect(refusal(text).code).toBe("malformed_request");
  });

  it("a host allow-list names hosts, or all subdomains of one", () => {
    const listed = { ...STRICT, allowHosts: ["api.example.com", "*.hooks.example"] };
    for (const host of [
      "api.example.com",
      "API.example.com",
      "api.example.com.",
      "a.hooks.example",
      "a.b.hooks.example",
    ]) {
      expect([host, refusal(`https://${host}/`, listed).code]).toEqual([host, "allowed"]);
    }
    for (const host of [
      "example.com",
      "x.api.example.com",
      "hooks.example",
      "evilhooks.example",
      "api.example.com.evil.example",
      "8.8.8.8",
    ]) {
      expect([host, refusal(`https://${host}/`, listed).code]).toEqual([host, "egress_denied"]);
    }
  });

  it("a host on the allow-list gives no access to an address that is not public", () => {
    expect(refusal("https://127.0.0.1/", { ...STRICT, allowHosts: ["127.0.0.1"] }).code).toBe(
      "egress_denied",
    );
  });

  it("[A3] an operator's setting is read from the environment, and a range that is none stops the start", () => {
    const env = (allow: string) =>
      readEnvironment(EGRESS, {
        WEBHOOK_EGRESS_ALLOW: allow,
        WEBHOOK_HOST_ALLOW: "API.example.com",
        WEBHOOK_ALLOW_HTTP: "true",
        WEBHOOK_PORTS: "8080,8443",
      });
    expect(readEgressPolicy(env("127.0.0.0/8, ::1/128"))).toEqual({
      allowCidrs: ["127.0.0.0/8", "::1/128"],
      allowHosts: ["api.example.com"],
      allowHttp: true,
      ports: ["8080", "8443"],
    });
    expect(() => readEgressPolicy(env("10.0.0.0/99"))).toThrow("WEBHOOK_EGRESS_ALLOW must be CIDRs");
  });

  it("[A3] an invalid range is no policy, whoever has read it", () => {
    const given = { ...readEnvironment(EGRESS, {}), WEBHOOK_EGRESS_ALLOW: ["10.0.0.0/8", "10.0.0.0/99"] };
    expect(() => readEgressPolicy(given)).toThrow("10.0.0.0/99 is not a CIDR like 10.0.0.0/8");
  });
});
