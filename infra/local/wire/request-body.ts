// Reads the body of a request up to a limit.
import type { IncomingMessage } from "node:http";

/** Null: the body is larger than `limit` bytes. The rest of it is read and thrown away, so that the answer arrives. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
  }
  return length > limit ? null : Buffer.concat(chunks);
}
