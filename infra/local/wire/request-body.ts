// Reads a request body up to a limit.
import type { IncomingMessage } from "node:http";

/** Returns null if the body is larger than `limit` bytes. Reads and discards the rest, so that the client gets the response. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
  }
  return length > limit ? null : Buffer.concat(chunks);
}
