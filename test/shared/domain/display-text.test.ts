// Names from tokens and other text from outside are one line of visible characters, cut to their limit.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toDisplayText } from "../../../shared/domain/display-text.ts";

describe("text for people", () => {
  it.each([
    ["a name", "Ana María Núñez", "Ana María Núñez"],
    ["joined letters", "علی‌رضا 👩‍🚒", "علی‌رضا 👩‍🚒"],
    ["lines and tabs", "Ana\r\n\tGarcía", "Ana García"],
    ["a terminal's escapes", "\u001b[31mAna\u001b[0m\u0007", "[31mAna [0m"],
    ["overrides of direction", "\u202eanA\u2066", "anA"],
    ["a zero-width space and a mark of order", "\ufeffA\u200bna", "A na"],
    ["line separators", "Ana\u2028García\u2029", "Ana García"],
    ["half a character", "Ana\ud83d", "Ana"],
    ["blanks around", "  Ana  ", "Ana"],
    ["nothing", "", null],
    ["nothing visible", " \u0000\u200b ", null],
  ])("of %s is kept as far as it is visible", (_, text, shown) => {
    expect(toDisplayText(text, 128)).toBe(shown);
  });

  it("is cut to its limit, never within a character", () => {
    expect(toDisplayText("abcdef", 3)).toBe("abc");
    expect(toDisplayText("ab👩", 3)).toBe("ab");
    expect(toDisplayText("👩".repeat(1000), 3)).toBe("👩");
  });

  it("is within its limit, visible, and its own display text, whatever comes in", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 40 }),
        fc.integer({ min: 1, max: 20 }),
        (text, most) => {
          const shown = toDisplayText(text, most);
          if (shown === null) return;
          expect(shown.length).toBeLessThanOrEqual(most);
          expect(shown).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
          expect(toDisplayText(shown, most)).toBe(shown);
        },
      ),
    );
  });
});
