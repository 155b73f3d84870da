// Promises about one exchange: what is written, what is read, and that every hostile answer ends in bounds.
import type { Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { sha256 } from "../../../../shared/domain/digest.ts";
import { CLIENT_LIMITS, exchange } from "../../../../shared/webhook/egress/client.ts";
import { LOOPBACK_ALLOWED, startRaw, startReceiver, startTcp } from "../../../support/receiver.ts";
import { silentResolver } from "../../../support/resolver.ts";

const request = { method: "POST", headers: {}, body: '{"a":1}' };
const options = { policy: LOOPBACK_ALLOWED, deadlineMs: 5000 };
const call = (url: string, more: object = {}, deadlineMs = 5000) =>
  exchange({ ...request, url, ...more }, { ...options, deadlineMs });

const ok = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

describe("a request", () => {
  it.each(["POST", "PUT", "PATCH"])(
    "%s writes method, path, host, length and body, and nothing else",
    async (method) => {
      await using receiver = await startReceiver();
      await call(`${receiver.url}/a/b?c=d%20e#fragment`, { method, headers: { "x-one": "1" }, body: "é" });
      expect(receiver.requests).toMatchObject([{ method, path: "/a/b?c=d%20e", body: "é" }]);
      expect(receiver.requests[0]?.headers).toEqual({
        "x-one": "1",
        host: `127.0.0.1:${receiver.port}`,
        "accept-encoding": "identity",
        "content-length": "2",
        connection: "close",
      });
    },
  );

  it("an IPv6 literal is called with its brackets in Host", async () => {
    await using receiver = await startReceiver(() => ({}), { host: "::1" });
    expect(await call(receiver.url)).toMatchObject({ outcome: "answered" });
    expect(receiver.requests[0]?.headers["host"]).toBe(`[::1]:${receiver.port}`);
  });

  it("[B2] the host and the encoding are those of the connection, despite the headers", async () => {
    await using receiver = await startReceiver();
    await call(receiver.url, { headers: { Host: "evil.example", "Accept-Encoding": "gzip" } });
    expect(receiver.requests[0]?.rawHeaders.join("|")).not.toMatch(/evil|gzip/);
  });

  it.each(["a\r\nb: c", "a\nb", "a\u0000b", "é\u0100"])(
    "[B1] a header with %j is not sent",
    async (value) => {
      await using receiver = await startReceiver();
      const result = await call(receiver.url, { headers: { "x-one": value } });
      expect(result).toMatchObject({ outcome: "failed", code: "invalid_request", sent: "nothing" });
      expect(receiver.requests).toEqual([]);
    },
  );

  it("an invalid URL is not sent", async () => {
    expect(await call("nonsense")).toMatchObject({ code: "invalid_request", sent: "nothing" });
  });
});

describe("an answer", () => {
  it("comes back with its status, the headers that matter, its body, length and hash", async () => {
    const headers = {
      "content-type": "text/plain",
      "retry-after": "7",
      "set-cookie": "secret=1",
      "x-token": "secret",
    };
    await using receiver = await startReceiver(() => ({ status: 503, headers, body: "later" }));
    const result = await call(receiver.url);
    expect(result).toMatchObject({
      outcome: "answered",
      received: { statusCode: 503, complete: true, bytes: 5, sha256: sha256("later") },
    });
    expect(result.outcome === "answered" && result.received.headers).toEqual({
      "content-type": "text/plain",
      "retry-after": "7",
    });
    expect(result.outcome === "answered" && Buffer.from(result.received.body).toString()).toBe("later");
  });

  it.each([
    ["100 Continue", "HTTP/1.1 100 Continue\r\n\r\n"],
    ["103 Early Hints", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"],
    ["a hundred 1xx", "HTTP/1.1 102 Processing\r\n\r\n".repeat(100)],
  ])("[C4] is waited for past %s", async (_, first) => {
    await using receiver = await startRaw(first + ok("done"));
    expect(await call(receiver.url)).toMatchObject({
      outcome: "answered",
      received: { statusCode: 200, bytes: 4 },
    });
  });

  it("[C4] that is 1xx without end stops at the deadline", async () => {
    await using receiver = await startRaw("HTTP/1.1 102 Processing\r\n\r\n", (socket) =>
      everyMs(socket, 5, "HTTP/1.1 102 Processing\r\n\r\n"),
    );
    expect(await call(receiver.url, {}, 150)).toMatchObject({ code: "timeout", sent: "maybe" });
    await expect.poll(() => receiver.open()).toBe(0);
  });

  it.each([
    ["headers over 16 KB", `HTTP/1.1 200 OK\r\nX-Big: ${"x".repeat(17 * 1024)}\r\n\r\n`],
    ["what is not HTTP", "SSH-2.0-OpenSSH_9.6\r\n"],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"],
    [
      "a switch of protocols",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ],
  ])("[C4] of %s is invalid, and the request had been sent", async (_, bytes) => {
    await using receiver = await startRaw(bytes);
    expect(await call(receiver.url)).toMatchObject({ code: "invalid_response", sent: "maybe" });
    await expect.poll(() => receiver.open()).toBe(0);
  });

  it.each([
    ["before any answer", (socket: Socket) => socket.resetAndDestroy()],
    ["in the headers", (socket: Socket) => socket.end("HTTP/1.1 200 OK\r\nX-A")],
    ["in the body", (socket: Socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")],
    [
      "in a chunk",
      (socket: Socket) => socket.end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"),
    ],
  ])("that breaks off %s leaves the outcome open", async (_, breakOff) => {
    await using receiver = await startTcp((socket) => socket.once("data", () => breakOff(socket)));
    const result = await call(receiver.url);
    expect(result).toMatchObject({ outcome: "failed", sent: "maybe" });
    expect(["connection_lost", "invalid_response"]).toContain("code" in result && result.code);
  });

  it("that breaks off in its body keeps the received part", async () => {
    await using receiver = await startTcp((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 500 No\r\nContent-Length: 10\r\n\r\nabc"));
    });
    const result = await call(receiver.url);
    expect(result).toMatchObject({
      code: "connection_lost",
      partial: { statusCode: 500, complete: false, bytes: null },
    });
  });

  it("without a length ends with its connection", async () => {
    await using receiver = await startRaw("HTTP/1.1 200 OK\r\n\r\nall of it", (socket) => socket.end());
    expect(await call(receiver.url)).toMatchObject({ received: { complete: true, bytes: 9 } });
  });

  it.each([204, 304])("of %i has no body", async (status) => {
    await using receiver = await startReceiver(() => ({ status }));
    expect(await call(receiver.url)).toMatchObject({
      received: { statusCode: status, bytes: 0, complete: true },
    });
  });
});

describe("a body", () => {
  const cap = CLIENT_LIMITS.bodyBytes;

  it.each([cap - 1, cap])("of %i bytes is read to its end", async (size) => {
    await using receiver = await startReceiver(() => ({ body: "x".repeat(size) }));
    expect(await call(receiver.url)).toMatchObject({ received: { complete: true, bytes: size } });
  });

  it("[C1] one byte over the cap is cut, and still an answer", async () => {
    await using receiver = await startReceiver(() => ({ body: "x".repeat(cap + 1) }));
    const result = await call(receiver.url);
    expect(result).toMatchObject({
      outcome: "answered",
      received: { complete: false, bytes: null, sha256: null },
    });
    expect(result.outcome === "answered" && result.received.body.length).toBe(cap);
  });

  it("[C1] without end is read up to the cap, and its connection is closed", async () => {
    let written = 0;
    await using receiver = await startRaw("HTTP/1.1 200 OK\r\n\r\n", (socket) => {
      const chunk = Buffer.alloc(64 * 1024, "x");
      const pour = () => {
        while (!socket.destroyed && socket.write(chunk)) written += chunk.length;
        written += chunk.length;
      };
      socket.on("drain", pour);
      pour();
    });
    const result = await call(receiver.url);
    expect(result).toMatchObject({ outcome: "answered", received: { statusCode: 200, complete: false } });
    expect(result.outcome === "answered" && result.received.body.length).toBe(cap);
    await expect.poll(() => receiver.open()).toBe(0);
    // Only the kernel's own buffers are sent beyond the cap.
    expect(written).toBeLessThan(32 * 1024 * 1024);
  });

  it("[C2] that is compressed is kept as it came and never unpacked", async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024));
    await using receiver = await startReceiver(() => ({
      headers: { "content-encoding": "gzip" },
      body: bomb,
    }));
    const result = await call(receiver.url);
    expect(result.outcome === "answered" && Buffer.from(result.received.body).equals(bomb)).toBe(true);
    expect(receiver.requests[0]?.headers["accept-encoding"]).toBe("identity");
  });
});

describe("one deadline", () => {
  it("[C3] covers name resolution", async () => {
    const result = await exchange(
      { ...request, url: "http://receiver.example/" },
      { policy: LOOPBACK_ALLOWED, deadlineMs: 50, resolve: silentResolver },
    );
    expect(result).toMatchObject({ code: "timeout", sent: "nothing" });
  });

  it("[C3] covers the connection", async () => {
    await using full = await startFullListener();
    expect(await call(`http://127.0.0.1:${full.port}/`, {}, 150)).toMatchObject({
      code: "timeout",
      sent: "nothing",
    });
  });

  it("[C3] covers TLS", async () => {
    await using receiver = await startTcp((socket) => socket.resume());
    const result = await call(`https://127.0.0.1:${receiver.port}/`, {}, 100);
    expect(result).toMatchObject({ code: "timeout", sent: "nothing" });
    await expect.poll(() => receiver.open()).toBe(0);
  });

  it("[C3] covers writing the request", async () => {
    const sockets: Socket[] = [];
    await using receiver = await startTcp((socket) => sockets.push(socket.pause()));
    const body = "x".repeat(32 * 1024 * 1024);
    expect(await call(receiver.url, { body }, 150)).toMatchObject({ code: "timeout", sent: "maybe" });
    for (const socket of sockets) socket.resume();
    await expect.poll(() => receiver.open()).toBe(0);
  });

  it("[C3] covers waiting for the headers", async () => {
    await using receiver = await startTcp((socket) => socket.resume());
    expect(await call(receiver.url, {}, 100)).toMatchObject({
      code: "timeout",
      sent: "maybe",
      partial: null,
    });
    await expect.poll(() => receiver.open()).toBe(0);
  });

  it("[C3] covers the body, and keeps the received part", async () => {
    await using receiver = await startRaw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
    const result = await call(receiver.url, {}, 150);
    expect(result).toMatchObject({
      code: "timeout",
      sent: "maybe",
      partial: { statusCode: 200, complete: false },
    });
    await expect.poll(() => receiver.open()).toBe(0);
  });

  it.each([
    ["header", "HTTP/1.1 200 OK\r\nX-Slow: "],
    ["body", "HTTP/1.1 200 OK\r\n\r\n"],
  ])("[C3] is not put off by a %s that comes byte by byte", async (_, start) => {
    await using receiver = await startRaw(start, (socket) => everyMs(socket, 10, "x"));
    expect(await call(receiver.url, {}, 200)).toMatchObject({ code: "timeout", sent: "maybe" });
    await expect.poll(() => receiver.open()).toBe(0);
  });

  it("that is over before it begins sends nothing", async () => {
    await using receiver = await startReceiver();
    expect(await call(receiver.url, {}, -5)).toMatchObject({ code: "timeout", sent: "nothing" });
  });
});

function everyMs(socket: Socket, ms: number, text: string): void {
  const timer = setInterval(() => socket.write(text), ms);
  socket.once("close", () => clearInterval(timer));
}

/** A listener whose queue is full and that accepts nobody: connecting to it neither succeeds nor fails. */
async function startFullListener() {
  const worker = new Worker(
    `const { createServer, connect } = require("node:net");
     const { parentPort } = require("node:worker_threads");
     const server = createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
     });`,
    { eval: true },
  );
  const port = await new Promise<number>((ready) => worker.once("message", ready));
  const { connect } = await import("node:net");
  const fillers = Array.from({ length: 8 }, () => connect(port, "127.0.0.1").on("error", () => {}));
  await new Promise((done) => fillers[0]?.once("connect", done));
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const filler of fillers) filler.destroy();
      await worker.terminate();
    },
  };
}
