// Text from outside that is shown to people: one line without invisible characters, of bounded length.

/** Controls, direction overrides, lone surrogates and other invisible characters; joiners are part of real names. */
const INVISIBLE = /(?![\u200c\u200d])[\p{C}\p{Zl}\p{Zp}]+/gu;

/** Returns the text on one line and at most `most` UTF-16 units long, or null if nothing visible is left. */
export function toDisplayText(text: string, most: number): string | null {
  const line = text
    .slice(0, most * 4)
    .replace(INVISIBLE, " ")
    .replace(/\s+/gu, " ")
    .trim();
  return (
    line
      .slice(0, most)
      .toWellFormed()
      .replace(/\ufffd$/u, "")
      .trim() || null
  );
}
