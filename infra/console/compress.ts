// Compresses a file once, as small as it gets, so that nobody compresses at a request.
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Encoding } from "../../shared/contract/asset-manifest.ts";

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

/** Smaller files fit into one packet anyway, and images and fonts are compressed. */
const LEAST_BYTES = 1024;
const isText = (contentType: string) => /^text\/|json|svg/.test(contentType);

/** Returns the file in each encoding that makes it smaller. */
export async function compress(
  bytes: Uint8Array,
  contentType: string,
): Promise<Partial<Record<Encoding, Uint8Array>>> {
  if (bytes.length < LEAST_BYTES || !isText(contentType)) return {};
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  const [br, gz] = await Promise.all([brotli(bytes, { params }), deflate(bytes, { level: 9 })]);
  return { ...(br.length < bytes.length && { br }), ...(gz.length < bytes.length && { gzip: gz }) };
}
