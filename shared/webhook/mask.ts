// Takes secrets out of bytes and texts, in every spelling that receivers echo them in.
import { MASK } from "../domain/definition.ts";
import { formsOf, type SecretForm, SHORTEST_SECRET } from "./secret-forms.ts";

/** Fewer units of a secret than this, at a cut, tell nothing and are common by chance. */
const SHORTEST_REMNANT = 4;

export function maskSecrets(text: string, secrets: readonly string[]): string {
  const forms = allForms(secrets);
  return forms.length === 0 ? text : maskBytes(Buffer.from(text), forms).toString();
}

/** `cut`: the bytes are the beginning of more, and may end within a secret; what is there of it goes too. */
export function maskReceived(bytes: Uint8Array, secrets: readonly string[], cut: boolean): Buffer {
  const forms = allForms(secrets);
  const masked = forms.length === 0 ? Buffer.from(bytes) : maskBytes(bytes, forms);
  return cut ? withoutRemnant(masked, forms) : masked;
}

/** Longest first, so that a secret within another does not spoil the search for the whole. */
function allForms(secrets: readonly string[]): SecretForm[] {
  const known = [...new Set(secrets)].filter((secret) => secret.length >= SHORTEST_SECRET);
  return known.sort((a, b) => b.length - a.length).flatMap(formsOf);
}

function maskBytes(bytes: Uint8Array, forms: readonly SecretForm[]): Buffer {
  let text = Buffer.from(bytes).toString("latin1");
  for (const form of forms) text = text.replace(patternOf(form), MASK);
  return Buffer.from(text, "latin1");
}

function patternOf(form: SecretForm): RegExp {
  const units = form.map((texts) => `(?:${texts.map(literal).join("|")})`);
  return new RegExp(units.join(""), "g");
}

/** Texts are bytes, one per character, so that two hex digits name each. */
function literal(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

function withoutRemnant(masked: Buffer, forms: readonly SecretForm[]): Buffer {
  const text = masked.toString("latin1");
  const starts = forms.map((form) => remnantStart(text, form));
  const start = Math.min(text.length, ...starts);
  return start === text.length ? masked : Buffer.concat([masked.subarray(0, start), Buffer.from(MASK)]);
}

/** Where the text's last part begins to read like the form, and goes on so to the end of the text. */
function remnantStart(text: string, form: SecretForm): number {
  const longest = form.reduce((sum, texts) => sum + Math.max(...texts.map((t) => t.length)), 0);
  for (let start = Math.max(0, text.length - longest); start < text.length; start++) {
    if (unitsToEnd(text, start, form) >= SHORTEST_REMNANT) return start;
  }
  return text.length;
}

/** How many units match from `start` up to the end of the text; 0 if it does not read like the form. */
function unitsToEnd(text: string, start: number, form: SecretForm): number {
  let at = start;
  for (const [count, texts] of form.entries()) {
    if (at >= text.length) return count;
    const whole = texts.find((t) => text.startsWith(t, at));
    if (whole !== undefined) at += whole.length;
    else return texts.some((t) => t.startsWith(text.slice(at))) ? count : 0;
  }
  return at >= text.length ? form.length : 0;
}
