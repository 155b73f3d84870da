// What the outbound path costs: a whole attempt on loopback, the checks at save, and masking of the largest answer.
import { randomBytes } from "node:crypto";
import { performAttempt } from "../../shared/webhook/attempt.ts";
import { captureAnswer } from "../../shared/webhook/capture-answer.ts";
import { checkDelivery } from "../../shared/webhook/check-definition.ts";
import { generateSigningSecret } from "../../shared/webhook/sign.ts";
import { ANY } from "../../shared/webhook/template/shape.ts";
import { createAuthority } from "../support/certificates.ts";
import { LOOPBACK_ALLOWED, startReceiver, startTcp } from "../support/receiver.ts";
import { resolverOf } from "../support/resolver.ts";
import { type Figure, figure, quantiles, timesOf } from "./figures.ts";

export async function benchDelivery(): Promise<Figure[]> {
  return [
    ...(await attempts("attempt over http", "http")),
    ...(await attempts("attempt over https, handshake included", "https")),
    await overrun(),
    ...quantiles("check of a definition at save", await timesOf(500, checkOnce)),
    ...quantiles("masking 64 KiB with 4 secrets of 40 characters", await timesOf(100, captureOnce())),
  ];
}

async function attempts(name: string, scheme: "http" | "https"): Promise<Figure[]> {
  const authority = createAuthority();
  const tls = authority.issue({ names: ["receiver.example"] });
  await using receiver = await startReceiver(() => ({ body: "ok" }), scheme === "https" ? { tls } : {});
  const url = `${scheme}://receiver.example:${receiver.port}/hook`;
  const once = () => attemptTo(url, 10_000, authority.cert);
  await timesOf(50, once);
  return quantiles(name, await timesOf(500, once));
}

/** How far an attempt runs over its deadline when the receiver never answers. */
async function overrun(): Promise<Figure> {
  await using silent = await startTcp((socket) => socket.resume());
  const deadlineMs = 200;
  const times = await timesOf(10, () => attemptTo(`http://receiver.example:${silent.port}/`, deadlineMs));
  return figure("overrun of a deadline", "ms", ...times.map((time) => time - deadlineMs));
}

function attemptTo(url: string, deadlineMs: number, ca?: string) {
  return performAttempt({
    rendered: { method: "POST", url, headers: {}, body: JSON.stringify({ text: "x".repeat(1000) }) },
    rules: { retryPolicy: {} },
    decryptedAuth: { type: "bearer", token: "a-token-of-some-length" },
    runbookId: "runbook_bench",
    signingSecrets: [SIGNING_SECRET],
    secrets: [],
    executionId: "execution_bench",
    attemptNumber: 1,
    deadlineMs,
    policy: LOOPBACK_ALLOWED,
    resolve: resolverOf(["127.0.0.1"]),
    authorities: ca === undefined ? [] : [ca],
  });
}

const SIGNING_SECRET = generateSigningSecret(randomBytes);

function checkOnce(): void {
  const fields = {
    webhookUrl: "https://api.example.com/hosts/{{params.host}}?by={{params.by}}",
    webhookHeaders: { "X-Host": "{{params.host}}", "X-Team": "payments" },
    webhookMethod: "POST" as const,
    webhookAuth: { type: "none" } as const,
    payloadFormat: "json" as const,
    payloadTemplate: '{"host":"{{params.host}}","by":"{{params.by}}","n":{{params.n}}}',
  };
  checkDelivery(fields, { allowCidrs: [], allowHosts: [], allowHttp: false, ports: [] }, ANY);
}

function captureOnce(): () => void {
  const secrets = Array.from({ length: 4 }, () => randomBytes(30).toString("base64"));
  const body = Buffer.from(`${secrets.join(" ")} ${randomBytes(50_000).toString("base64")}`).subarray(
    0,
    64 * 1024,
  );
  const received = { statusCode: 200, headers: {}, body, complete: false, bytes: null, sha256: null };
  return () => void captureAnswer(received, secrets);
}
