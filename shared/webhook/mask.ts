// Masks secrets in bytes and texts, in every encoding in which receivers echo them.
import { MASK } from "../domain/runbooks/webhook-auth.ts";
import { type Decoding, dropCutToken, listDecodings } from "./decodings.ts";

/** Minimum length of secrets that are masked anywhere in a text. */
const SHORTEST_SECRET = 6;
/**
 * Minimum length of values that helpers made of secrets. They can be as short as a word, so below `SHORTEST_SECRET`
 * they are masked only as whole words.
 */
const SHORTEST_WORD = 4;
const WORD = /[A-Za-z0-9]/;
/** Minimum part of a secret that is masked at a cut. Shorter parts reveal nothing and occur by chance. */
const SHORTEST_REMNANT = 4;

type Span = { start: number; end: number };

export function maskSecrets(text: string, secrets: readonly string[]): string {
  const needles = buildNeedles(secrets);
  if (needles.length === 0) return text;
  const bytes = Buffer.from(text).toString("latin1");
  return Buffer.from(applyMasks(bytes, findSpans(bytes, needles, false)), "latin1").toString();
}

/**
 * Returns the masked bytes. `cut`: the bytes are the start of a longer body and may end within a secret. That part is
 * masked too.
 */
export function maskReceived(bytes: Uint8Array, secrets: readonly string[], cut: boolean): Buffer {
  const text = Buffer.from(bytes).toString("latin1");
  return Buffer.from(applyMasks(text, findSpans(text, buildNeedles(secrets), cut)), "latin1");
}

type Needle = { bytes: string; kind: "anywhere" | "any case" | "word" };

function buildNeedles(secrets: readonly string[]): Needle[] {
  // Headers are sent without surrounding spaces.
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

/**
 * Returns the base64 text that must appear if the bytes are encoded within a longer text, one for each of the three
 * alignments.
 */
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

/** Size of the hash of four bytes, in bits. */
const HASH_BITS = 18;

/**
 * Returns a fast filter that rules out most texts which do not occur in `lower`, ignoring case. One pass marks all
 * four-byte sequences, so many secrets cost no more than one.
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

/** Finds the longest prefix of the needle at the end of the text. */
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
