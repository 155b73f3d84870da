// Reads a text as URLs, forms, JSON and HTML spell it, and knows for each byte read where in the text it stands.
// Texts here are bytes, one per character (latin1), so that binary bodies are searched like any other.

export type Decoded = {
  bytes: string;
  /** Where the token of the byte begins; for the index after the last byte, where the text ends. */
  sourceOf(index: number): number;
};

const PERCENT = "%[0-9a-fA-F]{2}";
const JSON_ESCAPE =
  '\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\\\u[0-9a-fA-F]{4}|\\\\["\\\\/bfnrt]';
const HTML = "&(?:amp|lt|gt|quot|apos|#[0-9]{1,6}|#[xX][0-9a-fA-F]{1,5});";

/** What stands for other bytes, one pattern for each way to read a text; the last reads a mixture. */
const TOKENS = [PERCENT, `${PERCENT}|\\+`, JSON_ESCAPE, HTML, `${PERCENT}|${JSON_ESCAPE}|${HTML}`];

/** A token that the end of the text has cut off. */
const CUT_TOKEN = /(?:%[0-9a-fA-F]?|\\(?:u[0-9a-fA-F]{0,3})?|&[#a-zA-Z0-9]{0,8})$/;

/** The text as it stands, and every reading in which it says something else. */
export function decodingsOf(text: string): Decoded[] {
  const readings = TOKENS.map((tokens) => decode(text, new RegExp(tokens, "g")));
  const asItStands = { bytes: text, sourceOf: (index: number) => index };
  return [asItStands, ...readings.filter((reading) => reading !== null)];
}

export function withoutCutToken(bytes: string): string {
  return bytes.replace(CUT_TOKEN, "");
}

function decode(text: string, tokens: RegExp): Decoded | null {
  const parts: string[] = [];
  const sources = new Uint32Array(text.length + 1);
  let read = 0;
  let written = 0;
  const copy = (until: number) => {
    parts.push(text.slice(read, until));
    while (read < until) sources[written++] = read++;
  };
  for (const { 0: token, index } of text.matchAll(tokens)) {
    copy(index);
    const meant = bytesOf(token);
    parts.push(meant);
    sources.fill(index, written, written + meant.length);
    written += meant.length;
    read = index + token.length;
  }
  if (parts.length === 0) return null;
  copy(text.length);
  sources[written] = text.length;
  return { bytes: parts.join(""), sourceOf: (index) => sources[index] ?? text.length };
}

const NAMED: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function bytesOf(token: string): string {
  if (token === "+") return " ";
  if (token.startsWith("%")) return String.fromCharCode(Number.parseInt(token.slice(1), 16));
  const text = token.startsWith("\\") ? String(JSON.parse(`"${token}"`)) : characterOf(token.slice(1, -1));
  return Buffer.from(text).toString("latin1");
}

function characterOf(entity: string): string {
  if (!entity.startsWith("#")) return NAMED[entity] ?? "";
  const code = /^#x/i.test(entity) ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1));
  return String.fromCodePoint(code);
}
