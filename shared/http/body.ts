// Reads the request body as JSON. Checks its size and type, and that every parser reads it alike.
import { maxBodyBytesOf, type Route } from "../contract/route.ts";
import { ServiceError } from "../domain/errors.ts";
import { findAmbiguousNames } from "./ambiguous-names.ts";
import type { ApiEvent } from "./call.ts";
import { findUnstorableParts } from "./storable-json.ts";

const JSON_TYPE = /^application\/(?:[a-z0-9.-]+\+)?json(?:\s*;\s*charset=utf-8)?$/i;

/** Checks size and type of the body without reading it. @throws `payload_too_large` or `unsupported_media_type`. */
export function checkBodyEnvelope(event: ApiEvent, route: Route): void {
  const length = Buffer.byteLength(event.body, event.isBase64Encoded ? "base64" : "utf8");
  const limit = maxBodyBytesOf(route);
  if (length > limit) {
    throw new ServiceError(
      "payload_too_large",
      `The body has ${length} bytes; this route reads at most ${limit}.`,
    );
  }
  if (!route.body || length === 0) return;
  const type = event.headers["content-type"];
  if (type === undefined || !JSON_TYPE.test(type.trim())) {
    throw new ServiceError("unsupported_media_type", "Send the body as application/json.");
  }
}

/** Returns the body as it was sent, byte by byte. */
export const bytesOf = (event: ApiEvent): Buffer =>
  Buffer.from(event.body, event.isBase64Encoded ? "base64" : "utf8");

/**
 * Returns the parsed body. An empty body gives `{}` if the route allows that, otherwise undefined. Runs after
 * `checkBodyEnvelope`.
 */
export function readBody(event: ApiEvent, route: Route): unknown {
  const bytes = bytesOf(event);
  if (bytes.length === 0) return route.bodyOptional ? {} : undefined;
  return parseJson(bytes);
}

function parseJson(bytes: Buffer): unknown {
  const { text, data } = decodeJson(bytes);
  const issues = [...findAmbiguousNames(text), ...findUnstorableParts(data)];
  if (issues.length === 0) return data;
  throw new ServiceError("malformed_request", "The body is ambiguous or cannot be stored.", { issues });
}

function decodeJson(bytes: Buffer): { text: string; data: unknown } {
  try {
    // Keep a byte order mark, so that `JSON.parse` refuses it: some parsers drop it, others do not.
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, data: JSON.parse(text) };
  } catch {
    throw new ServiceError("malformed_request", "The body is not valid JSON in UTF-8.");
  }
}
