// The frame of every widget: its style for light and dark, and its tables.
import type { Drawing } from "../contract/widgets.ts";
import { Html, html } from "./html.ts";

const LIGHT =
  "--rw-text:#16191f;--rw-quiet:#545b64;--rw-line:#d5dbdb;--rw-link:#0972d3;--rw-good:#0a6b2d;--rw-bad:#b3141f;--rw-busy:#0972d3;--rw-odd:#7a5200;--rw-wait:#aab7b8";
const DARK =
  "--rw-text:#e9ebed;--rw-quiet:#a2adba;--rw-line:#414d5c;--rw-link:#89bdee;--rw-good:#6bd189;--rw-bad:#ff8f95;--rw-busy:#89bdee;--rw-odd:#f2c76b;--rw-wait:#5f6b7a";

/** One text for all widgets and themes: a page that shows them allows exactly this style, by its hash. */
const WIDGET_STYLE = [
  `.rw{${LIGHT};color:var(--rw-text);font:14px/1.45 "Amazon Ember",system-ui,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:break-word}`,
  `.rw-dark{${DARK}}`,
  `@media (prefers-color-scheme:dark){.rw-auto{${DARK}}}`,
  ".rw p{margin:0 0 8px;color:var(--rw-quiet)}",
  ".rw-scroll{overflow-x:auto}",
  ".rw table{width:100%;border-collapse:collapse}",
  ".rw th,.rw td{padding:5px 12px 5px 0;border-bottom:1px solid var(--rw-line);text-align:start;vertical-align:middle;white-space:nowrap}",
  ".rw td:first-child{min-width:11em;white-space:normal}",
  ".rw th{color:var(--rw-quiet);font-weight:600;font-size:12px}",
  ".rw a{color:var(--rw-link);text-decoration:underline}",
  ".rw svg{display:block}",
  ".rw .rw-good{color:var(--rw-good);fill:var(--rw-good)}",
  ".rw .rw-bad{color:var(--rw-bad);fill:var(--rw-bad)}",
  ".rw .rw-busy{color:var(--rw-busy);fill:var(--rw-busy)}",
  ".rw .rw-odd{color:var(--rw-odd);fill:var(--rw-odd)}",
  ".rw .rw-wait{fill:var(--rw-wait)}",
  ".rw .rw-status{font-weight:600;white-space:nowrap}",
  ".rw code{font:12px ui-monospace,monospace}",
].join("\n");

const STYLE = new Html(`<style>${WIDGET_STYLE}</style>`);

/** `cwdb-no-default-styles`: CloudWatch's own style would come between. */
export const frame = (theme: Drawing["theme"], content: Html): string =>
  html`${STYLE}<div class="rw rw-${theme} cwdb-no-default-styles">${content}</div>`.text;

/** A table with its words above it; without rows the words alone. */
export function table(words: string, headings: readonly string[], rows: readonly Html[]): Html {
  if (rows.length === 0) return html`<p>${words}</p>`;
  const head = headings.map((heading) => html`<th scope="col">${heading}</th>`);
  return html`<p>${words}</p><div class="rw-scroll"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

export const row = (...cells: Html[]): Html => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`;

/** A status by word, shape and colour. */
export const statusOf = (kind: "good" | "bad" | "busy" | "odd", shape: string, word: string): Html =>
  html`<span class="rw-status rw-${kind}"><span aria-hidden="true">${shape}</span> ${word}</span>`;
