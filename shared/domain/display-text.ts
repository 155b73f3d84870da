// Text from outside that is shown to people: one line without invisible characters, of bounded length.

import * as z from "zod";

/** The longest name of a person or of an automation that is kept, in UTF-16 units. */
export const MAX_DISPLAY_NAME = 128;

/**
 * The name of who did something, as the token said it then: `name`, else `email`. Of an automation its name, of a
 * workflow and of the service none. For display: no decision reads it.
 */
export const DisplayName = z.string().max(MAX_DISPLAY_NAME).nullable();

/** Returns the schema of the `…ByName` beside a `…By`. */
export const byNameOf = (field: string) =>
  DisplayName.describe(`Name for \`${field}\`, as the token said it then: name, else email; null: none.`);

/** Returns how a message names who did something: by the name, else by the id. */
export const nameOf = (id: string, name: string | null): string => name ?? id;

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
