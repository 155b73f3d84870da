// The spellings in which a secret can come back from a receiver: raw, escaped, URL-encoded, base64, hex.

/** One spelling, unit by unit; each unit has the texts that can stand for it. Texts are bytes, one per character. */
export type SecretForm = readonly (readonly string[])[];

/** Shorter texts are no secrets: hiding them would hide ordinary words. */
export const SHORTEST_SECRET = 6;

export function formsOf(secret: string): SecretForm[] {
  const bytes = Buffer.from(secret);
  const base64 = alignments(bytes);
  const plain = [...base64, ...base64.map((t) => t.replaceAll("+", "-").replaceAll("/", "_"))];
  return [
    Array.from(secret, spellings),
    [...bytes].map((byte) => [hex(byte), hex(byte).toUpperCase()]),
    ...[...new Set(plain)].map((text) => Array.from(text, base64Spellings)),
  ];
}

/** How one character is written in plain text, JSON, URLs, forms and HTML. */
function spellings(character: string): string[] {
  const bytes = [...Buffer.from(character)];
  const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
  const percent = bytes.map((byte) => `%${hex(byte)}`).join("");
  const escaped = units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
  const all = [
    Buffer.from(character).toString("latin1"),
    percent,
    percent.toUpperCase(),
    escaped,
    escaped.toUpperCase().replaceAll("\\U", "\\u"),
    Buffer.from(JSON.stringify(character).slice(1, -1)).toString("latin1"),
    ...(OTHER_SPELLINGS[character] ?? []),
  ];
  return [...new Set(all)];
}

const OTHER_SPELLINGS: Record<string, string[]> = {
  " ": ["+"],
  "/": ["\\/"],
  "&": ["&amp;"],
  "<": ["&lt;"],
  ">": ["&gt;"],
  '"': ["&quot;", "&#34;"],
  "'": ["&#39;", "&#x27;"],
};

/** Base64 has characters of its own that URLs and JSON escape. */
function base64Spellings(character: string): string[] {
  return /[A-Za-z0-9_-]/.test(character) ? [character] : spellings(character);
}

/** The characters that base64 of any text around the bytes must hold, for each of the three ways to fall into groups. */
function alignments(bytes: Uint8Array): string[] {
  return [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    const first = Math.ceil((offset * 8) / 6);
    const end = Math.floor(((offset + bytes.length) * 8) / 6);
    return text.slice(first, end);
  });
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
