// Canaries: secrets with marks that occur nowhere else, and a search for them in every spelling, in anything that holds text.
import { randomBytes } from "node:crypto";

/** A secret that every encoding changes, fit for a header. */
export function canary(door: string): string {
  return `${door}/c+n"r&y=${randomBytes(12).toString("hex")}~?<${door}>\\'%`;
}

/** How the text can be written, each spelling under its name. */
export const SPELLINGS: Record<string, (text: string) => string> = {
  raw: (text) => text,
  base64: (text) => Buffer.from(text).toString("base64"),
  "base64 of a longer text": (text) => Buffer.from(`ab${text}z`).toString("base64"),
  "base64 of a text one longer": (text) => Buffer.from(`a${text}z`).toString("base64"),
  base64url: (text) => Buffer.from(text).toString("base64url"),
  "URL-encoded": (text) => encodeURIComponent(text),
  "URL-encoded in lower case": (text) => encodeURIComponent(text).replace(/%../g, (hex) => hex.toLowerCase()),
  "form-encoded": (text) => new URLSearchParams({ "": text }).toString().slice(1),
  "base64 of form-encoded": (text) =>
    Buffer.from(`shop:${new URLSearchParams({ "": text }).toString().slice(1)}`).toString("base64"),
  hex: (text) => Buffer.from(text).toString("hex"),
  "hex in capitals": (text) => Buffer.from(text).toString("hex").toUpperCase(),
  "JSON-escaped": (text) => JSON.stringify(text).slice(1, -1),
  "JSON in JSON": (text) => JSON.stringify(JSON.stringify(text)).slice(3, -3),
  "JSON with \\u": (text) =>
    Array.from(text, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
};

/** The core of a spelling, which is the same in any surrounding text. */
function cores(secret: string): Map<string, string> {
  const all = new Map<string, string>();
  for (const [name, spell] of Object.entries(SPELLINGS))
    if (!name.startsWith("base64")) all.set(name, spell(secret));
  const form = new URLSearchParams({ "": secret }).toString().slice(1);
  for (const [name, text] of [
    ["base64", secret],
    ["base64 of form-encoded", form],
  ] as const) {
    for (const offset of [0, 1, 2]) {
      const core = base64Core(text, offset);
      all.set(`${name}, ${offset}`, core);
      all.set(`${name}, for URLs, ${offset}`, core.replaceAll("+", "-").replaceAll("/", "_"));
    }
  }
  return all;
}

/** What base64 of any text must hold that has this one after `offset` bytes more than a multiple of three. */
function base64Core(text: string, offset: number): string {
  const encoded = Buffer.from(`${"x".repeat(offset)}${text}`).toString("base64");
  const end = Math.floor(((offset + Buffer.byteLength(text)) * 4) / 3);
  return encoded.slice(Math.ceil((offset * 4) / 3), end);
}

/** Half of a secret is one too: the marks are long, and eight characters of one occur nowhere by chance. */
function partsOf(secret: string): string[] {
  const mark = /[0-9a-f]{24}/i.exec(secret)?.[0];
  return mark === undefined ? [] : [mark.slice(0, 12), mark.slice(6, 18), mark.slice(12)];
}

/** Which secrets are in the text, and how they are spelled. */
export function leaksIn(text: string, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets).flatMap(([door, secret]) => {
    // Spellings that are the same text are looked for once.
    const names = new Map([...cores(secret)].map(([name, core]) => [core, name]));
    const found = [...names].filter(([core]) => text.includes(core)).map(([, name]) => `${door}: ${name}`);
    const inPart = found.length === 0 && partsOf(secret).some((part) => text.includes(part));
    return inPart ? [`${door}: a part`] : found;
  });
}
