// Promises about connections that must not happen: each is counted at a listener, and the count is 0.
import { spawn } from "node:child_process";
import { once } from "node:events";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exchange } from "../../../shared/webhook/egress/client.ts";
import { explainConnecting, failureByPeer, isCheckedPeer } from "../../../shared/webhook/egress/connector.ts";
import {
  type Listener,
  LOOPBACK_ALLOWED,
  PUBLIC_ONLY,
  startReceiver,
  startTcp,
} from "../../support/receiver.ts";
import { resolverOf } from "../../support/resolver.ts";

const NAME = "receiver.example";

let inside: Listener;
let insideV6: Listener;
beforeAll(async () => {
  inside = await startTcp();
  insideV6 = await startTcp(() => {}, { host: "::1" });
});
afterAll(async () => {
  await inside.close();
  await insideV6.close();
});

const call = (url: string, more: object = {}) =>
  exchange(
    { method: "POST", url, headers: {}, body: "{}" },
    { policy: PUBLIC_ONLY, deadlineMs: 5000, ...more },
  );

async function expectDenied(url: string, more: object = {}) {
  const result = await call(url, more);
  expect([url, result]).toMatchObject([url, { outcome: "failed", code: "egress_denied", sent: "nothing" }]);
  expect(inside.connections() + insideV6.connections()).toBe(0);
}

const SPELLINGS = [
  "127.0.0.1",
  "127.1",
  "127.0.1",
  "127.255.255.254",
  "2130706433",
  "017700000001",
  "0x7f000001",
  "0x7F.1",
  "0177.0.0.1",
  "0177.0.0.0x1",
  "0x7f.0x0.0x0.0x1",
  "127.0.0.1.",
  "127.0.0.0x1",
  "0",
  "0.0.0.0",
  "0x0",
  "①②⑦.0.0.1",
  "127。0。0。1",
  "127．0．0．1",
  "１２７.0.0.1",
  "%31%32%37.0.0.1",
  "127%2e0%2e0%2e1",
  "localhost",
  "LOCALHOST",
  "localhost.",
  "LocalHost",
  "a.localhost",
  "ⓛocalhost",
  "loc%61lhost",
  "[::1]",
  "[0:0:0:0:0:0:0:1]",
  "[::0001]",
  "[::]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[::127.0.0.1]",
  "[::7f00:1]",
  "[64:ff9b::7f00:1]",
  "[64:ff9b:1::127.0.0.1]",
  "[2002:7f00:1::]",
  "[::ffff:0:127.0.0.1]",
  "[2001:0:7f00:1::]",
  "[fe80::1]",
];

const METADATA = [
  "169.254.169.254",
  "2852039166",
  "0xa9fea9fe",
  "0251.0376.0251.0376",
  "169.254.43518",
  "169.254.170.2",
  "169.254.100.1",
  "[fd00:ec2::254]",
  "[::ffff:a9fe:a9fe]",
  "[::a9fe:a9fe]",
  "[64:ff9b::a9fe:a9fe]",
  "metadata.google.internal",
  "instance-data.ec2.internal",
  "168.63.129.16",
  "100.100.100.200",
  "192.0.0.192",
  "10.0.0.1",
  "192.168.0.1",
  "172.16.0.1",
  "0xc0a80001",
  "0300.0250.1",
];

