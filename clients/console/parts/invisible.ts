// Finds characters that nobody sees and that change what is read: controls, zero-width, direction overrides.

/** A piece of text as it is, or the code point of something invisible. */
type Piece = string | { codePoint: number };

/** Line breaks and tabs are layout. Joiners are left alone between two visible characters: names and emojis need them. */
const INVISIBLE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u{115f}\u{1160}\u{3164}\u{ffa0}]/gu;
const JOINER = /^[\u200c\u200d]$/u;

export function findInvisible(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(INVISIBLE)) {
    if (JOINER.test(found) && joinsVisible(text, index)) continue;
    if (index > from) pieces.push(text.slice(from, index));
    pieces.push({ codePoint: found.codePointAt(0) ?? 0 });
    from = index + found.length;
  }
  if (from < text.length || pieces.length === 0) pieces.push(text.slice(from));
  return pieces;
}

const BEFORE = /(?:[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}]|\u{fe0f})$/u;
const AFTER = /^[\p{L}\p{Extended_Pictographic}]/u;

const joinsVisible = (text: string, at: number) =>
  BEFORE.test(text.slice(Math.max(0, at - 2), at)) && AFTER.test(text.slice(at + 1, at + 3));

/** Returns how Unicode writes the code point, such as `U+202E`. */
export const nameOf = (codePoint: number) => `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`;

/** Returns the text with invisible characters spelled out, for places that hold nothing but text. */
export const spellInvisible = (text: string) =>
  findInvisible(text)
    .map((piece) => (typeof piece === "string" ? piece : `[${nameOf(piece.codePoint)}]`))
    .join("");
