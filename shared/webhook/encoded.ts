// Decodes single tokens: URL, JSON and HTML escapes, and runs of base64 or hex digits.

const NAMED: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Returns the bytes of one escape. A fold has none. */
export function bytesOf(token: string): string {
  if (/^\r?\n/.test(token)) return "";
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

/** Encodings of digit runs, with characters per byte. A run shorter than a minimal secret is treated as a word. */
export const PACKED: readonly { tokens: string; unpack(run: string): string; width: number }[] = [
  { tokens: "[A-Za-z0-9+/_-]{8,}={0,2}", unpack: (run) => unpackRun(run, "base64"), width: 4 / 3 },
  { tokens: "(?:[0-9a-fA-F]{2}){6,}", unpack: (run) => unpackRun(run, "hex"), width: 2 },
];

const unpackRun = (run: string, encoding: "base64" | "hex") => Buffer.from(run, encoding).toString("latin1");
