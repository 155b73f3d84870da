// Prepares a response for storage: masks body and headers, then cuts them, then stores UTF-8 as text and anything else
// as base64.
import { isUtf8 } from "node:buffer";
import type { WebhookResponse } from "../domain/executions/execution.ts";
import { KEPT_HEADERS, type ReceivedAnswer } from "./egress/exchange.ts";
import { maskReceived, maskSecrets } from "./mask.ts";

/** Maximum stored text in bytes, UTF-8 or base64. */
export const STORED_BODY_BYTES = 16 * 1024;

/** Maximum stored length of one header value, in characters. */
export const STORED_HEADER_CHARACTERS = 2048;

export function captureAnswer(received: ReceivedAnswer, secrets: readonly string[]): WebhookResponse {
  const masked = maskReceived(received.body, secrets, !received.complete);
  const whole = received.complete ? masked : dropBrokenEnd(masked);
  const isText = isUtf8(whole);
  const room = isText ? STORED_BODY_BYTES : (STORED_BODY_BYTES / 4) * 3;
  const kept = isText ? cutAtCharacter(whole, room) : whole.subarray(0, room);
  return {
    statusCode: received.statusCode,
    headers: keepHeaders(received, secrets),
    responseBody: kept.toString(isText ? "utf8" : "base64"),
    responseEncoding: isText ? "utf8" : "base64",
    responseTruncated: !received.complete || kept.length < whole.length,
    responseBytes: received.bytes,
    responseSha256: received.sha256,
  };
}

function keepHeaders({ headers }: ReceivedAnswer, secrets: readonly string[]): Record<string, string> {
  const kept = KEPT_HEADERS.flatMap((name) => {
    const value = headers[name];
    if (value === undefined) return [];
    return [[name, maskSecrets(value, secrets).slice(0, STORED_HEADER_CHARACTERS)] as const];
  });
  return Object.fromEntries(kept);
}

/** Returns at most `bytes` bytes, and never splits a character. */
function cutAtCharacter(text: Buffer, bytes: number): Buffer {
  if (text.length <= bytes) return text;
  let end = bytes;
  while (end > 0 && isContinuation(text[end])) end--;
  return text.subarray(0, end);
}

/** A body that was cut within a character is still text. */
function dropBrokenEnd(bytes: Buffer): Buffer {
  for (let dropped = 0; dropped <= Math.min(3, bytes.length); dropped++) {
    const shorter = bytes.subarray(0, bytes.length - dropped);
    if (isUtf8(shorter)) return shorter;
  }
  return bytes;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
