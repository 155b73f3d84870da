// Places the separators around what a block wrote or left out: commas in JSON, & in form pairs and URL queries.

/** Marks the start and the end of each block in a rendered text, until the separators are right. No text contains it. */
export const BLOCK_MARK = "\u0001";

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]|[\s,\p{Cc}]+|[^\s,\p{Cc}{}[\]:"]+/gsu;

/** An open object or array, and whether it has a member already. */
type Open = { hasMember: boolean };

/**
 * Returns the JSON with exactly one comma between two members, and none elsewhere, wherever a block begins or ends
 * between them. All other commas stay as they are written.
 */
export function placeCommas(marked: string): string {
  if (!marked.includes(BLOCK_MARK)) return marked;
  const open: Open[] = [];
  let text = "";
  let gap = "";
  let isAfterColon = false;
  for (const [token] of marked.matchAll(TOKEN)) {
    if (/^[\s,\p{Cc}]/u.test(token)) {
      gap = token;
      continue;
    }
    const inside = open.at(-1);
    const isClosing = token === "}" || token === "]";
    const isMember = !isClosing && token !== ":" && !isAfterColon && inside !== undefined;
    text += isClosing || isMember ? placeComma(gap, isMember && inside.hasMember) : gap;
    text += token;
    gap = "";
    isAfterColon = token === ":";
    if (isMember) inside.hasMember = true;
    if (isClosing) open.pop();
    if (token === "{" || token === "[") open.push({ hasMember: false });
  }
  return (text + gap).replaceAll(BLOCK_MARK, "");
}

/** `gap`: white space, commas and marks. Keeps the first comma where one is needed. */
function placeComma(gap: string, isNeeded: boolean): string {
  if (!gap.includes(BLOCK_MARK)) return gap;
  const [before = "", ...rest] = gap.split(",");
  if (!isNeeded) return before + rest.join("");
  return rest.length === 0 ? `,${before}` : `${before},${rest.join("")}`;
}

/** Returns the pairs with exactly one `&` between two of them, wherever a block left pairs out. */
export function placeAmpersands(marked: string): string {
  if (!marked.includes(BLOCK_MARK)) return marked;
  const isLeftOut = (pair: string) => pair.includes(BLOCK_MARK) && /^[\s\p{Cc}]*$/u.test(pair);
  const pairs = marked.split("&").filter((pair) => !isLeftOut(pair));
  return pairs.join("&").replaceAll(BLOCK_MARK, "");
}
