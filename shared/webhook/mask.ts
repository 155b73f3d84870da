// Takes secrets out of bytes and texts, in every spelling that receivers echo them in.
import { MASK } from "../domain/definition.ts";
import { type Decoded, decodingsOf, withoutCutToken } from "./decodings.ts";

/** Shorter texts are no secrets: hiding them would hide ordinary words. */
const SHORTEST_SECRET = 6;
/** Less of a secret than this, at a cut, tells nothing and is common by chance. */
const SHORTEST_REMNANT = 4;

type Span = { start: number; end: number };

export function maskSecrets(text: string, secrets: readonly string[]): string {
  const needles = allNeedles(secrets);
  if (needles.length === 0) return text;
  const bytes = Buffer.from(text).toString("latin1");
  return Buffer.from(masked(bytes, spansIn(bytes, needles, false)), "latin1").toString();
}

/** `cut`: the bytes are the beginning of more, and may end within a secret; what is there of it goes too. */
export function maskReceived(bytes: Uint8Array, secrets: readonly string[], cut: boolean): Buffer {
  const text = Buffer.from(bytes).toString("latin1");
  return Buffer.from(masked(text, spansIn(text, allNeedles(secrets), cut)), "latin1");
}

type Needle = { bytes: string; anyCase: boolean };

function allNeedles(secrets: readonly string[]): Needle[] {
  const known = [...new Set(secrets)].filter((secret) => secret.length >= SHORTEST_SECRET);
  return known.flatMap((secret) => {
    const bytes = Buffer.from(secret);
    const texts = new Set([bytes.toString("latin1"), ...base64Cores(bytes)]);
    const needles = [...texts].map((text) => ({ bytes: text, anyCase: false }));
    return [...needles, { bytes: bytes.toString("hex"), anyCase: true }];
  });
}

/** What base64 of any text around the bytes must hold, for each of the three ways to fall into its groups. */
function base64Cores(bytes: Uint8Array): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    const core = text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
    return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

function spansIn(text: string, needles: readonly Needle[], cut: boolean): Span[] {
  if (needles.length === 0) return [];
  return decodingsOf(text).flatMap((decoded) => {
    const lower = decoded.bytes.toLowerCase();
    return needles.flatMap((needle) => {
      const bytes = needle.anyCase ? lower : decoded.bytes;
      const found = occurrences({ ...decoded, bytes }, needle.bytes);
      return cut ? [...found, ...remnant({ ...decoded, bytes }, needle.bytes, text.length)] : found;
    });
  });
}

function occurrences({ bytes, sourceOf }: Decoded, needle: string): Span[] {
  const spans: Span[] = [];
  for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + needle.length)) {
    spans.push({ start: sourceOf(at), end: sourceOf(at + needle.length) });
  }
  return spans;
}

/** The longest beginning of the needle that the text ends with. */
function remnant({ bytes, sourceOf }: Decoded, needle: string, end: number): Span[] {
  const text = withoutCutToken(bytes);
  for (let length = Math.min(needle.length - 1, text.length); length >= SHORTEST_REMNANT; length--) {
    if (text.endsWith(needle.slice(0, length))) return [{ start: sourceOf(text.length - length), end }];
  }
  return [];
}

function masked(text: string, spans: readonly Span[]): string {
  let result = "";
  let read = 0;
  let covered = -1;
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    if (start >= covered) result += text.slice(read, start) + MASK;
    covered = Math.max(covered, end);
    read = covered;
  }
  return result + text.slice(read);
}
