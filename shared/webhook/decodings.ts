// Decodes a text from URL, form, JSON, HTML, base64 and hex encoding, up to two of them nested. Maps each decoded byte
// to its position in the text.
// Texts here hold one byte per character (latin1), so that binary bodies are searched too.
import { bytesOf, PACKED } from "./encoded.ts";

export type Decoding = {
  bytes: string;
  /**
   * Returns the start of the byte's token in the original text. For the index after the last byte: the end of the text.
   */
  sourceOf(index: number): number;
};

const PERCENT = "%[0-9a-fA-F]{2}";
const JSON_ESCAPE =
  '\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\\\u[0-9a-fA-F]{4}|\\\\["\\\\/bfnrt]';
const HTML = "&(?:amp|lt|gt|quot|apos|#[0-9]{1,6}|#[xX][0-9a-fA-F]{1,5});";
/** Line breaks with continuation spaces, as in folded base64, headers and texts. */
const FOLD = "\\r?\\n[\\t ]*";

/** Escape sequences, one pattern for each encoding. The fifth pattern decodes a mixture. */
const TOKENS = [PERCENT, `${PERCENT}|\\+`, JSON_ESCAPE, HTML, `${PERCENT}|${JSON_ESCAPE}|${HTML}`];

/** An incomplete escape at the end of the text. */
const CUT_TOKEN = /(?:%[0-9a-fA-F]?|\\(?:u[0-9a-fA-F]{0,3})?|&[#a-zA-Z0-9]{0,8})$/;

/** The most nested encodings. */
const DEPTH = 2;

/** Returns the text itself and all its distinct decodings. */
export function listDecodings(text: string): Decoding[] {
  const found = new Map<string, Decoding>([[text, { bytes: text, sourceOf: (index) => index }]]);
  let outer = [...found.values()];
  for (let depth = 1; depth <= DEPTH; depth++) {
    const inner = new Map(outer.flatMap(decodeOnce).map((reading) => [reading.bytes, reading]));
    outer = [...inner.values()].filter(({ bytes }) => !found.has(bytes));
    for (const reading of outer) found.set(reading.bytes, reading);
  }
  return [...found.values()];
}

export function dropCutToken(bytes: string): string {
  return bytes.replace(CUT_TOKEN, "");
}

function decodeOnce(outer: Decoding): Decoding[] {
  const spelt = TOKENS.flatMap((tokens) => decode(outer, tokens, bytesOf, 0));
  const unfolded = decode(outer, FOLD, bytesOf, 0);
  const packed = [outer, ...unfolded].flatMap((text) =>
    PACKED.flatMap(({ tokens, unpack, width }) => decode(text, tokens, unpack, width)),
  );
  return [...spelt, ...unfolded, ...packed];
}

/**
 * A run of decoded bytes from index `written` on. Its first byte is at `source` in the text, each next one `width`
 * characters further.
 */
type Stretch = { written: number; source: number; width: number };

/**
 * Returns the decoding, if the text has any token. `width`: characters for each byte within a token; 0: the token is
 * indivisible.
 */
function decode(
  { bytes: text, sourceOf: outer }: Decoding,
  tokens: string,
  meaningOf: (token: string) => string,
  width: number,
): Decoding[] {
  const parts: string[] = [];
  const stretches: Stretch[] = [];
  const known = new Map<string, string>();
  let done = 0;
  let written = 0;
  const put = (bytes: string, source: number, width: number) => {
    if (bytes === "") return;
    parts.push(bytes);
    stretches.push({ written, source, width });
    written += bytes.length;
  };
  for (const { 0: token, index } of text.matchAll(new RegExp(tokens, "g"))) {
    put(text.slice(done, index), done, 1);
    const bytes = known.get(token) ?? meaningOf(token);
    known.set(token, bytes);
    put(bytes, index, width);
    done = index + token.length;
  }
  if (done === 0) return [];
  put(text.slice(done), done, 1);
  const sourceOf = (index: number) => outer(index >= written ? text.length : findSource(stretches, index));
  return [{ bytes: parts.join(""), sourceOf }];
}

function findSource(stretches: readonly Stretch[], index: number): number {
  let low = 0;
  let high = stretches.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((stretches[middle]?.written ?? 0) <= index) low = middle;
    else high = middle;
  }
  const { written, source, width } = stretches[low] ?? { written: 0, source: 0, width: 1 };
  return source + Math.floor((index - written) * width);
}
