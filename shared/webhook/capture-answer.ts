// What is kept of an answer: masked first, cut after that, as text where it is UTF-8 and as base64 where it is not.
import { isUtf8 } from "node:buffer";
import type { WebhookResponse } from "../domain/executions/execution.ts";
import type { ReceivedAnswer } from "./egress/exchange.ts";
import { maskReceived } from "./mask.ts";

/** Bytes of stored text, UTF-8 or base64. */
export const STORED_BODY_BYTES = 16 * 1024;

export function captureAnswer(received: ReceivedAnswer, secrets: readonly string[]): WebhookResponse {
  const masked = maskReceived(received.body, secrets, !received.complete);
  const whole = received.complete ? masked : dropBrokenEnd(masked);
  const isText = isUtf8(whole);
  const room = isText ? STORED_BODY_BYTES : (STORED_BODY_BYTES / 4) * 3;
  const kept = isText ? cutAtCharacter(whole, room) : whole.subarray(0, room);
  return {
    statusCode: received.statusCode,
    responseBody: kept.toString(isText ? "utf8" : "base64"),
    responseEncoding: isText ? "utf8" : "base64",
    responseTruncated: !received.complete || kept.length < whole.length,
    responseBytes: received.bytes,
    responseSha256: received.sha256,
  };
}

/** At most `bytes` bytes, never a part of a character. */
function cutAtCharacter(text: Buffer, bytes: number): Buffer {
  if (text.length <= bytes) return text;
  let end = bytes;
  while (end > 0 && isContinuation(text[end])) end--;
  return text.subarray(0, end);
}

/** What was cut by the connection may end within a character; that alone does not make it binary. */
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
