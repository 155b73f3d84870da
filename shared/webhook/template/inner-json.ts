// Recognizes JSON that is written inside a JSON string, where plain escaping would not keep a value in its quotes.

/**
 * `quote`: after an opening `\"`. `written`: an expression stands in these quotes. `closed`: after a closing `\"`.
 * `colon`: after the colon of an inner key.
 */
export type InnerJson = "" | "quote" | "written" | "closed" | "colon";

export const QUOTED_EXPRESSION =
  'an expression between \\" and \\" would end there with a quote in its value: write {{json …}} without the \\" around it';
export const INNER_VALUE =
  "a value of JSON inside a JSON string is written with json, which adds its quotes: {{json …}}";

/** Returns the state after plain text of a string. */
export function passText(inner: InnerJson, text: string): InnerJson {
  if (inner === "quote" || inner === "written") return inner;
  if (/^\s*$/.test(text)) return inner;
  return inner === "closed" && /^\s*:\s*$/.test(text) ? "colon" : "";
}

export function passEscape(inner: InnerJson, sequence: string): InnerJson {
  if (sequence === '\\"') return inner === "quote" || inner === "written" ? "closed" : "quote";
  return inner === "quote" || inner === "written" || /^\\[nrt]$/.test(sequence) ? inner : "";
}

export function passExpression(inner: InnerJson): InnerJson {
  return inner === "quote" || inner === "written" ? "written" : "";
}