describe("the guard", () => {
  it.each(SPELLINGS)("[A2][A3][A4] %s never reaches this machine", async (host) => {
    const { port } = host.startsWith("[") ? insideV6 : inside;
    await expectDenied(`http://${host}:${port}/`);
  });

  it.each(METADATA)("[A1][A5] %s is not called", async (host) => {
    await expectDenied(`http://${host}/latest/meta-data/`);
  });

  it("[A3] the spelling of an address does not change the verdict", async () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const forms = [
      (n: number) => String(n),
      (n: number) => `0${n.toString(8)}`,
      (n: number) => `0x${n.toString(16)}`,
    ];
    const spelled = fc.tuple(
      octet,
      octet,
      octet,
      fc.array(fc.constantFrom(...forms), { minLength: 4, maxLength: 4 }),
    );
    const property = fc.asyncProperty(spelled, async ([b, c, d, write]) => {
      const host = [127, b, c, d].map((n, i) => write[i]?.(n)).join(".");
      await expectDenied(`http://${host}:${inside.port}/`);
    });
    await fc.assert(property, { numRuns: 200 });
  });

  it.each([
    [["127.0.0.1"]],
    [["::1"]],
    [["93.184.216.34", "127.0.0.1"]],
    [["127.0.0.1", "93.184.216.34"]],
    [["93.184.216.34", "::1"]],
    [["2606:4700::1", "93.184.216.34", "10.0.0.1"]],
    [["::ffff:127.0.0.1"]],
    [["not an address"]],
  ])("[A6] a name that leads to %j is refused for its worst address", async (answers) => {
    await expectDenied(`http://${NAME}:${inside.port}/`, { resolve: resolverOf(answers) });
  });

  it("[A7] a name that is re-pointed after its check is reached 0 times in 1,000 tries", async () => {
    const policy = { ...PUBLIC_ONLY, allowCidrs: ["::1/128"] };
    const resolve = resolverOf(
      ...Array.from({ length: 1000 }, (_, i) => [i % 2 === 0 ? "::1" : "127.0.0.1"]),
    );
    for (let i = 0; i < 1000; i++) {
      const { outcome } = await call(`http://${NAME}:${inside.port}/`, { policy, resolve });
      expect(outcome).toBe("failed");
    }
    expect(inside.connections()).toBe(0);
    expect(resolve.asked).toHaveLength(1000);
  });

  it("[A7] the peer of a connection must be an address that was checked, and still be allowed", () => {
    const checked = ["93.184.216.34", "2606:4700::1111"];
    expect(isCheckedPeer("93.184.216.34", checked, NAME, PUBLIC_ONLY)).toBe(true);
    expect(isCheckedPeer("::ffff:93.184.216.34", checked, NAME, PUBLIC_ONLY)).toBe(true);
    expect(isCheckedPeer("2606:4700:0::1111", checked, NAME, PUBLIC_ONLY)).toBe(true);
    expect(isCheckedPeer("93.184.216.35", checked, NAME, PUBLIC_ONLY)).toBe(false);
    expect(isCheckedPeer("127.0.0.1", ["127.0.0.1"], NAME, PUBLIC_ONLY)).toBe(false);
    expect(isCheckedPeer("93.184.216.34", checked, "db.internal", LOOPBACK_ALLOWED)).toBe(false);
    expect(isCheckedPeer(undefined, checked, NAME, PUBLIC_ONLY)).toBe(false);
  });

  it("a receiver that hangs up as soon as it is connected is not reported as a denied address", async () => {
    expect(failureByPeer("10.1.2.3")).toBe("egress_denied");
    expect(failureByPeer(undefined)).toBe("unreachable");
    await using receiver = await startTcp((socket) => socket.destroy());
    const calls = Array.from({ length: 10 }, () =>
      call(`https://localhost:${receiver.port}/`, { policy: LOOPBACK_ALLOWED }),
    );
    for (const result of await Promise.all(calls)) {
      expect(result).toMatchObject({ outcome: "failed", sent: "nothing" });
      expect(["unreachable", "tls_error"]).toContain("code" in result && result.code);
    }
  });

  it("[A8] no connection outlives its exchange, so a re-pointed name is checked again", async () => {
    await using receiver = await startReceiver();
    const policy = { ...PUBLIC_ONLY, allowCidrs: ["127.0.0.0/8"] };
    const resolve = resolverOf(["127.0.0.1"], ["169.254.169.254"]);
    const url = `http://${NAME}:${receiver.port}/`;
    expect(await call(url, { policy, resolve })).toMatchObject({ outcome: "answered" });
    await expect.poll(() => receiver.open()).toBe(0);
    expect(await call(url, { policy, resolve })).toMatchObject({ code: "egress_denied" });
    expect(receiver.connections()).toBe(1);
  });

  it.each([301, 302, 303, 307, 308])("[A9] a %i is an answer and is not followed", async (status) => {
    await using target = await startReceiver();
    await using receiver = await startReceiver(() => ({ status, headers: { location: target.url } }));
    const result = await call(receiver.url, { policy: LOOPBACK_ALLOWED });
    expect(result).toMatchObject({ outcome: "answered", received: { statusCode: status } });
    expect(target.connections()).toBe(0);
    expect(receiver.connections()).toBe(1);
  });

  it("no resolver is asked about an address", async () => {
    await using receiver = await startReceiver();
    const resolve = resolverOf(["169.254.169.254"]);
    expect(await call(receiver.url, { policy: LOOPBACK_ALLOWED, resolve })).toMatchObject({
      outcome: "answered",
    });
    expect(resolve.asked).toEqual([]);
  });

  it("[A13] an internal name is called only if all its addresses are allow-listed, public ones too", async () => {
    const policy = { ...PUBLIC_ONLY, allowCidrs: ["10.0.0.0/8"] };
    for (const answers of [["93.184.216.34"], ["10.0.0.1", "93.184.216.34"]]) {
      const result = await call(`http://db.internal:${inside.port}/`, {
        policy,
        resolve: resolverOf(answers),
      });
      expect(result).toMatchObject({ code: "egress_denied" });
    }
  });

  it("localhost works if the deployment allows loopback, whichever family the receiver listens on", async () => {
    await using receiver = await startReceiver();
    const resolve = resolverOf(["::1", "127.0.0.1"]);
    const result = await call(`http://localhost:${receiver.port}/`, { policy: LOOPBACK_ALLOWED, resolve });
    expect(result).toMatchObject({ outcome: "answered" });
    expect(receiver.requests[0]?.headers["host"]).toBe(`localhost:${receiver.port}`);
  });

  it("the system's own resolver is asked unless another one is given", async () => {
    await using receiver = await startReceiver();
    const result = await call(`http://localhost:${receiver.port}/`, { policy: LOOPBACK_ALLOWED });
    expect(result).toMatchObject({ outcome: "answered" });
  });

  it("a name that the resolver fails on is not reached", async () => {
    const resolve = () => Promise.reject(new Error("SERVFAIL"));
    const result = await call("http://receiver.example/", { policy: LOOPBACK_ALLOWED, resolve });
    expect(result).toMatchObject({ outcome: "failed", code: "unreachable" });
  });

  it("[A17] proxies and TLS switches in the environment change nothing", async () => {
    await using proxy = await startTcp();
    await using receiver = await startReceiver();
    const client = new URL("../../../shared/webhook/egress/client.ts", import.meta.url).href;
    const script = `
      import { exchange } from ${JSON.stringify(client)};
      const request = { method: "POST", headers: {}, body: "{}", url: ${JSON.stringify(receiver.url)} };
      const policy = { ...${JSON.stringify(PUBLIC_ONLY)}, allowCidrs: process.argv.slice(1) };
      const { outcome } = await exchange(request, { policy, deadlineMs: 5000 });
      process.stdout.write(outcome);`;
    const env = {
      ...process.env,
      HTTP_PROXY: proxy.url,
      HTTPS_PROXY: proxy.url,
      http_proxy: proxy.url,
      ALL_PROXY: proxy.url,
      NO_PROXY: "",
      NODE_USE_ENV_PROXY: "1",
    };
    const run = async (...allow: string[]) => {
      const child = spawn(process.execPath, ["--input-type=module", "-e", script, ...allow], { env });
      let output = "";
      child.stdout.on("data", (chunk) => {
        output += chunk;
      });
      await once(child, "close");
      return output;
    };
    expect(await run("127.0.0.1/32")).toBe("answered");
    expect(await run()).toBe("failed");
    expect(proxy.connections()).toBe(0);
    expect(receiver.connections()).toBe(1);
  });

  it("[A19] reveals nothing about the ports of an address that is not public, and no message holds one", async () => {
    const closed = await startTcp();
    await closed.close();
    const port = closed.port;
    const policy = { ...PUBLIC_ONLY, allowCidrs: ["127.0.0.1/32"] };
    const messages = await Promise.all([
      call(`https://${NAME}:${port}/`, { policy, resolve: resolverOf(["127.0.0.1"]) }),
      call(`http://${NAME}:${port}/`, { policy, resolve: resolverOf(["127.0.0.1"]) }),
      call(`http://localhost:${port}/`, { policy, resolve: resolverOf([]) }),
      call(`http://intranet:${port}/`, { policy, resolve: () => Promise.reject(lookupError("ENOTFOUND")) }),
      call(`http://127.0.0.1:${port}/`, { policy }),
      call(`http://${NAME}:${port}/`, { policy, resolve: resolverOf(["10.1.2.3"]) }),
    ]);
    expect(messages.map((m) => "code" in m && m.code)).toEqual([
      "unreachable",
      "unreachable",
      "unreachable",
      "unreachable",
      "unreachable",
      "egress_denied",
    ]);
    expect(new Set(messages.slice(0, 5).map((m) => "message" in m && m.message)).size).toBe(1);
    for (const message of messages)
      expect(JSON.stringify(message)).not.toMatch(/\d+\.\d+\.\d+|ECONN|ENOT|example/);
  });

  const lookupError = (code: string) => Object.assign(new Error(`${code} 10.1.2.3`), { code });
  it.each([
    ["has no address", () => Promise.resolve([]), "its host name does not resolve"],
    ["does not exist", () => Promise.reject(lookupError("ENOTFOUND")), "its host name does not resolve"],
    ["has no answering server", () => Promise.reject(lookupError("EAI_AGAIN")), "did not answer"],
    ["fails in another way", () => Promise.reject(lookupError("EFORMERR")), "it accepts no connection"],
  ])("a public name that %s is unreachable, and the message says so", async (_, resolve, words) => {
    const result = await call(`http://${NAME}/`, { policy: LOOPBACK_ALLOWED, resolve });
    const message = expect.stringMatching(`^The receiver could not be .*${words}`);
    expect(result).toMatchObject({ code: "unreachable", sent: "nothing", message });
    expect(JSON.stringify(result)).not.toMatch(/\d+\.\d+\.\d+|EAI_|ENOT/);
  });

  it.each([
    ["ECONNREFUSED", "nothing listens on this port"],
    ["ECONNRESET", "reset the connection"],
    ["ETIMEDOUT", "did not accept a connection in time"],
    ["EHOSTUNREACH", "no network route"],
  ])("[A19] %s is reported for public addresses only", (code, words) => {
    expect(explainConnecting("unreachable", code, ["93.184.215.14"])).toContain(words);
    for (const address of ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "64:ff9b::a00:1"])
      expect(explainConnecting("unreachable", code, ["93.184.215.14", address])).toBeUndefined();
    expect(explainConnecting("egress_denied", code, ["93.184.215.14"])).toBeUndefined();
  });
});
