// Reads a text as URLs, forms, JSON, HTML, base64 and hex spell it, two of them in each other, and knows for each byte
// read where in the text it stands.
// Texts here are bytes, one per character (latin1), so that binary bodies are searched like any other.
import { bytesOf, PACKED } from "./encoded.ts";

export type Decoding = {
  bytes: string;
  /** Where the token of the byte begins; for the index after the last byte, where the text ends. */
  sourceOf(index: number): number;
};

const PERCENT = "%[0-9a-fA-F]{2}";
const JSON_ESCAPE =
  '\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\\\u[0-9a-fA-F]{4}|\\\\["\\\\/bfnrt]';
const HTML = "&(?:amp|lt|gt|quot|apos|#[0-9]{1,6}|#[xX][0-9a-fA-F]{1,5});";
/** Base64 is folded in lines; what continues a header or a text stands after blanks. */
const FOLD = "\\r?\\n[\\t ]*";

/** What stands for other bytes, one pattern for each way to read a text; the fifth reads a mixture. */
const TOKENS = [PERCENT, `${PERCENT}|\\+`, JSON_ESCAPE, HTML, `${PERCENT}|${JSON_ESCAPE}|${HTML}`];

/** A token that the end of the text has cut off. */
const CUT_TOKEN = /(?:%[0-9a-fA-F]?|\\(?:u[0-9a-fA-F]{0,3})?|&[#a-zA-Z0-9]{0,8})$/;

/** How many ways of spelling may lie in each other. */
const DEPTH = 2;

/** The text as it stands, and every reading in which it says something else. */
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

/** From `written` on, the bytes read stand at `source` and after it, each `width` characters further. */
type Stretch = { written: number; source: number; width: number };

/** The text with its tokens read, if it has any. `width`: characters for a byte, within a token; 0 if it is one piece. */
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
