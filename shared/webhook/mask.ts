// Takes secrets out of bytes and texts, in every spelling that receivers echo them in.
import { MASK } from "../domain/runbooks/webhook-auth.ts";
import { type Decoding, dropCutToken, listDecodings } from "./decodings.ts";

/** From this length on a secret is hidden wherever it stands. */
const SHORTEST_SECRET = 6;
/** What a helper made of a secret can be as short as a word: it is hidden where it stands alone, as a word does. */
const SHORTEST_WORD = 4;
const WORD = /[A-Za-z0-9]/;
/** Less of a secret than this, at a cut, tells nothing and is common by chance. */
const SHORTEST_REMNANT = 4;

type Span = { start: number; end: number };

export function maskSecrets(text: string, secrets: readonly string[]): string {
  const needles = buildNeedles(secrets);
  if (needles.length === 0) return text;
  const bytes = Buffer.from(text).toString("latin1");
  return Buffer.from(applyMasks(bytes, findSpans(bytes, needles, false)), "latin1").toString();
}

/** `cut`: the bytes are the beginning of more, and may end within a secret; what is there of it goes too. */
export function maskReceived(bytes: Uint8Array, secrets: readonly string[], cut: boolean): Buffer {
  const text = Buffer.from(bytes).toString("latin1");
  return Buffer.from(applyMasks(text, findSpans(text, buildNeedles(secrets), cut)), "latin1");
}

type Needle = { bytes: string; kind: "anywhere" | "any case" | "word" };

function buildNeedles(secrets: readonly string[]): Needle[] {
  // A header is sent without the blanks around it.
  const texts = new Set(secrets.flatMap((secret) => [secret, secret.trim()]));
  return [...texts].flatMap((secret): Needle[] => {
    const bytes = Buffer.from(secret);
    if (secret.length < SHORTEST_WORD) return [];
    if (secret.length < SHORTEST_SECRET) return [{ bytes: bytes.toString("latin1"), kind: "word" }];
    const spelt = new Set([bytes.toString("latin1"), ...base64Cores(bytes)]);
    const needles = [...spelt].map((text) => ({ bytes: text, kind: "anywhere" }) as const);
    return [...needles, { bytes: bytes.toString("hex"), kind: "any case" }];
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

function findSpans(text: string, needles: readonly Needle[], cut: boolean): Span[] {
  if (needles.length === 0) return [];
  return listDecodings(text).flatMap((decoded) => {
    const lower = decoded.bytes.toLowerCase();
    const mayHold = indexBeginnings(lower);
    return needles.flatMap((needle) => {
      if (!cut && !mayHold(needle.bytes)) return [];
      const bytes = needle.kind === "any case" ? lower : decoded.bytes;
      const found = findOccurrences({ ...decoded, bytes }, needle);
      return cut && needle.kind !== "word"
        ? [...found, ...findRemnant({ ...decoded, bytes }, needle.bytes, text.length)]
        : found;
    });
  });
}

/** Bits of the hash of four bytes. */
const HASH_BITS = 18;

/**
 * Tells cheaply of most texts that they are not in `lower`, whatever their case: one pass over it marks the beginnings
 * of all that it holds, so that many secrets cost no more than one.
 */
function indexBeginnings(lower: string): (text: string) => boolean {
  const marked = new Uint8Array(1 << HASH_BITS);
  let window = 0;
  for (let at = 0; at < lower.length; at++) {
    window = (window << 8) | lower.charCodeAt(at);
    marked[slotOf(window)] = 1;
  }
  return (text) => marked[slotOf(windowOf(text.slice(0, 4).toLowerCase()))] === 1;
}

const windowOf = (four: string) => Buffer.from(four, "latin1").readInt32BE(0);
const slotOf = (window: number) => Math.imul(window, 0x9e3779b1) >>> (32 - HASH_BITS);

function findOccurrences({ bytes, sourceOf }: Decoding, { bytes: needle, kind }: Needle): Span[] {
  const spans: Span[] = [];
  for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + needle.length)) {
    const end = at + needle.length;
    const isMatch = kind !== "word" || !(WORD.test(bytes[at - 1] ?? "") || WORD.test(bytes[end] ?? ""));
    if (isMatch) spans.push({ start: sourceOf(at), end: sourceOf(end) });
  }
  return spans;
}

/** The longest beginning of the needle that the text ends with. */
function findRemnant({ bytes, sourceOf }: Decoding, needle: string, end: number): Span[] {
  const text = dropCutToken(bytes);
  for (let length = Math.min(needle.length - 1, text.length); length >= SHORTEST_REMNANT; length--) {
    if (text.endsWith(needle.slice(0, length))) return [{ start: sourceOf(text.length - length), end }];
  }
  return [];
}

function applyMasks(text: string, spans: readonly Span[]): string {
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
