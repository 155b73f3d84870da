// HTML as values: a text from outside cannot become markup by accident, because only `html` makes markup.
import { escapeHtml } from "../contract/escape-html.ts";

/** Markup that this file has made. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | readonly Html[];

/** A template whose values are escaped, unless they are markup already. */
export const html = (strings: TemplateStringsArray, ...parts: Part[]): Html =>
  new Html(strings.reduce((text, string, index) => text + toMarkup(parts[index - 1] ?? "") + string));

function toMarkup(part: Part): string {
  if (part instanceof Html) return part.text;
  return typeof part === "object" ? part.map(({ text }) => text).join("") : escapeHtml(String(part));
}

/** Characters of a name that a row shows; the whole is in its title. */
const MOST_SHOWN = 60;
const UNSEEN = /(?![\u200c\u200d])[\p{C}\p{Zl}\p{Zp}]/gu;

/** A name from outside: what cannot be seen is shown as a box, and its direction stays within it. */
export function nameOf(text: string): Html {
  const visible = text.replace(UNSEEN, "\u25a1").toWellFormed();
  const characters = [...visible];
  if (characters.length <= MOST_SHOWN) return html`<bdi>${visible}</bdi>`;
  return html`<bdi title="${visible}">${characters.slice(0, MOST_SHOWN).join("")}…</bdi>`;
}

/** Only addresses over HTTP become links. */
export const linkTo = (address: string | null, label: Html): Html =>
  address !== null && /^https?:\/\//.test(address)
    ? html`<a href="${address}" target="_blank" rel="noopener">${label}</a>`
    : label;
